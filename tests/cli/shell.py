"""The program run in this process, and label files for it to read."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from labelmarket.cli import main

Box = tuple[int, str, tuple[float, float, float, float]]
"""The number of an image from 1 on, the name of a class, a box."""

SIDE = 100


class Shell:
    """Runs the program, and keeps what it said beside its answer."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.said = ""

    def run(self, *words: str | Path, code: int = 0) -> str:
        ended = main([str(word) for word in words])
        answer, self.said = self._capsys.readouterr()
        assert ended == code, self.said
        return answer

    def json(self, *words: str | Path, code: int = 0) -> Any:
        return json.loads(self.run(*words, "--json", code=code))

    def refused(self, *words: str | Path) -> str:
        """Run words that are wrong, and give what was said about them."""
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        assert ended.value.code == 2
        return self._capsys.readouterr().err


def coco(
    path: Path, boxes: Sequence[Box], *, images: int = 3, classes: Sequence[str] = ("cat", "dog")
) -> Path:
    """Write boxes as COCO instances; images are numbered from 1 on, as are classes."""
    rows = [
        {
            "id": number,
            "image_id": image,
            "category_id": classes.index(name) + 1 if name in classes else 99,
            "bbox": list(box),
            "area": box[2] * box[3],
            "iscrowd": 0,
        }
        for number, (image, name, box) in enumerate(boxes, start=1)
    ]
    listed = [
        {"id": n, "file_name": f"{n}.png", "width": SIDE, "height": SIDE}
        for n in range(1, images + 1)
    ]
    kinds = [{"id": n, "name": name} for n, name in enumerate(classes, start=1)]
    path.write_text(json.dumps({"images": listed, "categories": kinds, "annotations": rows}))
    return path


def results(path: Path, boxes: Sequence[Box], *, classes: Sequence[str] = ("cat", "dog")) -> Path:
    """Write boxes as COCO results, the surest first."""
    rows = [
        {
            "image_id": image,
            "category_id": classes.index(name) + 1,
            "bbox": list(box),
            "score": 1.0 / number,
        }
        for number, (image, name, box) in enumerate(boxes, start=1)
    ]
    path.write_text(json.dumps(rows))
    return path
