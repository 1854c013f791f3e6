"""How many of the labels on items with gold are right: people's and a machine's, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from labelmarket.application import delivered
from labelmarket.application.delivered import Layer, Maker
from labelmarket.application.labels import Ranges
from labelmarket.application.market import Market
from labelmarket.application.view import Reads
from labelmarket.application.views.batch_sheet import BatchRow
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How many labels of a class were compared with gold, and how many of these are right."""

    class_name: str
    right: int
    checked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MakerChecks:
    """What was checked of one kind of maker; classes of which nothing was are left out."""

    maker: Maker
    classes: tuple[Checked, ...]

    @property
    def right(self) -> int:
        return sum(one.right for one in self.classes)

    @property
    def checked(self) -> int:
        return sum(one.checked for one in self.classes)


class LabelChecks(Protocol):
    """Labels held against gold."""

    def check(
        self, labels: str, *, on: Ranges, classes: tuple[str, ...], gold: tuple[str, ...]
    ) -> tuple[tuple[int, int], ...]:
        """Give how many labels of each class are right, and how many were checked."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Checking:
    market: Market
    batches: Reads[BatchRow]
    files: LabelChecks

    def of_batch(self, batch_id: UUID) -> tuple[MakerChecks, ...]:
        """Of all that a batch's report speaks of."""
        batch = self.market.find(LabelBatch, batch_id)
        project = None if batch is None else self.market.find(Project, batch.project_id)
        if batch is None or project is None or not project.gold:
            return ()
        return self._checks(project, delivered.in_report(self.market, batch))

    def of_project(self, project_id: UUID) -> tuple[MakerChecks, ...]:
        """Of all that was delivered, each label by itself where an item is labeled twice."""
        project = self.market.find(Project, project_id)
        if project is None or not project.gold:
            return ()
        batch_ids = [row.id for row in delivered.measured(self.batches, project)]
        return self._checks(project, delivered.of_project(self.market, project, batch_ids))

    def _checks(self, project: Project, layers: Sequence[Layer]) -> tuple[MakerChecks, ...]:
        makers = dict.fromkeys(one.maker for one in layers)
        return tuple(
            self._of_maker(project, maker, [one for one in layers if one.maker is maker])
            for maker in makers
        )

    def _of_maker(self, project: Project, maker: Maker, layers: Sequence[Layer]) -> MakerChecks:
        classes, gold = project.class_names, tuple(project.gold.values())
        right, checked = [0] * len(classes), [0] * len(classes)
        for layer in layers:
            found = self.files.check(layer.labels, on=layer.on, classes=classes, gold=gold)
            for at, (good, of) in enumerate(found):
                right[at] += good
                checked[at] += of
        return MakerChecks(
            maker=maker,
            classes=tuple(
                Checked(class_name=name, right=good, checked=of)
                for name, good, of in zip(classes, right, checked, strict=True)
                if of
            ),
        )
