"""COCO's evaluation and run-length masks against the tools that people use for them.

All peers get the same rows and time the same stretch: from what they hold in memory to the result.
For the evaluation that is our arrays and the peers' own loaded data sets, whose loading is not
timed; for masks it is the compressed texts, so everybody decodes.
"""

import contextlib
import importlib
import io
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from types import ModuleType
from typing import Any

import numpy as np

from benchmarks.evaluation_world import (
    CLASSES,
    HEIGHT,
    WIDTH,
    World,
    compressed_masks,
    gold_dataset,
    results,
    world_of,
)
from benchmarks.rows import Row
from labelmarket.workers import kernels
from labelmarket.workers.kernels.masks import Masks

SMALL, LARGE = 5_000, 118_000
MASKS = 200
"""As many as pycocotools measures at once; from 256 on its areas overflow."""

GROUP = 10
REPEATS, SLOW_REPEATS, MASK_REPEATS = 5, 3, 15

Work = Callable[[], object]


def rows() -> Iterator[Row]:
    yield from _evaluations(
        SMALL,
        floors={"hotcoco": (0.9, 1.5), "faster_coco_eval": (20.0, 35.0), "pycocotools": (120, 250)},
    )
    yield from _evaluations(LARGE, floors={"hotcoco": (0.75, 1.2)})
    yield from _masks()


def _evaluations(images: int, *, floors: dict[str, tuple[float, float]]) -> Iterator[Row]:
    world = world_of(images)
    makers = {"hotcoco": _hotcoco, "faster_coco_eval": _faster, "pycocotools": _pycocotools}
    figures: dict[str, object] = {}
    size = f"{images:,} images, {len(world.gold_boxes):,} gold, {len(world.scores):,} detections"
    for name, (floor, goal) in floors.items():
        work = f"COCO bbox evaluation, {size}"
        if not _present(name, work=work):
            continue
        peer = makers[name](world)
        repeats = SLOW_REPEATS if name == "pycocotools" or images == LARGE else REPEATS
        ours, theirs = _interleaved(lambda: _ours(world), peer, repeats=repeats, into=figures)
        _same_figures(figures, peer=name)
        yield Row(
            work=work,
            value=ours,
            unit="s",
            peer=name,
            ratio=theirs / ours,
            floor=floor,
            goal=goal,
        )


def _ours(world: World) -> object:
    curves = kernels.average_precision(
        kernels.Gold(
            images=world.gold_images,
            classes=world.gold_classes,
            shapes=world.gold_boxes,
            areas=world.areas,
            crowd=world.crowd,
        ),
        kernels.Detections(
            images=world.found_images,
            classes=world.found_classes,
            shapes=world.found_boxes,
            scores=world.scores,
        ),
        n_classes=CLASSES,
    )
    return kernels.coco_figures(curves)


def _hotcoco(world: World) -> Work:
    hotcoco = importlib.import_module("hotcoco")
    gold = hotcoco.COCO(gold_dataset(world))
    return _evaluation(hotcoco.COCOeval, gold, gold.load_res(results(world)))


def _faster(world: World) -> Work:
    faster = importlib.import_module("faster_coco_eval")
    gold = faster.COCO(gold_dataset(world))
    return _evaluation(faster.COCOeval_faster, gold, gold.loadRes(results(world)))


def _pycocotools(world: World) -> Work:
    coco = importlib.import_module("pycocotools.coco")
    evaluation = importlib.import_module("pycocotools.cocoeval").COCOeval
    with _quiet():
        gold = coco.COCO()
        gold.dataset = gold_dataset(world)
        gold.createIndex()
        return _evaluation(evaluation, gold, gold.loadRes(results(world)))


def _evaluation(kind: Callable[..., Any], gold: object, found: object) -> Work:
    def work() -> object:
        with _quiet():
            one = kind(gold, found, "bbox")
            one.evaluate()
            one.accumulate()
            one.summarize()
        return one.stats

    return work


def _same_figures(figures: dict[str, object], *, peer: str) -> None:
    ours, theirs = (np.asarray(figures[one], dtype=np.float64)[:12] for one in ("ours", "peer"))
    apart = float(np.abs(ours - theirs).max())
    exact = peer == "pycocotools"
    assert apart == 0.0 if exact else apart < 1e-12, f"{peer} says something else: {apart}"


def _masks() -> Iterator[Row]:
    """Everything at once, where the texts are read once; then each alone, to be seen."""
    texts = compressed_masks(MASKS)
    size = f"{MASKS} masks of {WIDTH} x {HEIGHT}"
    for name, floor, goal in (("pycocotools", 2.0, 6.0), ("hotcoco", 1.0, 3.0)):
        work = f"RLE IoU, merge, area, decoding included, {size}"
        if not _present(name, work=work):
            continue
        peer = importlib.import_module(f"{name}.mask")
        theirs = _PeerMasks(texts, peer)
        yield _mask_row(work, lambda: _all_of(texts), theirs.all, peer=name, goals=(floor, goal))
        for word, ours, other in (
            ("IoU", _iou_of, theirs.iou),
            ("merge", _merge_of, theirs.merge),
            ("area", _area_of, theirs.area),
        ):
            alone = f"RLE {word} alone, decoding included, {size}"
            yield _mask_row(alone, partial(_after_reading, ours, texts), other, peer=name)


def _mask_row(
    work: str,
    ours: Work,
    theirs: Work,
    *,
    peer: str,
    goals: tuple[float | None, float | None] = (None, None),
) -> Row:
    said: dict[str, object] = {}
    mine, other = _interleaved(ours, theirs, repeats=MASK_REPEATS, into=said)
    assert _equal(said["ours"], said["peer"]), f"{peer} says something else: {work}"
    return Row(
        work=work,
        value=1_000 * mine,
        unit="ms",
        peer=peer,
        ratio=other / mine,
        floor=goals[0],
        goal=goals[1],
    )


def _equal(ours: object, theirs: object) -> bool:
    if isinstance(ours, tuple) and isinstance(theirs, tuple):
        return all(_equal(one, other) for one, other in zip(ours, theirs, strict=True))
    return bool(np.array_equal(ours, theirs))  # type: ignore[arg-type]


class _PeerMasks:
    """What a peer with pycocotools' functions does with compressed texts."""

    def __init__(self, texts: list[dict[str, Any]], peer: ModuleType) -> None:
        self._texts = texts
        self._peer = peer
        self._crowd = [0] * len(texts)

    def iou(self) -> object:
        return np.asarray(self._peer.iou(self._texts, self._texts, self._crowd)).T

    def merge(self) -> object:
        groups = (self._texts[at : at + GROUP] for at in range(0, len(self._texts), GROUP))
        return [self._peer.merge(group)["counts"] for group in groups]

    def area(self) -> object:
        return self._peer.area(self._texts)

    def all(self) -> object:
        return self.iou(), self.merge(), self.area()


def _all_of(texts: list[dict[str, Any]]) -> object:
    masks = _read(texts)
    return _iou_of(masks), _merge_of(masks), _area_of(masks)


def _after_reading(work: Callable[[Masks], object], texts: list[dict[str, Any]]) -> object:
    return work(_read(texts))


def _iou_of(masks: Masks) -> object:
    return kernels.mask_iou(masks, masks)


def _merge_of(masks: Masks) -> object:
    groups = np.arange(0, len(masks.sizes) + 1, GROUP)
    return kernels.write_masks(kernels.merge_masks(masks, groups))


def _area_of(masks: Masks) -> object:
    return kernels.mask_areas(masks)


def _read(texts: list[dict[str, Any]]) -> Masks:
    return kernels.read_masks([one["counts"] for one in texts], [one["size"] for one in texts])


def _interleaved(
    ours: Work, theirs: Work, *, repeats: int, into: dict[str, object]
) -> tuple[float, float]:
    """Run both in turn and give the median seconds of each; the first of ours is not counted."""
    ours()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(repeats):
        for work, name, taken in ((ours, "ours", times[0]), (theirs, "peer", times[1])):
            began = time.perf_counter()
            into[name] = work()
            taken.append(time.perf_counter() - began)
    return median(times[0]), median(times[1])


def _present(name: str, *, work: str) -> bool:
    try:
        importlib.import_module(name)
    except ImportError:
        sys.stderr.write(f"NOT RUN, {name} is not installed: {work}\n")
        return False
    return True


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with contextlib.redirect_stdout(io.StringIO()):
        yield
