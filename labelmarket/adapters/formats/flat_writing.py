"""Tables and JSON lines, written."""

import csv
import io
from typing import BinaryIO

import numpy as np
import orjson

from labelmarket.adapters.formats.cells import guarded, spelled
from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.grouping import rows_of_items
from labelmarket.adapters.formats.tables import CORNERS
from labelmarket.workers.columns import GEOMETRY_ITEM


def write_table(file: BinaryIO, dataset: Dataset) -> int:
    """Write a row for each label, and one for each item without; give how many labels.

    Nothing looks like a formula.
    """
    labels = dataset.labels
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("item", "label", "score", "annotator", *CORNERS))
    written = 0
    for ordinal, rows in rows_of_items(dataset):
        key = guarded(dataset.key(ordinal))
        if not len(rows):
            writer.writerow((key, *[""] * 7))
        for row in rows.tolist():
            name = guarded(labels.class_names[labels.classes[row]])
            corners = [""] * 4
            if labels.geometry[row] != GEOMETRY_ITEM:
                x, y, width, height = labels.boxes[row].tolist()
                corners = [spelled(value) for value in (x, y, x + width, y + height)]
            score, who = spelled(float(labels.scores[row])), int(labels.annotators[row])
            annotator = guarded(labels.annotator_names[who]) if who >= 0 else ""
            writer.writerow((key, name, score, annotator, *corners))
            written += 1
    text.detach()
    return written


def write_json_lines(file: BinaryIO, dataset: Dataset) -> int:
    """Write a line for each item, annotator and score, with the classes said; give how many."""
    labels, written = dataset.labels, 0
    for ordinal, rows in rows_of_items(dataset):
        whole = rows[labels.geometry[rows] == GEOMETRY_ITEM]
        said: dict[tuple[int, float | None], list[str]] = {}
        for row in whole.tolist():
            score = None if np.isnan(labels.scores[row]) else float(labels.scores[row])
            name = labels.class_names[labels.classes[row]]
            said.setdefault((int(labels.annotators[row]), score), []).append(name)
        for (who, score), names in (said or {(-1, None): []}).items():
            line: dict[str, object] = {"item": dataset.key(ordinal), "labels": names}
            if score is not None:
                line["score"] = score
            if who >= 0:
                line["annotator"] = labels.annotator_names[who]
            file.write(orjson.dumps(line) + b"\n")
            written += len(names)
    return written
