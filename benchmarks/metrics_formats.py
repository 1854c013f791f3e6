"""A large COCO file into columns: our reader against the libraries people load such files with."""

import contextlib
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers import Peer, against, library
from benchmarks.rows import Row
from labelmarket.adapters.formats.reading import read

IMAGES, LABELS, CLASSES = 118_000, 860_000, 80
CROWD_SHARE = 0.012
POINTS_MEAN = 22
SEED = 7
REPEATS = 3
PEAK_SHARE_MAX = 0.45
PROGRAM_S_MAX = 600

# The peak that getrusage gives a child begins with its parent's; this page has its own.
PEAK = "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"


def rows(*, images: int = IMAGES, labels: int = LABELS, repeats: int = REPEATS) -> Iterator[Row]:
    """Make a file, read it in turns, and once more in processes of their own for their peaks."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "instances.json"
        write_world(path, images=images, labels=labels)
        megabytes = path.stat().st_size / 1e6
        work = f"COCO JSON, {images:,} images, {labels:,} labels, {megabytes:.0f} MB, to columns"
        theirs = library("hotcoco")
        slow = library("pycocotools.coco")
        yield from against(
            work,
            partial(read, path),
            [
                Peer(
                    name="hotcoco",
                    work=partial(theirs.COCO, str(path)) if theirs else None,
                    floor=0.5,
                    goal=0.9,
                ),
                Peer(
                    name="pycocotools",
                    work=partial(arrays, path) if slow else None,
                    floor=6,
                    goal=10,
                ),
            ],
            repeats=repeats,
        )
        yield _peak(path, there=slow is not None)


def arrays(path: Path) -> tuple[np.ndarray[Any, Any], ...]:
    """Load with pycocotools and give what our columns hold, as arrays."""
    from pycocotools.coco import COCO  # noqa: PLC0415  (a peer)

    with contextlib.redirect_stdout(io.StringIO()):
        every = list(COCO(str(path)).anns.values())
    polygons = [row["segmentation"] for row in every if isinstance(row["segmentation"], list)]
    return (
        np.array([row["bbox"] for row in every]),
        np.array([row["image_id"] for row in every]),
        np.array([row["category_id"] for row in every]),
        np.array([row["area"] for row in every]),
        np.array([row["iscrowd"] for row in every]),
        np.concatenate([np.array(ring) for rings in polygons for ring in rings]),
    )


def _peak(path: Path, *, there: bool) -> Row:
    ours = _peak_mb("labelmarket.adapters.formats.reading", f"read(Path({str(path)!r}))")
    work = "the same, peak memory of a process"
    if not there:
        return Row(work=f"NOT RUN, pycocotools is not installed: {work}", value=ours, unit="MB")
    theirs = _peak_mb("benchmarks.metrics_formats", f"arrays(Path({str(path)!r}))")
    return Row(
        work=work,
        value=ours,
        unit="MB",
        peer="pycocotools",
        ratio=theirs / ours,
        floor=1 / PEAK_SHARE_MAX,
        goal=1 / PEAK_SHARE_MAX,
    )


def _peak_mb(module: str, call: str) -> float:
    program = f"from pathlib import Path; from {module} import *; kept = {call}; {PEAK}"
    shown = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, timeout=PROGRAM_S_MAX
    )
    return int(shown.stdout) / 1_000


def write_world(path: Path, *, images: int, labels: int) -> None:
    """Write a file like those of COCO: most labels with a polygon, a few crowds with a mask."""
    chance = np.random.default_rng(SEED)
    lengths = np.maximum(3, chance.poisson(POINTS_MEAN, labels))
    where = chance.integers(0, images, labels)
    kinds = chance.integers(1, CLASSES + 1, labels)
    crowds = chance.random(labels) < CROWD_SHARE
    with path.open("w") as file:
        file.write('{"info": {}, "licenses": [], "images": [')
        file.write(", ".join(_image(number) for number in range(images)))
        file.write('], "annotations": [')
        for row in range(labels):
            corner = chance.uniform(0, 400, 2)
            points = np.round(corner + chance.uniform(0, 200, (int(lengths[row]), 2)), 2)
            line = _label(row, points, image=int(where[row]), kind=int(kinds[row]))
            if crowds[row]:
                line |= {"iscrowd": 1, "segmentation": _crowd(chance)}
            file.write((", " if row else "") + json.dumps(line))
        names = [{"id": at, "name": f"class {at}"} for at in range(1, CLASSES + 1)]
        file.write(f'], "categories": {json.dumps(names)}}}')


def _image(number: int) -> str:
    name = f"{number:012}.jpg"
    return json.dumps(
        {
            "license": 4,
            "file_name": name,
            "coco_url": f"train2017/{name}",
            "height": 480,
            "width": 640,
            "date_captured": "2013-11-14 11:18:45",
            "id": number,
        }
    )


def _label(row: int, points: np.ndarray[Any, Any], *, image: int, kind: int) -> dict[str, object]:
    x, y = points[:, 0], points[:, 1]
    low, high = points.min(axis=0), points.max(axis=0)
    return {
        "segmentation": [points.ravel().tolist()],
        "area": float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2),
        "iscrowd": 0,
        "image_id": image,
        "bbox": [*np.round(low, 2).tolist(), *np.round(high - low, 2).tolist()],
        "category_id": kind,
        "id": row + 1,
    }


def _crowd(chance: np.random.Generator) -> dict[str, object]:
    """Give a mask of sixty runs."""
    cuts = np.sort(chance.choice(480 * 640, 60, replace=False))
    counts = np.diff(np.concatenate(([0], cuts, [480 * 640])))
    return {"counts": counts.tolist(), "size": [480, 640]}
