"""Labels of several files, each on items of its own, as one file of labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers.columns import NO_ANNOTATOR, LabelColumns, Spans
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.sums import in_classes
from labelmarket.workers.outlines import Outlines, no_outlines, stacked_outlines


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Labels and their outlines, row for row."""

    labels: LabelColumns
    outlines: Outlines


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking:
    """A file of labels, and the items that it has the last word on."""

    labels: LabelColumns
    outlines: Outlines
    on: Spans


def united(files: Sequence[Speaking], *, classes: tuple[str, ...]) -> Side:
    """Give what each file says of its items, in the order of the files; nobody is named.

    Memory is that of the rows that are taken. Raises ValueError for a class that is not among
    `classes`.
    """
    kept = [spans.holds(one.on, one.labels.items) for one in files]
    columns: dict[str, Any] = {
        name: _taken(name, dtype, [one.labels for one in files], kept)
        for name, dtype in _COLUMNS.items()
    }
    kinds = [in_classes(one.labels.classes, one.labels.class_names, into=classes) for one in files]
    chosen = [kind[rows] for kind, rows in zip(kinds, kept, strict=True)]
    labels = LabelColumns(
        class_names=classes,
        annotator_names=(),
        classes=np.concatenate([np.zeros(0, dtype=np.int32), *chosen]),
        annotators=np.full(sum(map(len, chosen)), NO_ANNOTATOR, dtype=np.int32),
        covered=spans.union(one.on for one in files),
        problems=sum(one.labels.problems for one in files),
        whole_items=any(one.labels.whole_items for one in files),
        **columns,
    )
    drawn = [one.outlines.only(rows) for one, rows in zip(files, kept, strict=True)]
    outlines = stacked_outlines(drawn) if drawn else no_outlines(0)
    return Side(labels=labels, outlines=outlines)


_COLUMNS: dict[str, type[np.generic]] = {
    "ids": np.int64,
    "items": np.int32,
    "boxes": np.float64,
    "crowd": np.uint8,
    "areas": np.float64,
    "scores": np.float64,
    "geometry": np.uint8,
}


def _taken(
    name: str,
    dtype: type[np.generic],
    files: Sequence[LabelColumns],
    kept: Sequence[NDArray[np.bool_]],
) -> NDArray[Any]:
    """Give one column of the rows kept in every file."""
    nothing = np.zeros((0, 4) if name == "boxes" else 0, dtype=dtype)
    rows = [getattr(one, name)[chosen] for one, chosen in zip(files, kept, strict=True)]
    return np.concatenate([nothing, *rows])
