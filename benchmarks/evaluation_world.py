"""Gold and detections of a made-up data set: arrays, COCO's dicts, compressed masks."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers.kernels.mask_text import write_masks
from labelmarket.workers.kernels.masks import encode_masks

CLASSES = 80
WIDTH, HEIGHT = 640, 480
GOLD_PER_IMAGE, FOUND_PER_IMAGE = 7.3, 15
CROWD_SHARE = 0.01

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Rows of both sides; classes are as uneven as in COCO, six in ten detections near gold."""

    images: int
    gold_images: Ints
    gold_classes: Ints
    gold_boxes: Floats
    areas: Floats
    crowd: NDArray[np.uint8]
    found_images: Ints
    found_classes: Ints
    found_boxes: Floats
    scores: Floats


def world_of(images: int, *, seed: int = 3) -> World:
    chance = np.random.default_rng(seed)
    count, found = int(images * GOLD_PER_IMAGE), int(images * FOUND_PER_IMAGE)
    share = 1.0 / np.arange(1, CLASSES + 1)
    gold_images = np.sort(chance.integers(0, images, count)).astype(np.int32)
    gold_classes = chance.choice(CLASSES, count, p=share / share.sum()).astype(np.int32)
    boxes = _boxes(chance, count)
    source = np.sort(chance.integers(0, count, found))
    near = chance.random(found) < 0.6
    shift = chance.normal(0.0, 0.12, (found, 4)) * np.tile(boxes[source, 2:], 2)
    given = np.where(near[:, None], boxes[source] + shift, _boxes(chance, found))
    given[:, 2:] = np.maximum(given[:, 2:], 1.0)
    kinds = np.where(
        chance.random(found) < 0.9, gold_classes[source], chance.integers(0, CLASSES, found)
    )
    scores = np.where(near, chance.beta(4, 2, found), chance.beta(1, 4, found))
    return World(
        images=images,
        gold_images=gold_images,
        gold_classes=gold_classes,
        gold_boxes=boxes,
        areas=np.round(boxes[:, 2] * boxes[:, 3] * chance.uniform(0.5, 1.0, count), 2),
        crowd=(chance.random(count) < CROWD_SHARE).astype(np.uint8),
        found_images=gold_images[source],
        found_classes=kinds.astype(np.int32),
        found_boxes=np.round(given, 2).astype(np.float64),
        scores=np.round(scores, 3).astype(np.float64),
    )


def gold_dataset(world: World) -> dict[str, Any]:
    rows = zip(
        (world.gold_images + 1).tolist(),
        (world.gold_classes + 1).tolist(),
        world.gold_boxes.tolist(),
        world.areas.tolist(),
        world.crowd.tolist(),
        strict=True,
    )
    names = ("image_id", "category_id", "bbox", "area", "iscrowd")
    return {
        "images": [
            {"id": n + 1, "width": WIDTH, "height": HEIGHT, "file_name": f"{n}.jpg"}
            for n in range(world.images)
        ],
        "categories": [{"id": n + 1, "name": str(n)} for n in range(CLASSES)],
        "annotations": [
            {"id": n, **dict(zip(names, row, strict=True))} for n, row in enumerate(rows, start=1)
        ],
    }


def results(world: World) -> list[dict[str, Any]]:
    rows = zip(
        (world.found_images + 1).tolist(),
        (world.found_classes + 1).tolist(),
        world.found_boxes.tolist(),
        world.scores.tolist(),
        strict=True,
    )
    names = ("image_id", "category_id", "bbox", "score")
    return [dict(zip(names, row, strict=True)) for row in rows]


def compressed_masks(count: int, *, seed: int = 5) -> list[dict[str, Any]]:
    """Give masks with ragged borders, about a hundred columns wide, as COCO spells them."""
    chance = np.random.default_rng(seed)
    pixels = np.zeros((count, HEIGHT, WIDTH), dtype=np.uint8)
    for one in pixels:
        left, top = chance.integers(0, 400), chance.integers(0, 200)
        for column in range(left, left + chance.integers(60, 240)):
            ragged = chance.integers(0, 6, 2)
            one[top + ragged[0] : top + 150 - ragged[1], column] = 1
            if column % 3 == 0:
                one[top + 60 : top + 70, column] = 0
    texts = write_masks(encode_masks(pixels))
    return [{"size": [HEIGHT, WIDTH], "counts": text} for text in texts]


def _boxes(chance: np.random.Generator, count: int) -> Floats:
    sides = np.exp(chance.normal(4.0, 1.0, (count, 2))).clip(2.0, 400.0)
    corners = chance.uniform(0.0, 1.0, (count, 2)) * (np.array([WIDTH, HEIGHT]) - sides).clip(1.0)
    return np.round(np.concatenate([corners, sides], axis=1), 2)
