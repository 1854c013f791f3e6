"""Predictions as blobs: measured on gold, made labels, joined with labels of people."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.comparisons import YES_FROM, yes_of
from labelmarket.adapters.formats.column_files import ColumnFiles
from labelmarket.adapters.remembered import Remembered
from labelmarket.application.labels import LabelKind, Ranges
from labelmarket.application.machine_labels import Measured, Placed, United, Weighed
from labelmarket.domain.values import ClassMetric
from labelmarket.workers.columns import GEOMETRY_BOX, LabelColumns
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.class_metrics import object_figures
from labelmarket.workers.insight.classified import classified
from labelmarket.workers.insight.compared import sides_of
from labelmarket.workers.insight.joining import joined
from labelmarket.workers.insight.machine_counts import items_by_class, rows_by_class
from labelmarket.workers.insight.machine_items import (
    MachinePart,
    machine_objects,
    tops_of,
    whole_items,
)
from labelmarket.workers.insight.measure import measure
from labelmarket.workers.insight.registry import OBJECT_METRIC, measures_of_labels
from labelmarket.workers.outlines import Outlines

WEIGHED_MAX = 64
"""Predictions whose weights are kept in memory, the oldest forgotten first."""


class BlobMachineLabels:
    """Implements the port `MachineLabels`; every answer is a function of the digests given."""

    def __init__(self, blobs: LocalBlobs) -> None:
        self._files = ColumnFiles(blobs)
        self._weighed: Remembered[Weighed] = Remembered(answers_max=WEIGHED_MAX)

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
        said, table = self._files.labels(predictions), self._files.table(items)
        truth, outlines = self._united(gold)
        measures = measures_of_labels(
            whole_items=kind is not LabelKind.OBJECTS, task_type=task_type
        )
        if measures.of_class == OBJECT_METRIC:
            masked = not any((one.geometry == GEOMETRY_BOX).any() for one in (truth, said))
            both = (outlines, self._files.outlines(predictions)) if masked else None
            true, found = sides_of(truth, said, items=table, classes=classes, outlines=both)
            figures = object_figures(true, found, class_names=classes)
        else:
            figures = classified(
                truth, yes_of(said, kind), classes=classes, metric=measures.of_class
            ).figures
        return Measured(
            metric=measures.of_class,
            metrics=tuple(
                ClassMetric(
                    class_name=one.name,
                    value=one.value,
                    gold_examples=one.gold_examples,
                    low=one.low,
                    high=one.high,
                )
                for one in figures
                if one.gold_examples
            ),
        )

    def weigh(
        self,
        predictions: str,
        *,
        kind: LabelKind,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        within: Ranges,
    ) -> Weighed:
        return self._weighed.of(
            (predictions, kind, items, classes, within),
            lambda: self._weigh(predictions, kind, items=items, classes=classes, within=within),
        )

    def _weigh(
        self,
        predictions: str,
        kind: LabelKind,
        *,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        within: Ranges,
    ) -> Weighed:
        said, count = self._within(predictions, within), len(self._files.table(items))
        if kind is LabelKind.ITEM_CLASS:
            tops = tops_of([said], classes=classes, items=count)
            counts = items_by_class(tops, classes=len(classes))
        else:
            counts = rows_by_class([said], classes=classes, items=count, score_min=YES_FROM[kind])
        return Weighed(covered=spans.count(said.covered), labels=tuple(counts.tolist()))

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
        said, table = self._within(predictions, within), self._files.table(items)
        part = _part(said, kind, classes=classes, machine=set(machine_classes), items=len(table))
        (labels,), (rows,) = part.labels, part.rows
        kept = np.zeros(len(said), dtype=np.bool_)
        kept[rows] = True
        marked = replace(
            labels,
            annotator_names=(name,),
            annotators=np.zeros(len(labels), dtype=np.int32),
        )
        outlines = self._files.outlines(predictions).only(kept)
        digest = self._files.write_labels(marked, outlines)
        truth = tuple(self._files.labels(one) for one in gold)
        sums = measure(marked, items=table, classes=classes, gold=truth)
        slots = part.items if kind is LabelKind.ITEM_CLASS else labels.covered
        return Placed(
            slots=tuple((first, stop) for first, stop in slots.tolist()),
            labels_digest=digest,
            sums_digest=self._files.write_sums(sums, measured=(digest, *gold)),
            labels=len(marked),
        )

    def count(self, labels: str, *, on: Ranges) -> dict[str, int]:
        columns = self._files.labels(labels)
        counted = columns.classes[spans.holds(spans.from_pairs(on), columns.items)]
        numbers = np.bincount(counted, minlength=len(columns.class_names)).tolist()
        counts = zip(columns.class_names, numbers, strict=True)
        return {name: number for name, number in counts if number}

    def join(self, labels: str, others: str, *, on: Ranges) -> str:
        both, outlines = joined(
            self._files.labels(labels),
            self._files.outlines(labels),
            others=self._files.labels(others),
            other_outlines=self._files.outlines(others),
            on=spans.from_pairs(on),
        )
        return self._files.write_labels(both, outlines)

    def unite(self, labels: str, others: str) -> United:
        both, outlines = self._united((labels, others))
        return United(
            digest=self._files.write_labels(both, outlines),
            labels=len(both),
            covered=tuple((first, stop) for first, stop in both.covered.tolist()),
        )

    def _within(self, predictions: str, slots: Ranges) -> LabelColumns:
        """The same rows, of which those on other items say nothing."""
        said = self._files.labels(predictions)
        return replace(said, covered=spans.both(said.covered, spans.from_pairs(slots)))

    def _united(self, digests: Sequence[str]) -> tuple[LabelColumns, Outlines]:
        """What files say that have no item in common, as one."""
        first, *rest = digests
        labels, outlines = self._files.labels(first), self._files.outlines(first)
        for digest in rest:
            others = self._files.labels(digest)
            labels, outlines = joined(
                replace(labels, class_names=max(labels.class_names, others.class_names, key=len)),
                outlines,
                others=others,
                other_outlines=self._files.outlines(digest),
                on=others.covered,
            )
            labels = replace(labels, covered=spans.union((labels.covered, others.covered)))
        return labels, outlines


def _part(
    said: LabelColumns,
    kind: LabelKind,
    *,
    classes: tuple[str, ...],
    machine: set[str],
    items: int,
) -> MachinePart:
    routes = np.array([name in machine for name in classes])
    if kind is LabelKind.ITEM_CLASS:
        tops = tops_of([said], classes=classes, items=items)
        return whole_items([said], tops, classes=classes, machine=routes)
    return machine_objects(
        [said], classes=classes, machine=routes, items=items, score_min=YES_FROM[kind]
    )
