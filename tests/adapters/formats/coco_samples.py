"""Small COCO documents, written as a customer or a provider would send them."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from labelmarket.adapters.formats.coco_items import read_items
from labelmarket.workers.columns import ItemTable

Json = dict[str, Any]

CLASSES = ("cat", "dog")
BOX = [1.0, 2.0, 3.0, 4.0]


def image(ident: int | str, name: str | None = None, **more: object) -> Json:
    return {"id": ident, "file_name": name or f"{ident}.jpg", "width": 100, "height": 50, **more}


def annotation(image_id: int | str, category_id: int = 1, **more: object) -> Json:
    return {"image_id": image_id, "category_id": category_id, "bbox": BOX, **more}


def coco(
    *, images: list[Any], annotations: list[Any] | None = None, categories: list[Any] | None = None
) -> Json:
    return {
        "info": {"year": 2026},
        "images": images,
        "annotations": annotations or [],
        "categories": categories or [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}],
    }


def written(folder: Path, document: Json | bytes) -> Path:
    path = folder / "upload.json"
    path.write_bytes(document if isinstance(document, bytes) else json.dumps(document).encode())
    return path


def table(folder: Path, *names: str) -> ItemTable:
    """Give the items of one manifest, 100 by 50 pixels each."""
    path = written(folder, coco(images=[image(at, name) for at, name in enumerate(names)]))
    columns, problems = read_items(path, after=ItemTable(()), media={})
    assert problems.total == 0
    return ItemTable((columns,))


def same(one: object, other: object) -> bool:
    return bool(np.array_equal(np.asarray(one), np.asarray(other), equal_nan=True))
