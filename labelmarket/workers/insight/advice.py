"""What to do next, the most pressing first.

The rule: actions of one kind stand in the order of how much is amiss, then of their words. Then
they are told in rounds, the first of each kind before the second of any, and within a round again
by how much is amiss, so that a hundred rare classes do not hide that boxes lie off their images.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import get_args

from labelmarket.workers.insight import learning
from labelmarket.workers.insight.candidates import Candidate
from labelmarket.workers.insight.finding_types import Action, Advice, Evidence, Impact, Number
from labelmarket.workers.insight.learning import Learned, impact_of
from labelmarket.workers.insight.totals import Totals

ADVICE_MAX = 50

_PLACES = {action: place for place, action in enumerate(get_args(Action))}


def advised(
    totals: Totals, candidates: Iterable[Candidate], learned: Sequence[Learned]
) -> tuple[list[Advice], int]:
    """Rank the candidates, give the first of them, and how many there are."""
    order = ranked(candidates)
    return [
        _advice(totals, rank, one, learned) for rank, one in enumerate(order[:ADVICE_MAX], start=1)
    ], len(order)


def ranked(candidates: Iterable[Candidate]) -> list[Candidate]:
    kinds: dict[Action, list[Candidate]] = defaultdict(list)
    for one in candidates:
        kinds[one.action].append(one)
    placed = [
        (place, -one.amiss, _PLACES[one.action], one.words, one)
        for some in kinds.values()
        for place, one in enumerate(sorted(some, key=lambda one: (-one.amiss, one.words)))
    ]
    return [entry[-1] for entry in sorted(placed, key=lambda entry: entry[:-1])]


def _advice(totals: Totals, rank: int, one: Candidate, learned: Sequence[Learned]) -> Advice:
    impact: Impact | None = None
    unknown: str | None = learning.NOT_LABELS
    if one.of_class is not None:
        impact, unknown = impact_of(
            learned,
            name=totals.names[one.of_class],
            labels=int(totals.sums.labels[one.of_class]),
        )
    return Advice(
        rank=rank,
        action=one.action,
        words=one.words,
        classes=list(one.classes),
        evidence=Evidence(query=one.query, count=one.count, of=one.of),
        numbers=[Number(name=name, value=value) for name, value in one.numbers.items()],
        impact=impact,
        impactUnknown=unknown,
    )
