"""A simulated model: good at some classes, poor at others, sure of itself throughout."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import orjson

from labelmarket.demo.coco import Coco, key_of
from labelmarket.demo.noise import Labeler

ACCURACY: Final[Mapping[str, float]] = {"car": 0.95, "bus": 0.94, "person": 0.93, "bench": 0.9}
"""How often the model is right about a class; of all others it knows little."""
OTHERWISE: Final = 0.6
NAME: Final = "street detector"
VERSION: Final = "1"


def predictions(truth: Coco, *, seed: int) -> bytes:
    """Give what the model says of every image, as a label file with scores in [0.5, 1)."""
    rows: list[dict[str, Any]] = []
    keys = [key_of(picture) for picture in truth["images"]]
    for category in truth["categories"]:
        name, number = category["name"], category["id"]
        own = [one for one in truth["annotations"] if one["category_id"] == number]
        of_class = Coco(images=truth["images"], annotations=own, categories=[category])
        labeler = Labeler(of_class, accuracy=ACCURACY.get(name, OTHERWISE), seed=seed)
        found = labeler.label(keys)["annotations"]
        rng = np.random.default_rng([seed, _number(name)])
        scores = (0.5 + rng.random(len(found)) / 2).round(6).tolist()
        rows += [
            {**label, "score": score, "iscrowd": 0, "id": len(rows) + place}
            for place, (label, score) in enumerate(zip(found, scores, strict=True), start=1)
        ]
    return orjson.dumps({**truth, "annotations": rows})


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
