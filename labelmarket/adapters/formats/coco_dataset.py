"""COCO files as datasets, and back: instances, and results that name images by their ids."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import BinaryIO

import numpy as np
import orjson

from labelmarket.adapters.formats.coco_annotations import Annotations, annotations
from labelmarket.adapters.formats.coco_fields import Fields
from labelmarket.adapters.formats.coco_file import coco_file, results
from labelmarket.adapters.formats.coco_labels import (
    NO_NUMBER,
    label_columns,
    ordinals_in,
    refused_rows,
)
from labelmarket.adapters.formats.coco_places import Place, Places, categories_in, images_in
from labelmarket.adapters.formats.coco_rows import Id
from labelmarket.adapters.formats.dataset import LABELS_MAX, Dataset, Loss, Problem
from labelmarket.adapters.formats.label_columns import boxed
from labelmarket.adapters.formats.problems import BadRow, Problems
from labelmarket.adapters.formats.run_lengths import packed
from labelmarket.application.labels import PROBLEMS_KEPT_MAX
from labelmarket.workers.columns import (
    GEOMETRY_ITEM,
    GEOMETRY_POLYGONS,
    GEOMETRY_RLE,
    NO_ANNOTATOR,
    NO_ID,
    ItemColumns,
    item_columns,
)
from labelmarket.workers.insight import spans


def read_coco(path: Path, *, name: str) -> Dataset:
    """Read images, annotations and categories. Raises UnreadableFile."""
    file = coco_file(path, rows_max=LABELS_MAX)
    images, kinds, rows = Problems(), Problems(), Problems()
    of_images, of_kinds, of_file = Fields(), Fields(), Fields()
    listed, sizes = images_in(file.images, images, fields=of_images)
    named, class_names = categories_in(file.categories, kinds, fields=of_kinds)
    of_file.add_all(file.beside)
    read = annotations(file.rows())
    dataset = _dataset(
        read,
        items=item_columns(list(sizes), sizes=np.array(list(sizes.values())).reshape(-1, 2)),
        places=(listed, named),
        class_names=class_names,
        problems=rows,
    )
    found = ((images, "$.images"), (kinds, "$.categories"), (rows, "$.annotations"))
    unread = (
        *_unread(read),
        *of_images.losses(of="images"),
        *of_kinds.losses(of="categories"),
        *of_file.losses(of="the file"),
    )
    return replace(_with_problems(dataset, found, name=name), unread=unread)


def _unread(read: Annotations) -> tuple[Loss, ...]:
    """Tell what annotations say and columns do not hold."""
    lost = Loss(what="ids of annotations", count=len(read.ids_lost), why=NO_NUMBER)
    return (*read.fields.losses(of="annotations"), *([lost] if read.ids_lost else []))


def read_results(path: Path, *, name: str) -> Dataset:
    """Read a list of annotations; items and classes are known by their ids alone."""
    read, problems = annotations(results(path, rows_max=LABELS_MAX)), Problems()
    values = read.values
    good = np.ones(len(values), dtype=np.bool_)
    good[list(read.bad)] = False
    listed, named = (
        {
            ident: Place(ordinal, str(ident))
            for ordinal, ident in enumerate(map(values.named, np.unique(codes[good]).tolist()))
        }
        for codes in (values.image_ids, values.category_ids)
    )
    keys = [place.key.encode() for place in listed.values()]
    dataset = _dataset(
        read,
        items=item_columns(keys, sizes=np.zeros((len(keys), 2))),
        places=({**listed}, {**named}),
        class_names=tuple(place.key for place in named.values()),
        problems=problems,
    )
    named_problems = _with_problems(dataset, ((problems, "$"),), name=name)
    return replace(named_problems, numbered=True, unread=_unread(read))


def _dataset(
    read: Annotations,
    *,
    items: ItemColumns,
    places: tuple[Places, Places],
    class_names: tuple[str, ...],
    problems: Problems,
) -> Dataset:
    listed, kinds = places
    ordinals = ordinals_in(read.values, listed=listed, kinds=kinds)
    refused = refused_rows(read, ordinals, listed=listed, kinds=kinds, need_box=False)
    for row in sorted(refused):
        bad, ident = refused[row]
        problems.add(bad, row=row, item="" if ident is None else str(ident))
    kept = np.ones(len(read.values), dtype=np.bool_)
    kept[list(refused)] = False
    labels = label_columns(
        read.values,
        kept=kept,
        ordinals=ordinals,
        class_names=class_names,
        covered=spans.of(np.arange(len(items))),
        problems=problems.total,
    )
    outlines = read.values.outlines().only(kept)
    boxes, geometry = boxed(labels.boxes, labels.geometry, outlines)
    rows = np.flatnonzero(kept)
    for row in np.flatnonzero((boxes[:, 2] == 0.0) | (boxes[:, 3] == 0.0)).tolist():
        flat = BadRow("ZERO_SIZE", f"the box is {boxes[row, 2]:g} wide and {boxes[row, 3]:g} high")
        problems.add(flat, row=int(rows[row]), item=items.key(int(labels.items[row])).decode())
    return Dataset(
        items=items,
        labels=replace(labels, boxes=boxes, geometry=geometry),
        outlines=outlines,
        item_ids=_ids(listed, len(items)),
        class_ids=_ids(kinds, len(class_names)),
    )


def _ids(places: Places, count: int) -> tuple[Id, ...]:
    """Give the first id that stands for each ordinal."""
    ids: dict[int, Id] = {}
    for ident, place in places.items():
        if isinstance(place, Place):
            ids.setdefault(place.ordinal, ident)
    return tuple(ids.get(ordinal, f"unnumbered {ordinal}") for ordinal in range(count))


def _with_problems(
    dataset: Dataset, found: tuple[tuple[Problems, str], ...], *, name: str
) -> Dataset:
    said = [
        Problem(
            file=name,
            place=f"{place}[{one.row}]",
            item=one.item,
            code=one.code,
            message=one.message,
            kept=one.code in {"ZERO_SIZE", "DUPLICATE_ITEM"},
        )
        for problems, place in found
        for one in problems.kept
    ]
    return replace(
        dataset,
        problems=tuple(said[:PROBLEMS_KEPT_MAX]),
        problems_total=sum(problems.total for problems, _ in found),
    )


def write_coco(file: BinaryIO, dataset: Dataset) -> int:
    """Write images, categories and annotations, each row a line; give how many annotations.

    A label without an id gets one.
    """
    labels = dataset.labels
    file.write(b'{"images":[')
    _write_rows(file, _images(dataset))
    file.write(b'],"categories":[')
    kinds = zip(dataset.class_ids, labels.class_names, strict=True)
    _write_rows(file, ({"id": ident, "name": name} for ident, name in kinds))
    file.write(b'],"annotations":[')
    written = _write_rows(file, annotation_rows(dataset))
    file.write(b"]}\n")
    return written


def write_results(file: BinaryIO, dataset: Dataset) -> int:
    """Write the annotations alone, as results are exchanged, and give how many."""
    file.write(b"[")
    written = _write_rows(file, annotation_rows(dataset))
    file.write(b"]\n")
    return written


def _write_rows(file: BinaryIO, rows: Iterator[dict[str, object]]) -> int:
    mark, written = b"\n", 0
    for row in rows:
        file.write(mark + orjson.dumps(row))
        mark = b",\n"
        written += 1
    return written


def _images(dataset: Dataset) -> Iterator[dict[str, object]]:
    for ordinal, ident in enumerate(dataset.item_ids):
        row: dict[str, object] = {"id": ident, "file_name": dataset.key(ordinal)}
        width, height = dataset.items.sizes[ordinal].tolist()
        if width or height:
            row |= {"width": plain(width), "height": plain(height)}
        yield row


def annotation_rows(dataset: Dataset) -> Iterator[dict[str, object]]:
    """Give every label as an annotation."""
    labels = dataset.labels
    taken = set(labels.ids[labels.ids != NO_ID].tolist())
    fresh = (number for number in count(1) if number not in taken)
    for row in range(len(labels)):
        ident = int(labels.ids[row])
        yield _annotation(dataset, row, ident=next(fresh) if ident == NO_ID else ident)


def _annotation(dataset: Dataset, row: int, *, ident: int) -> dict[str, object]:
    labels = dataset.labels
    said: dict[str, object] = {
        "id": ident,
        "image_id": dataset.item_ids[labels.items[row]],
        "category_id": dataset.class_ids[labels.classes[row]],
        "iscrowd": int(labels.crowd[row]),
    }
    if labels.geometry[row] != GEOMETRY_ITEM:
        said["bbox"] = [plain(side) for side in labels.boxes[row].tolist()]
    for name, column in (("area", labels.areas), ("score", labels.scores)):
        if not np.isnan(column[row]):
            said[name] = float(column[row])
    if labels.annotators[row] != NO_ANNOTATOR:
        said["annotator"] = labels.annotator_names[labels.annotators[row]]
    if labels.geometry[row] == GEOMETRY_POLYGONS:
        said["segmentation"] = [ring.ravel().tolist() for ring in dataset.outlines.rings(row)]
    elif labels.geometry[row] == GEOMETRY_RLE:
        height, width = dataset.outlines.mask_sizes[row].tolist()
        said["segmentation"] = {
            "size": [height, width],
            "counts": packed(dataset.outlines.runs(row)),
        }
    return said


def plain(value: float) -> float | int:
    """Give a whole number as such: readers expect sizes without a point."""
    return int(value) if value == int(value) else value
