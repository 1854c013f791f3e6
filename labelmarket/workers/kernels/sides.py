"""Gold and detections as they come in, and what is refused of them."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.mask_overlaps import CROWD, Runs, runs_of
from labelmarket.workers.kernels.masks import Masks, sound_masks

Rows = NDArray[np.int32]
Flags = NDArray[np.uint8]
Floats = NDArray[np.float64]

IGNORED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """What is right, one row a label, in any order.

    `images` and `classes` are (n,) whole numbers from 0. `shapes` are boxes in pixels, (n, 4)
    float64 x, y, width, height with y down (the COCO frame), or `Masks`. `areas` are (n,) square
    pixels, for the area ranges alone; without them the shapes' own. A `crowd` row (n,) stands for
    many objects: it may be found any number of times, and what finds it is neither right nor
    wrong. An `ignored` row (n,) is likewise not counted, but is found once; crowds are ignored.
    """

    images: ArrayLike
    classes: ArrayLike
    shapes: ArrayLike | Masks
    areas: ArrayLike | None = None
    crowd: ArrayLike | None = None
    ignored: ArrayLike | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Detections:
    """What was found, one row a detection: as `Gold`, and (n,) finite `scores`, more is surer."""

    images: ArrayLike
    classes: ArrayLike
    shapes: ArrayLike | Masks
    scores: ArrayLike
    areas: ArrayLike | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Checked columns of gold or detections; `flags` has the bits IGNORED and CROWD."""

    images: Rows
    classes: Rows
    shapes: Floats | Runs
    areas: Floats
    scores: Floats
    flags: Flags

    def of_one_class(self) -> "Side":
        """Give the same labels with class 0 for all."""
        return replace(self, classes=checks.frozen(np.zeros_like(self.classes)))


def sound(gold: Gold, found: Detections, *, n_classes: int) -> tuple[Side, Side]:
    """Check both sides; ValueError names the first column that is not as its class says."""
    checks.bounded(n_classes, name="n_classes", low=0, high=checks.CLASSES_MAX)
    if isinstance(gold.shapes, Masks) != isinstance(found.shapes, Masks):
        raise ValueError("masks are compared with masks, boxes with boxes")
    n = np.asarray(gold.images).size
    ignored = checks.flags(gold.ignored, name="gold.ignored", length=n)
    crowd = checks.flags(gold.crowd, name="gold.crowd", length=n)
    flags = np.where(crowd, np.uint8(CROWD | IGNORED), np.where(ignored, np.uint8(IGNORED), 0))
    return (
        _side(gold, np.zeros(n), flags.astype(np.uint8), name="gold", n_classes=n_classes),
        _side(
            found,
            found.scores,
            np.zeros(np.asarray(found.images).size, dtype=np.uint8),
            name="detections",
            n_classes=n_classes,
        ),
    )


def _side(
    labels: Gold | Detections, scores: ArrayLike, flags: Flags, *, name: str, n_classes: int
) -> Side:
    images = checks.indices(labels.images, name=f"{name}.images", below=checks.INDEX_MAX)
    n = len(images)
    shapes: Floats | Runs
    if isinstance(labels.shapes, Masks):
        shapes = runs_of(sound_masks(labels.shapes, name=f"{name}.shapes"))
    else:
        shapes = checks.boxes(labels.shapes, name=f"{name}.shapes")
    if len(shapes.sizes if isinstance(shapes, Runs) else shapes) != n:
        raise ValueError(f"{name}.shapes must have {n} rows")
    areas = _own_areas(shapes) if labels.areas is None else labels.areas
    return Side(
        images=images,
        classes=checks.indices(labels.classes, name=f"{name}.classes", below=n_classes, length=n),
        shapes=shapes,
        areas=_numbers(areas, name=f"{name}.areas", n=n),
        scores=_numbers(scores, name=f"{name}.scores", n=n),
        flags=checks.frozen(flags),
    )


def _own_areas(shapes: Floats | Runs) -> Floats:
    if isinstance(shapes, Runs):
        return shapes.areas.astype(np.float64)
    return shapes[:, 2] * shapes[:, 3]


def _numbers(values: ArrayLike, *, name: str, n: int) -> Floats:
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.shape != (n,) or not np.isfinite(array).all():
        raise ValueError(f"{name} must be {n} finite numbers")
    return checks.frozen(array)
