"""Labels in blobs against true ones: their quality, and what models that learned more find."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from labelmarket.adapters.formats.column_files import ColumnFiles
from labelmarket.adapters.remembered import Remembered
from labelmarket.application.labels import LabelKind, Lesson, MeasuredPart
from labelmarket.workers.columns import ROW_COLUMNS, LabelColumns, Spans
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.learning import Learned
from labelmarket.workers.insight.uniting import Side, Speaking, united

if TYPE_CHECKING:
    from labelmarket.workers.insight.comparing import Compared

YES_FROM = {LabelKind.ITEM_CLASSES: 0.5, LabelKind.OBJECTS: 0.0}
"""The score from which on a prediction is a yes; of one class an item the highest is."""

LESSONS_KEPT_MAX = 256
"""Metrics of so many models are kept in memory: a number for each class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A blob of labels, and the items that it has the last word on."""

    digest: str
    on: Spans


def spoken_by(files: ColumnFiles, parts: Sequence[MeasuredPart]) -> list[Spoken]:
    """Give the items that each part has the last word on; never one that was taken before."""
    taken: Spans = spans.NOTHING
    found = []
    for part in parts:
        fresh = spans.minus(files.labels(part.labels).covered, taken)
        if part.kept is not None:
            fresh = spans.both(fresh, spans.from_pairs(part.kept))
        found.append(Spoken(digest=part.labels, on=fresh))
        taken = spans.union((taken, fresh))
    return found


def said_by(files: ColumnFiles, digest: str) -> Spoken:
    """Give a blob that has the last word on all that it covers."""
    return Spoken(digest=digest, on=files.labels(digest).covered)


class Comparisons:
    """Every answer is a function of the digests given."""

    def __init__(self, files: ColumnFiles) -> None:
        self._files = files
        self._lessons: Remembered[Learned] = Remembered(answers_max=LESSONS_KEPT_MAX)

    def with_gold(
        self,
        labels: Sequence[Spoken],
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        gold: tuple[str, ...],
    ) -> "Compared":
        """Compare labels with gold on the items that both speak of."""
        # Whoever only reads files need not load what compares labels.
        from labelmarket.workers.insight.comparing import compared_with_gold  # noqa: PLC0415

        true = self._side([said_by(self._files, one) for one in gold], classes=classes)
        here = true.labels.covered
        given = self._side(
            [Spoken(digest=one.digest, on=spans.both(one.on, here)) for one in labels],
            classes=classes,
        )
        return compared_with_gold(given, true, items=self._files.table(items))

    def lessons(
        self,
        lessons: Sequence[Lesson],
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        truth: Sequence[Spoken],
        of: int,
    ) -> list[Learned]:
        """Give what each model finds of the truth; what it learned from is a share `of` items."""
        said = tuple((one.digest, one.on.tobytes()) for one in truth)
        return [
            replace(
                self._lessons.of(
                    (one.predictions, one.kind, items, classes, said),
                    partial(self._lesson, one, items=items, classes=classes, truth=truth),
                ),
                share=one.examples / of,
            )
            for one in lessons
            if of
        ]

    def _lesson(
        self,
        lesson: Lesson,
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        truth: Sequence[Spoken],
    ) -> Learned:
        from labelmarket.workers.insight.comparing import learned_from  # noqa: PLC0415

        true = self._side(truth, classes=classes)
        said = yes_of(self._files.labels(lesson.predictions), lesson.kind)
        return learned_from(self._files.table(items), true.labels, said, share=1.0)

    def _side(self, files: Sequence[Spoken], *, classes: tuple[str, ...]) -> Side:
        """Give what files say of the items that each has the last word on."""
        return united(
            [
                Speaking(
                    labels=self._files.labels(one.digest),
                    outlines=self._files.outlines(one.digest),
                    on=one.on,
                )
                for one in files
            ],
            classes=classes,
        )


def yes_of(said: LabelColumns, kind: LabelKind) -> LabelColumns:
    """Give the classes that predictions give to items, rather than their odds."""
    if kind is not LabelKind.ITEM_CLASSES:
        return said
    yes = said.scores >= YES_FROM[kind]
    rows = {name: getattr(said, name)[yes] for name in ROW_COLUMNS}
    return replace(said, **rows)
