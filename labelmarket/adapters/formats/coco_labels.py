"""The annotations of a COCO file as label columns on a project's items."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from labelmarket.adapters.formats.coco_annotations import Annotations, annotations
from labelmarket.adapters.formats.coco_file import coco_file
from labelmarket.adapters.formats.coco_places import Place, Places, categories, images
from labelmarket.adapters.formats.coco_rows import Id
from labelmarket.adapters.formats.coco_values import Values
from labelmarket.adapters.formats.label_columns import annotators_of, crowded
from labelmarket.adapters.formats.problems import BadRow, Problems
from labelmarket.adapters.formats.wrong_tasks import wrong_file
from labelmarket.application.labels import LabelKind
from labelmarket.workers.columns import GEOMETRY_BOX, Int32s, ItemTable, LabelColumns, Spans
from labelmarket.workers.insight import spans
from labelmarket.workers.outlines import Outlines

NO_NUMBER = "only whole numbers below 2**63 are kept"

LABELS_PER_ITEM_MAX = 10_000
"""Most labels of one item: it bounds the pairs of boxes that a measure compares."""

Refused = dict[int, tuple[BadRow, Id | None]]
"""Rows that are left out: why, and the image that each names."""


def read_labels(
    path: Path,
    *,
    items: ItemTable,
    classes: tuple[str, ...],
    within: Spans | None,
    known: Spans = spans.NOTHING,
) -> tuple[LabelColumns, Outlines, Problems]:
    """Read the annotations of a file on the project's items, without those in `known`.

    The file covers every item that its images list, with labels or without. A delivery (`within`)
    does not cover an item that lost a row: it stays owed, and can be delivered again. Memory peaks
    above the mapped file at about 200 bytes for each annotation, 500 for each image, and 8 for
    each coordinate. Raises UnreadableFile.
    """
    problems = Problems()
    file = coco_file(path)
    listed = images(file.images, items=items, within=within, known=known, problems=problems)
    kinds = categories(file.categories, classes=classes, problems=problems)
    read = annotations(file.rows())
    ordinals = ordinals_in(read.values, listed=listed, kinds=kinds)
    if 0 < good_count(read) == np.count_nonzero(on_whole_items(read)):
        raise wrong_file(LabelKind.OBJECTS)
    refused = refused_rows(read, ordinals, listed=listed, kinds=kinds)
    hurt = reported(refused, listed=listed, problems=problems)
    lost = hurt if within is not None else set()
    named = {one.ordinal for one in listed.values() if isinstance(one, Place)}
    covered = spans.of(np.array(sorted(named - lost), dtype=np.int64))
    kept = np.ones(len(read.values), dtype=np.bool_)
    kept[list(refused)] = False
    columns = label_columns(
        read.values,
        kept=kept,
        ordinals=ordinals,
        class_names=classes,
        covered=covered,
        problems=problems.total,
    )
    tell_lost_ids(read, kept, listed=listed, problems=problems)
    return columns, read.values.outlines().only(kept), problems


def on_whole_items(read: Annotations) -> NDArray[np.bool_]:
    """Tell which rows say a class of their image alone, without a box and without an outline."""
    values = read.values
    whole: NDArray[np.bool_] = np.isnan(values.boxes[:, 0]) & (values.outcome == GEOMETRY_BOX)
    whole[list(read.bad)] = False
    return whole


def good_count(read: Annotations) -> int:
    """Count the rows whose values mean something."""
    return len(read.values) - len(read.bad)


class Ordinals(NamedTuple):
    """What the ids of every row stand for, -1 for nothing."""

    items: Int32s
    classes: Int32s


def ordinals_in(values: Values, *, listed: Places, kinds: Places) -> Ordinals:
    return Ordinals(
        values.ordinals(values.image_ids, _placed(listed)),
        values.ordinals(values.category_ids, _placed(kinds)),
    )


def label_columns(
    values: Values,
    *,
    kept: NDArray[np.bool_],
    ordinals: Ordinals,
    class_names: tuple[str, ...],
    covered: Spans,
    problems: int,
) -> LabelColumns:
    """Give the columns of the rows kept."""
    rows = slice(None) if kept.all() else kept
    annotator_names, annotators = annotators_of(values.annotators[rows], name=values.named)
    return LabelColumns(
        class_names=class_names,
        annotator_names=annotator_names,
        ids=values.ids[rows],
        items=ordinals.items[rows],
        classes=ordinals.classes[rows],
        boxes=values.boxes[rows],
        crowd=values.crowd[rows],
        areas=values.areas[rows],
        scores=values.scores[rows],
        annotators=annotators,
        geometry=values.outcome[rows],
        covered=covered,
        problems=problems,
    )


def refused_rows(
    read: Annotations,
    ordinals: Ordinals,
    *,
    listed: Places,
    kinds: Places,
    need_box: bool = True,
) -> Refused:
    """Tell which rows are left out: bad ones, ones of nowhere, ones beyond what an item holds."""
    values = read.values
    refused: Refused = {row: (bad.refused, bad.image_id) for row, bad in read.bad.items()}
    items, classes = ordinals
    lacking = np.isnan(values.boxes[:, 0]) & need_box
    suspect = (items < 0) | (classes < 0) | lacking
    suspect[list(refused)] = False
    for row in np.flatnonzero(suspect).tolist():
        ident = values.named(int(values.image_ids[row]))
        kind = values.named(int(values.category_ids[row]))
        bad = _without_place(listed, ident, what="image")
        bad = bad or _without_place(kinds, kind, what="category")
        refused[row] = (bad or BadRow("WRONG_TYPE", "the row has no `bbox`"), ident)
    good = np.ones(len(values), dtype=np.bool_)
    good[list(refused)] = False
    over = crowded(items[good], labels_max=LABELS_PER_ITEM_MAX)
    for row in np.flatnonzero(good)[over].tolist():
        many = BadRow("TOO_MANY_LABELS", f"an item has at most {LABELS_PER_ITEM_MAX} labels")
        refused[row] = (many, values.named(int(values.image_ids[row])))
    return refused


def reported(refused: Refused, *, listed: Places, problems: Problems) -> set[int]:
    """Name the rows left out among the problems, and give the items that they are about."""
    hurt: set[int] = set()
    for row in sorted(refused):
        bad, ident = refused[row]
        about = None if ident is None else listed.get(ident)
        if isinstance(about, Place):
            hurt.add(about.ordinal)
        problems.add(bad, row=row, item=_item_of(ident, about))
    return hurt


def tell_lost_ids(
    read: Annotations, kept: NDArray[np.bool_], *, listed: Places, problems: Problems
) -> None:
    """Say of which labels that are kept the id is not: nobody will find them by it."""
    lost = BadRow("ID_NOT_KEPT", f"the label is kept without its id: {NO_NUMBER}")
    for row in read.ids_lost:
        if kept[row]:
            ident = read.values.named(int(read.values.image_ids[row]))
            problems.add(lost, row=row, item=_item_of(ident, listed.get(ident)))


def _placed(places: Places) -> dict[Id, int]:
    return {ident: one.ordinal for ident, one in places.items() if isinstance(one, Place)}


def _without_place(places: Places, ident: Id, *, what: str) -> BadRow | None:
    place = places.get(ident)
    if place is None:
        return BadRow("UNKNOWN_ID", f"the file lists no {what} {ident!r:.80}")
    return BadRow(place.code, place.message) if isinstance(place, BadRow) else None


def _item_of(ident: Id | None, place: Place | BadRow | None) -> str:
    """Name the item of a bad row: by its key where the file tells it, else by the id it says."""
    if isinstance(place, Place):
        return place.key
    if place is not None and place.item:
        return place.item
    return "" if ident is None else str(ident)
