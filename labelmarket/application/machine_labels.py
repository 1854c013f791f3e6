"""What the market asks of predictions: how good they are, and which of them become labels."""

from dataclasses import dataclass
from typing import Protocol

from labelmarket.application.labels import LabelKind, Ranges
from labelmarket.domain.values import ClassMetric

MACHINE = "machine: "
"""What the name of an annotator begins with who is none, but a machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """The predictions that become labels: rows of the machine's classes, on `slots`."""

    slots: Ranges
    labels_digest: str
    sums_digest: str
    labels: int


@dataclass(frozen=True, slots=True, kw_only=True)
class United:
    """Labels of two files on items of their own."""

    digest: str
    labels: int
    covered: Ranges


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """How much of the predictions is of each class, in the order of the classes.

    `covered` items are spoken of. `labels` counts what would be labels if the class were the
    machine's; for items of one class each that is the number of its items.
    """

    covered: int
    labels: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How well predictions find the gold; only classes that the gold holds."""

    metric: str
    metrics: tuple[ClassMetric, ...]


class MachineLabels(Protocol):
    """Predictions as columns, each a blob named by its digest."""

    def measure(
        self,
        predictions: str,
        *,
        task_type: str,
        kind: LabelKind,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        gold: tuple[str, ...],
    ) -> Measured:
        """Compare predictions with the gold, class by class, on the items that both speak of.

        The figure of a class is the one that the task type is measured by.
        """
        ...

    def weigh(
        self,
        predictions: str,
        *,
        kind: LabelKind,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        within: Ranges,
    ) -> Weighed:
        """Tell how much of these slots would go to the machine, whatever the routes."""
        ...

    def place(
        self,
        predictions: str,
        *,
        kind: LabelKind,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        machine_classes: tuple[str, ...],
        within: Ranges,
        gold: tuple[str, ...],
        name: str,
    ) -> Placed:
        """Choose what becomes labels on the slots `within` when these classes are the machine's.

        Each of them is marked as the work of `name`.
        """
        ...

    def count(self, labels: str, *, on: Ranges) -> dict[str, int]:
        """Give the number of labels on these items of each class that has any."""
        ...

    def unite(self, labels: str, others: str) -> United:
        """Store what two files say, of which none speaks of an item of the other."""
        ...

    def join(self, labels: str, others: str, *, on: Ranges) -> str:
        """Store `labels` together with what `others` say on these items, and give its digest."""
        ...
