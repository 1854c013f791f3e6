"""What the queries of a report look for, and what they find."""

from dataclasses import dataclass
from typing import Protocol

from labelmarket.application.labels import MeasuredPart

SHOWN_MAX = 10_000
"""Most items or labels that a report's query shows; the report counts all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What a query looks for, in the words of the report; all that is given must hold."""

    kind: str
    holding: tuple[str, ...]
    without: tuple[str, ...]
    check: str | None
    quadrant: str | None
    image: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One item, or one label on it, that a query found; places ascend.

    `ordinal` is the item's. `label_id` is the label's own number in its file, None where it has
    none.
    """

    place: int
    ordinal: int
    label_id: int | None = None
    class_name: str | None = None
    box: tuple[float, float, float, float] | None = None


class LookUp(Protocol):
    """Looks queries of reports up in the labels that they speak of."""

    def found(
        self,
        parts: tuple[MeasuredPart, ...],
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        sought: Sought,
    ) -> tuple[Shown, ...]:
        """Give what a query of the report on these parts finds, the first SHOWN_MAX of it."""
        ...
