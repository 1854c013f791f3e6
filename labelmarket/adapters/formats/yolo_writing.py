"""YOLO, written: data.yaml, a text file for each image, and a table of their sizes."""

import csv
import io
import json
from collections.abc import Iterator

from labelmarket.adapters.formats.cells import guarded, spelled
from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.grouping import file_names, rows_of_items
from labelmarket.adapters.formats.output import Output
from labelmarket.adapters.formats.yolo import SIZES_NAME
from labelmarket.workers.columns import GEOMETRY_ITEM, GEOMETRY_POLYGONS, Int64s


def write_yolo(output: Output, dataset: Dataset) -> int:
    """Write boxes and polygons of one ring in shares of their image; others become boxes.

    Give how many labels were written.
    """
    names, written = file_names(dataset, suffix=".txt"), 0
    kinds = dataset.labels.class_names
    with output.file("data.yaml") as file:
        lines = [f"  {at}: {json.dumps(name)}" for at, name in enumerate(kinds)]
        file.write("\n".join([f"nc: {len(kinds)}", "names:", *lines, ""]).encode())
    with output.file(SIZES_NAME) as file:
        table = io.StringIO()
        writer = csv.writer(table, lineterminator="\r\n")
        writer.writerow(("file", "item", "width", "height"))
        for ordinal, name in enumerate(names):
            sides = map(spelled, dataset.items.sizes[ordinal].tolist())
            writer.writerow((name, guarded(dataset.key(ordinal)), *sides))
        file.write(table.getvalue().encode())
    for ordinal, rows in rows_of_items(dataset):
        with output.file(f"labels/{names[ordinal]}") as file:
            for line in _lines(dataset, ordinal, rows):
                file.write(line.encode() + b"\n")
                written += 1
    return written


def _lines(dataset: Dataset, ordinal: int, rows: Int64s) -> Iterator[str]:
    labels, outlines = dataset.labels, dataset.outlines
    width, height = dataset.items.sizes[ordinal].tolist()
    for row in rows.tolist():
        if labels.geometry[row] == GEOMETRY_ITEM or not (width and height):
            continue
        kind, score = int(labels.classes[row]), float(labels.scores[row])
        rings = outlines.rings(row) if labels.geometry[row] == GEOMETRY_POLYGONS else []
        if len(rings) == 1 and len(rings[0]) >= 3:
            shares = [side for x, y in rings[0].tolist() for side in (x / width, y / height)]
            yield " ".join([str(kind), *map(repr, shares)])
            continue
        x, y, across, down = labels.boxes[row].tolist()
        shares = [(x + across / 2) / width, (y + down / 2) / height, across / width, down / height]
        last = [] if score != score else [repr(score)]  # noqa: PLR0124  (NaN is not itself)
        yield " ".join([str(kind), *map(repr, shares), *last])
