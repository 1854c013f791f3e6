"""A provider's labels, made from the true ones by seeded mistakes."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from labelmarket.demo.coco import Annotation, Coco, Picture, Segmentation, key_of

Rng = np.random.Generator

MISS_RATE: Final = 0.50
SWAP_RATE: Final = 0.25
ADD_RATE: Final = 0.30
JITTER: Final = 0.45
"""Rates per label, and shares of a box's side, of a labeler that is never right."""


class Labeler:
    """Labels images as somebody of a given accuracy would.

    An image's labels depend on the seed and on the image alone, so they are the same
    whatever else is labeled with it, and however often. `accuracy` is in [0, 1]; at 1
    the true labels come back as they are.
    """

    def __init__(self, truth: Coco, *, accuracy: float, seed: int) -> None:
        assert 0 <= accuracy <= 1, accuracy
        self._categories = truth["categories"]
        self._category_ids = list(dict.fromkeys(c["id"] for c in truth["categories"]))
        self._pictures = {key_of(picture): picture for picture in truth["images"]}
        self._labels: dict[int | str, list[Annotation]] = {}
        for label in truth["annotations"]:
            self._labels.setdefault(label["image_id"], []).append(label)
        self._error = 1.0 - accuracy
        self._seed = seed

    def label(self, keys: Sequence[str]) -> Coco:
        """Label the images with these keys; every one is listed, with labels or without.

        Raises
        ------
        KeyError
            The labeler has never seen an image of this key.
        """
        pictures = [self._pictures[key] for key in keys]
        annotations = [label for picture in pictures for label in self._see(picture)]
        for number, label in enumerate(annotations, start=1):
            label["id"] = number
        return Coco(images=pictures, annotations=annotations, categories=self._categories)

    def _see(self, picture: Picture) -> Iterator[Annotation]:
        rng = np.random.default_rng([self._seed, _number(key_of(picture))])
        for label in self._labels.get(picture["id"], []):
            if rng.random() < MISS_RATE * self._error:
                continue
            # A crowd is a region and not an object: it is seen as it is, or missed.
            yield label.copy() if label.get("iscrowd") else self._drawn(rng, picture, label)
            if rng.random() < ADD_RATE * self._error:
                yield self._imagined(rng, picture, label)

    def _drawn(self, rng: Rng, picture: Picture, label: Annotation) -> Annotation:
        if not self._error:
            return label.copy()
        box = _jittered(rng, label["bbox"], picture, spread=JITTER * self._error)
        category = label["category_id"]
        if rng.random() < SWAP_RATE * self._error:
            category = int(rng.choice(self._category_ids))
        drawn = _label(picture, box, category=category)
        segmentation = label.get("segmentation")
        if isinstance(segmentation, list):
            drawn["segmentation"] = _moved(segmentation, label["bbox"], box)
        return drawn

    def _imagined(self, rng: Rng, picture: Picture, like: Annotation) -> Annotation:
        """Label something that is not there, a little beside something that is."""
        box = _jittered(rng, like["bbox"], picture, spread=1.0)
        return _label(picture, box, category=int(rng.choice(self._category_ids)))


def _label(picture: Picture, box: list[float], *, category: int) -> Annotation:
    return Annotation(
        id=0,
        image_id=picture["id"],
        category_id=category,
        bbox=box,
        area=round(box[2] * box[3], 2),
        iscrowd=0,
    )


def _jittered(rng: Rng, box: list[float], picture: Picture, *, spread: float) -> list[float]:
    """Move each edge by a share of the box's side, and keep the box inside its image."""
    x, y, w, h = box
    left, top, right, bottom = rng.normal(0.0, spread / 2, size=4).clip(-0.9, 0.9).tolist()
    x0, x1 = _ends(x + left * w, x + w + right * w, picture.get("width"))
    y0, y1 = _ends(y + top * h, y + h + bottom * h, picture.get("height"))
    return [round(x0, 2), round(y0, 2), round(x1 - x0, 2), round(y1 - y0, 2)]


def _ends(first: float, second: float, most: float | None) -> tuple[float, float]:
    low, high = min(first, second), max(first, second)
    if not most:
        return low, high
    low = min(max(low, 0.0), most)
    return low, min(max(high, low), most)


def _moved(polygons: list[list[float]], before: list[float], after: list[float]) -> Segmentation:
    """Carry polygons along from one box to another."""
    x, y, w, h = before
    stretch_x, stretch_y = after[2] / w if w else 1.0, after[3] / h if h else 1.0
    return [
        [
            round(after[0] + (side - x) * stretch_x, 2)
            if place % 2 == 0
            else round(after[1] + (side - y) * stretch_y, 2)
            for place, side in enumerate(polygon)
        ]
        for polygon in polygons
    ]


def _number(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
