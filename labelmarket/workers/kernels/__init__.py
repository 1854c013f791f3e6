"""Measures of labels: NumPy in, NumPy out.

A name is loaded when it is first used, since numba costs half a second and 160 MB that a process
which only reads label files should not pay.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labelmarket.workers.kernels.assignment import match_labels
    from labelmarket.workers.kernels.associations import association, never_without
    from labelmarket.workers.kernels.boxes import box_iou, box_iou_paired
    from labelmarket.workers.kernels.confusions import confusion, multilabel_counts
    from labelmarket.workers.kernels.counts import class_counts, tally
    from labelmarket.workers.kernels.cover import coverage_histogram
    from labelmarket.workers.kernels.crowding import density
    from labelmarket.workers.kernels.ends import extremes
    from labelmarket.workers.kernels.errors import error_kinds
    from labelmarket.workers.kernels.groups import best_iou_per_gold, box_iou_grouped
    from labelmarket.workers.kernels.mask_overlaps import mask_iou
    from labelmarket.workers.kernels.mask_text import read_masks, write_masks
    from labelmarket.workers.kernels.mask_union import merge_masks
    from labelmarket.workers.kernels.masks import (
        Masks,
        decode_masks,
        encode_masks,
        mask_areas,
        mask_boxes,
        take_masks,
    )
    from labelmarket.workers.kernels.matching import match_detections
    from labelmarket.workers.kernels.pairs import cooccurrence, instance_cooccurrence
    from labelmarket.workers.kernels.places import location_histogram
    from labelmarket.workers.kernels.polygons import polygon_areas, polygon_masks
    from labelmarket.workers.kernels.precision import (
        average_precision,
        class_precision,
        coco_figures,
    )
    from labelmarket.workers.kernels.proportions import lower_bound
    from labelmarket.workers.kernels.quadrants import quadrant_test
    from labelmarket.workers.kernels.repeats import repeated_boxes
    from labelmarket.workers.kernels.resampling import resampled_precision
    from labelmarket.workers.kernels.scores import (
        accuracy,
        class_scores,
        confusion_outcomes,
        mean_scores,
    )
    from labelmarket.workers.kernels.shapes import box_shapes
    from labelmarket.workers.kernels.sides import Detections, Gold
    from labelmarket.workers.kernels.warmth import warm, warm_for_work, warm_to_compare

__all__ = [
    "Detections",
    "Gold",
    "Masks",
    "accuracy",
    "association",
    "average_precision",
    "best_iou_per_gold",
    "box_iou",
    "box_iou_grouped",
    "box_iou_paired",
    "box_shapes",
    "class_counts",
    "class_precision",
    "class_scores",
    "coco_figures",
    "confusion",
    "confusion_outcomes",
    "cooccurrence",
    "coverage_histogram",
    "decode_masks",
    "density",
    "encode_masks",
    "error_kinds",
    "extremes",
    "instance_cooccurrence",
    "location_histogram",
    "lower_bound",
    "mask_areas",
    "mask_boxes",
    "mask_iou",
    "match_detections",
    "match_labels",
    "mean_scores",
    "merge_masks",
    "multilabel_counts",
    "never_without",
    "polygon_areas",
    "polygon_masks",
    "quadrant_test",
    "read_masks",
    "repeated_boxes",
    "resampled_precision",
    "take_masks",
    "tally",
    "warm",
    "warm_for_work",
    "warm_to_compare",
    "write_masks",
]

_HOMES = {
    "accuracy": "scores",
    "association": "associations",
    "average_precision": "precision",
    "best_iou_per_gold": "groups",
    "box_iou": "boxes",
    "box_iou_grouped": "groups",
    "box_iou_paired": "boxes",
    "box_shapes": "shapes",
    "class_counts": "counts",
    "class_precision": "precision",
    "class_scores": "scores",
    "coco_figures": "precision",
    "confusion": "confusions",
    "confusion_outcomes": "scores",
    "cooccurrence": "pairs",
    "coverage_histogram": "cover",
    "decode_masks": "masks",
    "density": "crowding",
    "Detections": "sides",
    "encode_masks": "masks",
    "error_kinds": "errors",
    "extremes": "ends",
    "Gold": "sides",
    "instance_cooccurrence": "pairs",
    "location_histogram": "places",
    "lower_bound": "proportions",
    "mask_areas": "masks",
    "mask_boxes": "masks",
    "mask_iou": "mask_overlaps",
    "Masks": "masks",
    "match_detections": "matching",
    "match_labels": "assignment",
    "mean_scores": "scores",
    "merge_masks": "mask_union",
    "multilabel_counts": "confusions",
    "never_without": "associations",
    "polygon_areas": "polygons",
    "polygon_masks": "polygons",
    "quadrant_test": "quadrants",
    "read_masks": "mask_text",
    "repeated_boxes": "repeats",
    "resampled_precision": "resampling",
    "take_masks": "masks",
    "tally": "counts",
    "warm": "warmth",
    "warm_for_work": "warmth",
    "warm_to_compare": "warmth",
    "write_masks": "mask_text",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    home = __import__(f"{__name__}.{_HOMES[name]}", fromlist=[name])
    return getattr(home, name)
