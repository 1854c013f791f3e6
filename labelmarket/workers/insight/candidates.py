"""An action that may be advised, and how much is amiss without it."""

from dataclasses import dataclass, field

from labelmarket.workers.insight.finding_types import Action, Query


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One action; `amiss` lies from 0 to 1, 1 where all that it speaks of is amiss.

    `of_class` is the class that more examples of it would serve, None for repairs.
    """

    action: Action
    amiss: float
    words: str
    query: Query | None
    count: int
    of: int
    classes: tuple[str, ...] = ()
    numbers: dict[str, float] = field(default_factory=dict)
    of_class: int | None = None
