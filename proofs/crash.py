"""The crash lane: real processes are killed under load, and nothing that was promised is lost."""

import random
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from labelmarket.adapters.postgres.pool import open_pool
from labelmarket.demo.client import Client
from proofs.aftermath import (
    Expiry,
    broken_promises,
    entries,
    expiries,
    judged,
    lost_or_doubled,
    unlike_a_replay,
    wait_until_quiet,
)
from proofs.crash_summary import Aftermath, Fallen, summary
from proofs.faults import Blows, drawn
from proofs.generator import Load
from proofs.journal import Journal, read_journal
from proofs.people import PATIENCE_S, People
from proofs.probe import NotBack, Probe, make_probe
from tests.whole.ground import Ground, ground

WARM_UP_S = 3.0
PAUSE_S_MAX = 0.8
AFTER_WIPE_S = 3.0
"""Long enough for an offer of the load to expire before the next blow."""


def prove(*, share: float, seed: int) -> tuple[bool, str]:
    """Whether all that was acknowledged is there, once, and seen; and how soon it was back."""
    chance = random.Random(seed)  # noqa: S311 - a proof that can be repeated
    with (
        tempfile.TemporaryDirectory() as folder,
        ground(Path(folder), counts={"serve": 1, "follow": 1, "work": 1}) as market,
    ):
        journal = Path(folder) / "journal.ndjson"
        load = Load(market, journal, seed=seed)
        try:
            fallen, troubles = _strike_all(market, share=share, chance=chance)
            counts = load.end()
        finally:
            load.kill()
        after = _look_around(market, journal, fallen)
    objections = [*troubles, *after.objections]
    return not objections, summary(fallen, after, counts=counts, objections=objections)


def _strike_all(
    market: Ground, *, share: float, chance: random.Random
) -> tuple[list[Fallen], list[str]]:
    fallen: list[Fallen] = []
    journal = Journal(market.data / "probe.ndjson")
    with Client(address=market.address, token=market.operator, patience_s=PATIENCE_S) as operator:
        probe = make_probe(People(operator=operator, journal=journal))
        time.sleep(WARM_UP_S)
        blows = Blows(outside=market.outside, processes=market.processes, chance=chance)
        for fault in drawn(share=share, chance=chance):
            time.sleep(chance.uniform(0, PAUSE_S_MAX))
            at = datetime.now(UTC)
            struck = blows.strike(fault)
            try:
                _wait_for(probe, fault)
            except NotBack as error:
                return fallen, [f"{fault} ({struck.detail}): {error}"]
            recovery_s = time.monotonic() - struck.at_s
            time.sleep(AFTER_WIPE_S if fault == "wipe Valkey" else 0)
            fallen.append(Fallen(fault=fault, detail=struck.detail, at=at, recovery_s=recovery_s))
    journal.close()
    return fallen, []


def _wait_for(probe: Probe, fault: str) -> None:
    """Workers are asked only where they, or their messages, were hit."""
    probe.answers()
    if fault in {"kill the worker", "wipe Valkey", "stand still for 5 s"}:
        probe.works()


def _look_around(market: Ground, journal: Path, fallen: Sequence[Fallen]) -> Aftermath:
    promises = [*read_journal(journal), *read_journal(market.data / "probe.ndjson")]
    pool = open_pool(market.outside.database_url, name="proof", size_max=4)
    try:
        left = wait_until_quiet(pool)
        log = list(entries(pool))
        objections = [
            *left,
            *lost_or_doubled(pool, promises),
            *judged(pool, log),
            *unlike_a_replay(pool, log),
            *broken_promises(promises, address=market.address),
        ]
    finally:
        pool.close()
    found = expiries(log)
    return Aftermath(
        promises=promises,
        facts=len(log),
        objections=objections,
        late_s=[e.late_s for e in found],
        late_after_wipe_s=_after_wipes(fallen, found),
    )


def _after_wipes(fallen: Sequence[Fallen], found: Sequence[Expiry]) -> list[float]:
    """How late the next offer expired after each wipe, where no other blow came in between."""
    late_s = []
    for blow, following in pairwise([*fallen, None]):
        assert blow is not None
        if blow.fault == "wipe Valkey":
            until = following.at if following is not None else datetime.max.replace(tzinfo=UTC)
            between = [e for e in found if blow.at <= e.deadline and e.recorded_at < until]
            late_s += [e.late_s for e in sorted(between, key=lambda e: e.deadline)[:1]]
    return late_s
