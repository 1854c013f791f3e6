"""The annotations of a COCO file that say a class of an image and no place in it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelmarket.adapters.formats.coco_annotations import Annotations, annotations
from labelmarket.adapters.formats.coco_file import coco_file
from labelmarket.adapters.formats.coco_labels import (
    Ordinals,
    Refused,
    good_count,
    label_columns,
    on_whole_items,
    ordinals_in,
    refused_rows,
    reported,
    tell_lost_ids,
)
from labelmarket.adapters.formats.coco_places import Place, Places, categories, images
from labelmarket.adapters.formats.problems import BadRow, Problems
from labelmarket.adapters.formats.wrong_tasks import second_class, wrong_file, wrong_row
from labelmarket.application.labels import LabelKind
from labelmarket.workers.columns import GEOMETRY_ITEM, Int64s, ItemTable, LabelColumns, Spans
from labelmarket.workers.insight import spans
from labelmarket.workers.outlines import Outlines


def read_words(
    path: Path,
    *,
    items: ItemTable,
    classes: tuple[str, ...],
    within: Spans | None,
    known: Spans,
    kind: LabelKind,
) -> tuple[LabelColumns, Outlines, Problems]:
    """Read the classes of whole images, as `coco_labels.read_labels` reads boxes.

    An image without annotations has no class; one that lost a row is not covered. Raises
    UnreadableFile, also for a file that has boxes alone.
    """
    problems = Problems()
    file = coco_file(path)
    listed = images(file.images, items=items, within=within, known=known, problems=problems)
    kinds = categories(file.categories, classes=classes, problems=problems)
    read = annotations(file.rows())
    ordinals = ordinals_in(read.values, listed=listed, kinds=kinds)
    refused = refused_rows(read, ordinals, listed=listed, kinds=kinds, need_box=False)
    _refuse_objects(read, refused, kind=kind)
    again = _repeated(read, ordinals, refused)
    if kind is LabelKind.ITEM_CLASS:
        _refuse_seconds(read, ordinals, refused, again=again)
    hurt = reported(refused, listed=listed, problems=problems)
    _tell(again, read, listed=listed, problems=problems)
    named = {one.ordinal for one in listed.values() if isinstance(one, Place)}
    kept = np.ones(len(read.values), dtype=np.bool_)
    kept[[*refused, *again.tolist()]] = False
    columns = label_columns(
        read.values,
        kept=kept,
        ordinals=ordinals,
        class_names=classes,
        covered=spans.of(np.array(sorted(named - hurt), dtype=np.int64)),
        problems=problems.total,
    )
    tell_lost_ids(read, kept, listed=listed, problems=problems)
    geometry = np.full(len(columns), GEOMETRY_ITEM, dtype=np.uint8)
    words = replace(columns, geometry=geometry, whole_items=True)
    return words, read.values.outlines().only(kept), problems


def _refuse_objects(read: Annotations, refused: Refused, *, kind: LabelKind) -> None:
    whole = on_whole_items(read)
    if good_count(read) and not whole.any():
        raise wrong_file(kind)
    whole[list(refused)] = True
    for row in np.flatnonzero(~whole).tolist():
        refused[row] = (wrong_row(kind), read.values.named(int(read.values.image_ids[row])))


def _repeated(read: Annotations, ordinals: Ordinals, refused: Refused) -> Int64s:
    """Give the rows that say what a row before them said."""
    rows = _left(read, refused)
    pairs = (ordinals.items[rows].astype(np.int64) << 32) | ordinals.classes[rows]
    return np.setdiff1d(rows, rows[np.unique(pairs, return_index=True)[1]])


def _refuse_seconds(
    read: Annotations, ordinals: Ordinals, refused: Refused, *, again: Int64s
) -> None:
    """Refuse every row that gives an image another class than the first one did."""
    rows = np.setdiff1d(_left(read, refused), again)
    firsts = rows[np.unique(ordinals.items[rows], return_index=True)[1]]
    for row in np.setdiff1d(rows, firsts).tolist():
        refused[row] = (second_class(), read.values.named(int(read.values.image_ids[row])))


def _left(read: Annotations, refused: Refused) -> Int64s:
    left: NDArray[np.bool_] = np.ones(len(read.values), dtype=np.bool_)
    left[list(refused)] = False
    return np.flatnonzero(left)


def _tell(again: Int64s, read: Annotations, *, listed: Places, problems: Problems) -> None:
    for row in again.tolist():
        place = listed.get(read.values.named(int(read.values.image_ids[row])))
        key = place.key if isinstance(place, Place) else ""
        twice = BadRow("DUPLICATE_LABEL", "the file says the same of this item twice")
        problems.add(twice, row=row, item=key)
