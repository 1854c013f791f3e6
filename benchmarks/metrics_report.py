"""The report's own work, from columns in memory to its words: limits that are reported."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from benchmarks.peers import medians_s
from benchmarks.rows import Row
from labelmarket.workers import kernels
from labelmarket.workers.columns import ItemTable, LabelColumns, item_columns
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.measure import measure
from labelmarket.workers.insight.merge import merge
from labelmarket.workers.insight.report import report
from labelmarket.workers.insight.report_types import Report

IMAGES, BOXES = 118_000, 860_000
WIDTH, HEIGHT = 640.0, 480.0
LIMIT_S = 1.0


def rows() -> list[Row]:
    kernels.warm()
    return [row for classes in (80, 1_203) for row in _rows(classes)]


def _rows(classes: int) -> Iterator[Row]:
    items, labels = _items(), _labels(classes)
    whole = partial(_report, labels, items)
    measured = partial(measure, labels, items=items, classes=labels.class_names, gold=())
    took_s = medians_s({"report from columns": whole, "of that, measured": measured})
    for name, seconds in took_s.items():
        yield Row(
            work=f"{name}, {BOXES:,} boxes, {IMAGES:,} images, {classes:,} classes",
            value=1_000 * seconds,
            unit="ms",
            ratio=LIMIT_S / seconds,
            goal=1.0,
        )


def _report(labels: LabelColumns, items: ItemTable) -> Report:
    sums = measure(labels, items=items, classes=labels.class_names, gold=())
    return report(merge([sums], classes=labels.class_names), items=items)


def _items() -> ItemTable:
    keys = [f"{image:012}.jpg".encode() for image in range(IMAGES)]
    return ItemTable((item_columns(keys, sizes=np.tile([WIDTH, HEIGHT], (IMAGES, 1))),))


def _labels(classes: int) -> LabelColumns:
    """Lay boxes of many sizes on images in no order; few classes hold most, as in real files."""
    rng = np.random.default_rng(11)
    sides = np.minimum(np.exp(rng.normal(4.0, 1.2, (BOXES, 2))), (WIDTH, HEIGHT))
    corners = rng.random((BOXES, 2)) * ((WIDTH, HEIGHT) - sides)
    weights = 1.0 / np.arange(1, classes + 1)
    kinds = rng.choice(classes, BOXES, p=weights / weights.sum())
    return LabelColumns(
        class_names=tuple(f"class {kind}" for kind in range(classes)),
        annotator_names=(),
        ids=np.arange(BOXES),
        items=rng.integers(0, IMAGES, BOXES).astype(np.int32),
        classes=kinds.astype(np.int32),
        boxes=np.column_stack((corners, sides)).round(2),
        crowd=np.zeros(BOXES, dtype=np.uint8),
        areas=np.full(BOXES, np.nan),
        scores=np.full(BOXES, np.nan),
        annotators=np.full(BOXES, -1, dtype=np.int32),
        geometry=np.zeros(BOXES, dtype=np.uint8),
        covered=spans.from_pairs([(0, IMAGES)]),
        problems=0,
    )
