"""Measures of labels: NumPy in, NumPy out.

A name is loaded when it is first used, since numba costs half a second and 160 MB that a process
which only reads label files should not pay.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labelmarket.workers.kernels.boxes import best_iou_per_gold, box_iou
    from labelmarket.workers.kernels.counts import class_counts, tally
    from labelmarket.workers.kernels.cover import coverage_histogram
    from labelmarket.workers.kernels.crowding import density
    from labelmarket.workers.kernels.pairs import cooccurrence
    from labelmarket.workers.kernels.places import location_histogram
    from labelmarket.workers.kernels.warmth import warm

__all__ = [
    "best_iou_per_gold",
    "box_iou",
    "class_counts",
    "cooccurrence",
    "coverage_histogram",
    "density",
    "location_histogram",
    "tally",
    "warm",
]

_HOMES = {
    "best_iou_per_gold": "boxes",
    "box_iou": "boxes",
    "class_counts": "counts",
    "cooccurrence": "pairs",
    "coverage_histogram": "cover",
    "density": "crowding",
    "location_histogram": "places",
    "tally": "counts",
    "warm": "warmth",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    home = __import__(f"{__name__}.{_HOMES[name]}", fromlist=[name])
    return getattr(home, name)
