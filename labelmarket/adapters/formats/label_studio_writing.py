"""Label Studio, written: a task for each item, an annotation for each of its annotators.

What a machine made has the origin that Label Studio gives to predictions.
"""

from typing import BinaryIO

import orjson

from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.grouping import rows_of_items
from labelmarket.adapters.formats.marking import made_by_machine
from labelmarket.workers.columns import GEOMETRY_ITEM, GEOMETRY_POLYGONS

Json = dict[str, object]


def write_label_studio(file: BinaryIO, dataset: Dataset) -> int:
    """Write choices, boxes, and polygons of one ring, others as boxes; give how many."""
    file.write(b"[")
    mark, written, by_machine = b"\n", 0, made_by_machine(dataset.labels)
    for ordinal, rows in rows_of_items(dataset):
        said: dict[int, list[Json]] = {}
        for row in rows.tolist():
            result = _result(dataset, ordinal, row)
            if result is not None:
                if by_machine[row]:
                    result["origin"] = "prediction"
                said.setdefault(int(dataset.labels.annotators[row]), []).append(result)
        annotations = [_annotation(dataset, who, results) for who, results in said.items()]
        task = {"id": ordinal + 1, "data": {"image": dataset.key(ordinal)}}
        file.write(mark + orjson.dumps({**task, "annotations": annotations}))
        mark = b",\n"
        written += sum(map(len, said.values()))
    file.write(b"]\n")
    return written


def _annotation(dataset: Dataset, who: int, results: list[Json]) -> Json:
    if who < 0:
        return {"result": results}
    return {"completed_by": dataset.labels.annotator_names[who], "result": results}


def _result(dataset: Dataset, ordinal: int, row: int) -> Json | None:
    labels = dataset.labels
    name, score = labels.class_names[labels.classes[row]], float(labels.scores[row])
    width, height = dataset.items.sizes[ordinal].tolist()
    said: Json = {} if score != score else {"score": score}  # noqa: PLR0124  (NaN is not itself)
    if labels.geometry[row] == GEOMETRY_ITEM:
        return {"type": "choices", "value": {"choices": [name]}, **said}
    if not (width and height):
        return None
    said |= {"original_width": width, "original_height": height}
    rings = dataset.outlines.rings(row) if labels.geometry[row] == GEOMETRY_POLYGONS else []
    if len(rings) == 1:
        points = [[100 * x / width, 100 * y / height] for x, y in rings[0].tolist()]
        value: Json = {"points": points, "polygonlabels": [name]}
        return {"type": "polygonlabels", "value": value, **said}
    x, y, across, down = labels.boxes[row].tolist()
    sides = {"x": 100 * x / width, "y": 100 * y / height}
    sides |= {"width": 100 * across / width, "height": 100 * down / height}
    return {"type": "rectanglelabels", "value": {**sides, "rectanglelabels": [name]}, **said}
