"""How long the report of many labels takes, from a COCO file to its JSON."""

import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import orjson

from benchmarks.rows import Row
from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.label_files import BlobLabelFiles
from labelmarket.application.labels import MeasuredPart

IMAGES = 5_000
LABELS = 37_000
CLASSES = tuple(f"class {n}" for n in range(80))
REPEATS = 3


def report_rows(
    *, images: int = IMAGES, count: int = LABELS, repeats: int = REPEATS
) -> Iterator[Row]:
    """Read, measure and merge; the medians of a few runs, the kernels compiled before."""
    with tempfile.TemporaryDirectory() as folder:
        blobs = LocalBlobs(Path(folder))
        files = BlobLabelFiles(blobs)
        upload = blobs.put(_coco(images=images, count=count))
        items = (files.read_items(upload, after=(), media={}).digest,)
        read = partial(files.read_labels, upload, items=items, classes=CLASSES, within=None)
        labels = read().digest
        seen: dict[str, Any] = {"items": items, "classes": CLASSES, "gold": (labels,)}
        measure = partial(files.measure, labels, **seen)
        part = MeasuredPart(labels=labels, sums=measure())
        merge = partial(files.merge, (part,), **seen)
        size = f"{images:,} images, {count:,} labels"
        steps: tuple[tuple[str, Callable[[], Any]], ...] = (
            ("read", read),
            ("measured", measure),
            ("merged", merge),
        )
        for words, work in steps:
            yield Row(work=f"{words}: {size}", value=_median_s(work, repeats=repeats), unit="s")


def _median_s(work: Callable[[], Any], *, repeats: int) -> float:
    work()
    times = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return median(times)


def _coco(*, images: int, count: int) -> bytes:
    chance = np.random.default_rng(7)
    corners = chance.uniform(0, 400, size=(count, 2))
    sizes = chance.uniform(2, 200, size=(count, 2))
    boxes = np.round(np.concatenate([corners, sizes], axis=1), 2).tolist()
    places = chance.integers(1, images + 1, count).tolist()
    kinds = chance.integers(1, len(CLASSES) + 1, count).tolist()
    return orjson.dumps(
        {
            "images": [
                {"id": n, "file_name": f"{n}.jpg", "width": 640, "height": 480}
                for n in range(1, images + 1)
            ],
            "categories": [{"id": n, "name": name} for n, name in enumerate(CLASSES, start=1)],
            "annotations": [
                {"id": n, "image_id": image, "category_id": kind, "bbox": box, "iscrowd": 0}
                for n, (image, kind, box) in enumerate(
                    zip(places, kinds, boxes, strict=True), start=1
                )
            ],
        }
    )
