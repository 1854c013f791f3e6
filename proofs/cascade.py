"""The cascade: thousands of plays in memory and on the real PostgreSQL, and races for offers."""

import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from labelmarket.adapters.embedded.servers import BundledServers
from labelmarket.bootstrap.core import open_core
from proofs.counts import share_of, table
from proofs.mirrored import MirroredRecorder, RealLog, real_log
from proofs.races import CROWD, race
from tests.application.stage import Stage
from tests.application.test_cascade_machine import Cascade
from tests.databases import Databases
from tests.memory_market import MemoryMarket

PLAYS, MIRRORED_PLAYS, ORDERS = 1_500, 400, 200
STEPS = 60
CONNECTIONS_MAX = 12


@dataclass(slots=True)
class Tally:
    plays: int = 0
    facts: int = 0


def prove(*, share: float, seed: int) -> tuple[bool, str]:
    """Whether every promise was kept, and what was tried."""
    rows: list[tuple[object, ...]] = []
    broken: list[str] = []

    def attempt(what: str, work: Callable[[], str]) -> None:
        try:
            rows.append((what, work(), "held"))
        except Exception as error:
            # Whatever objects, be it the judge or the market itself, is what is looked for.
            rows.append((what, type(error).__name__, "BROKEN"))
            place = traceback.extract_tb(error.__traceback__)[-1]
            broken.append(f"{what}: {type(error).__name__}: {error} ({place.name}: {place.line})")

    plays, mirrored, orders = (
        share_of(full, share=share) for full in (PLAYS, MIRRORED_PLAYS, ORDERS)
    )
    attempt("plays in memory", lambda: _played(_counted(Cascade), plays=plays, seed=seed))
    with tempfile.TemporaryDirectory() as folder, BundledServers(Path(folder)) as servers:
        databases = Databases(servers.start().database_url)
        with real_log(databases.take()) as real:
            machine = _mirrored(real)
            attempt(
                "plays on PostgreSQL, each step held against memory",
                lambda: _played(machine, plays=mirrored, seed=seed + 1),
            )
        attempt("races", lambda: _raced(databases.take(), orders=orders))
    return not broken, "\n\n".join([table(("what", "tried", "outcome"), rows), *broken, NOT_RUN])


NOT_RUN = """Not run here: loops in processes of their own, and their deaths (see the crash lane).
On PostgreSQL the views are not folded by the feed; the plays fold them in memory."""


def _counted(machine: type[Cascade]) -> type[Cascade]:
    """The machine, counting its plays."""

    class Counted(machine):  # type: ignore[valid-type,misc]  # a class made at run time
        tally = Tally()

        def teardown(self) -> None:
            super().teardown()
            self.tally.plays += 1
            self.tally.facts += self.watch.position if hasattr(self, "watch") else 0

    return Counted


def _mirrored(real: RealLog) -> type[Cascade]:
    class Mirrored(Cascade):
        def new_stage(self) -> Stage:
            return Stage(MemoryMarket(lambda now: MirroredRecorder(now, real=real)))

        def teardown(self) -> None:
            super().teardown()
            recorder = self.memory.recorder if hasattr(self, "memory") else None
            if isinstance(recorder, MirroredRecorder) and not self.watch.objected:
                recorder.compare()

    return _counted(Mirrored)


def _played(machine: type[Cascade], *, plays: int, seed: int) -> str:
    """Nothing is made smaller that fails, which may take long: its seed repeats it."""
    bounds = settings(
        max_examples=plays,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(seeded(seed)(machine), settings=bounds)
    tally: Tally = vars(machine)["tally"]
    assert tally.plays >= plays, "plays were left out"
    return f"{tally.plays:,} plays of up to {STEPS} steps, {tally.facts:,} facts, seed {seed}"


def _raced(database_url: str, *, orders: int) -> str:
    with open_core(database_url, name="races", connections_max=CONNECTIONS_MAX) as core:
        raced = race(core, count=orders)
    assert raced.held, f"{raced.won} acceptances won for {raced.orders} orders: {raced.facts}"
    return f"{orders} orders × {CROWD} acceptances at once: exactly {raced.won} won"
