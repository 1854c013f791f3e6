"""Small scenes of gold and detections, and what pycocotools says of them."""

import contextlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from pycocotools import mask as peer_mask
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from labelmarket.workers import kernels

IMAGES, CLASSES = 4, 3
SIDE = 40

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Truth:
    image: int
    kind: int
    box: Box
    area: float
    crowd: int
    ignored: int


@dataclass(frozen=True)
class Found:
    image: int
    kind: int
    box: Box
    score: float


image, kind = st.integers(0, IMAGES - 1), st.integers(0, CLASSES - 1)
corner, side = st.integers(0, 12).map(lambda n: n / 2), st.integers(1, 14).map(float)
box = st.tuples(corner, corner, side, side)
areas = st.sampled_from([0.0, 16.0, 1023.5, 1024.0, 1025.0, 9216.0, 9217.0, 2e9])
scores = st.sampled_from([-1.0, 0.0, -0.0, 0.25, 0.5, 0.75, 1.0])
flag = st.sampled_from([0, 0, 0, 1])
truths = st.lists(st.builds(Truth, image, kind, box, areas, flag, flag), max_size=24)
founds = st.lists(st.builds(Found, image, kind, box, scores), max_size=40)


def gold_of(rows: Sequence[Truth], *, as_masks: bool = False) -> kernels.Gold:
    return kernels.Gold(
        images=np.array([row.image for row in rows], dtype=np.int32),
        classes=np.array([row.kind for row in rows], dtype=np.int32),
        shapes=_shapes(rows, as_masks=as_masks),
        areas=np.array([row.area for row in rows]),
        crowd=np.array([row.crowd for row in rows], dtype=np.uint8),
        ignored=np.array([row.ignored for row in rows], dtype=np.uint8),
    )


def detections_of(rows: Sequence[Found], *, as_masks: bool = False) -> kernels.Detections:
    return kernels.Detections(
        images=np.array([row.image for row in rows], dtype=np.int32),
        classes=np.array([row.kind for row in rows], dtype=np.int32),
        shapes=_shapes(rows, as_masks=as_masks),
        scores=np.array([row.score for row in rows]),
    )


def peer_evaluation(
    gold: Sequence[Truth], found: Sequence[Found], *, as_masks: bool = False
) -> COCOeval:
    """Give COCO's evaluation; its summary is in `stats`."""
    with contextlib.redirect_stdout(io.StringIO()):
        truth, given = COCO(), COCO()
        truth.dataset = _dataset([_truth(row, as_masks=as_masks) for row in gold])
        given.dataset = _dataset([_found(row, as_masks=as_masks) for row in found])
        truth.createIndex()
        given.createIndex()
        evaluation = _TellingApart(truth, given, "segm" if as_masks else "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    return evaluation


class _TellingApart(COCOeval):  # type: ignore[misc]
    """COCO's evaluation with an `ignored` of its own beside `iscrowd`, which it overwrites."""

    def _prepare(self) -> None:
        super()._prepare()
        for rows in self._gts.values():
            for row in rows:
                row["ignore"] = row["iscrowd"] or row["ignored"]


def _dataset(rows: list[dict[str, Any]]) -> dict[str, Any]:
    for number, row in enumerate(rows, start=1):
        row["id"] = number
    return {
        "images": [{"id": n + 1, "width": SIDE, "height": SIDE} for n in range(IMAGES)],
        "categories": [{"id": n + 1, "name": str(n)} for n in range(CLASSES)],
        "annotations": rows,
    }


def _truth(row: Truth, *, as_masks: bool) -> dict[str, Any]:
    own = {"area": row.area, "iscrowd": row.crowd, "ignored": row.ignored}
    return {**_place(row, as_masks=as_masks), **own}


def _found(row: Found, *, as_masks: bool) -> dict[str, Any]:
    place = _place(row, as_masks=as_masks)
    area = row.box[2] * row.box[3]
    if as_masks:
        area = float(peer_mask.area(place["segmentation"]))
    return {**place, "score": row.score, "area": area, "iscrowd": 0}


def _place(row: Truth | Found, *, as_masks: bool) -> dict[str, Any]:
    place: dict[str, Any] = {"image_id": row.image + 1, "category_id": row.kind + 1}
    if as_masks:
        pixels = np.asfortranarray(_pixels(row.box))
        return {**place, "segmentation": peer_mask.encode(pixels)}
    return {**place, "bbox": list(row.box)}


def _shapes(rows: Sequence[Truth | Found], *, as_masks: bool) -> Any:
    if not as_masks:
        return np.array([row.box for row in rows]).reshape(-1, 4)
    stack = np.array([_pixels(row.box) for row in rows], dtype=np.uint8)
    return kernels.encode_masks(stack.reshape(-1, SIDE, SIDE))


def _pixels(place: Box) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Give a box with a hole, so that runs differ from those of a plain box."""
    x, y, width, height = (int(value) for value in place)
    pixels = np.zeros((SIDE, SIDE), dtype=np.uint8)
    pixels[y : y + height, x : x + width] = 1
    pixels[y + 2 : y + height - 2, x + 2 : x + width - 2] = 0
    return pixels
