"""What the crash lane tells when it is over."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from proofs.counts import percentile, table
from proofs.faults import FULL
from proofs.journal import Promise

RECOVERY_P95_S, RECOVERY_S_MAX = 5.0, 15.0
LATE_S_MAX = 2.0
HEAD = ("fault", "times", "recovery, p95", "recovery, longest")
GOOD = """Nothing acknowledged is lost, nothing was done twice, every key gives its first answer
again, the judge of the cascade has no objection, and views are what a replay from zero gives."""
NOT_RUN = "NOT RUN: a full disk, wrong clocks, several machines."


@dataclass(frozen=True, slots=True, kw_only=True)
class Fallen:
    """A blow, and how long it took until the market worked again."""

    fault: str
    detail: str
    at: datetime
    recovery_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Aftermath:
    """What was found when everything had come to rest."""

    promises: Sequence[Promise]
    facts: int
    objections: Sequence[str]
    late_s: Sequence[float]
    late_after_wipe_s: Sequence[float]


def summary(
    fallen: Sequence[Fallen],
    after: Aftermath,
    *,
    counts: Mapping[str, int],
    objections: Sequence[str],
) -> str:
    rows = [_row(fault, [b for b in fallen if b.fault == fault], of=FULL[fault]) for fault in FULL]
    rows.append(_row("all", fallen, of=sum(FULL.values())))
    facts = "\n".join(f"- {line}." for line in _lines(fallen, after, counts))
    verdict = "\n".join(f"- OBJECTION: {words}" for words in objections) or GOOD
    return "\n\n".join([table(HEAD, rows), facts, verdict, NOT_RUN])


def _row(name: str, blows: Sequence[Fallen], *, of: int) -> tuple[str, ...]:
    times = [blow.recovery_s for blow in blows]
    p95, longest = percentile(times, percent=95), max(times, default=0.0)
    return name, f"{len(times)} of {of}", f"{p95:.1f} s", f"{longest:.1f} s"


def _lines(fallen: Sequence[Fallen], after: Aftermath, counts: Mapping[str, int]) -> Iterable[str]:
    promises = after.promises
    acknowledged = sum(p.acknowledged for p in promises)
    refused = sum(p.refused is not None for p in promises)
    unknown = len(promises) - acknowledged - refused
    yield (
        f"{len(promises):,} mutations in the clients' journal: {acknowledged:,} acknowledged, "
        f"{refused:,} refused, {unknown:,} whose outcome their client never learned"
    )
    yield f"{after.facts:,} facts; cascades: {_words(counts)}"
    for fault in ("stand still for 5 s", "cut a connection at its commit"):
        yield f"{fault}: {_words(Counter(b.detail for b in fallen if b.fault == fault))}"
    late, after_wipe = (max(s, default=0.0) for s in (after.late_s, after.late_after_wipe_s))
    yield (
        f"{len(after.late_s):,} offers expired, {late:.1f} s late at the most; the next one "
        f"after a wipe of Valkey {after_wipe:.2f} s (aim: {LATE_S_MAX:.0f} s; measured after "
        f"{len(after.late_after_wipe_s)} wipes that no other blow followed too soon)"
    )
    yield (
        f"recovery is reported, not judged; aims: p95 {RECOVERY_P95_S:.0f} s, at the most "
        f"{RECOVERY_S_MAX:.0f} s"
    )


def _words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "nothing"
