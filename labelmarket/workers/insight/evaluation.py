"""How well predicted labels find gold ones: COCO's figures, kinds of errors, confusion."""

from dataclasses import dataclass, fields
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers import kernels
from labelmarket.workers.insight.class_metrics import ClassFigure, object_figures
from labelmarket.workers.insight.sums import BACKGROUND, MATCH_IOU
from labelmarket.workers.kernels.errors import KINDS
from labelmarket.workers.kernels.masks import Masks
from labelmarket.workers.kernels.matching import Matches
from labelmarket.workers.kernels.precision import Curves
from labelmarket.workers.kernels.sides import Detections, Gold

NOTHING = "(nothing)"
"""The last row and column of a confusion: a prediction of no gold, gold that nothing found."""

AT_50, AT_75 = 0, 5
NEITHER = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """COCO's twelve, from 0 to 1; None where no gold label is of that size."""

    ap: float | None
    ap50: float | None
    ap75: float | None
    ap_small: float | None
    ap_medium: float | None
    ap_large: float | None
    ar1: float | None
    ar10: float | None
    ar100: float | None
    ar_small: float | None
    ar_medium: float | None
    ar_large: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassResult:
    """One class: labels on both sides, counts at MATCH_IOU, AP and its interval in `figure`."""

    name: str
    gold: int
    predicted: int
    right: int
    wrong: int
    not_found: int
    ap: float | None
    ap50: float | None
    ap75: float | None
    ar100: float | None
    figure: ClassFigure


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorKind:
    """How often something goes wrong, and how much higher AP at MATCH_IOU would be without."""

    kind: str
    count: int
    ap_gain: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What predictions are worth against gold.

    `right`, `wrong`, `not_found` and `ignored` count at MATCH_IOU; ignored predictions found a
    crowd. `confusion` has a row a gold class and a column a predicted one, both in the order of
    `confusion_classes`, whose last is NOTHING.
    """

    geometry: Literal["box", "mask"]
    figures: Figures
    right: int
    wrong: int
    not_found: int
    ignored: int
    classes: tuple[ClassResult, ...]
    errors: tuple[ErrorKind, ...]
    confusion_classes: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]


def evaluate(gold: Gold, found: Detections, *, class_names: tuple[str, ...]) -> Evaluation:
    """Compare predictions with gold, boxes with boxes or masks with masks.

    `_background_` is no object: whoever gathers the rows leaves it out, and it is not spoken of.
    Images are numbered in the order in which equal scores are settled: by COCO's image ids to
    have COCO's bits. Raises ValueError for columns that the kernels refuse.
    """
    n_classes = len(class_names)
    curves = kernels.average_precision(gold, found, n_classes=n_classes)
    errors = kernels.error_kinds(gold, found, n_classes=n_classes, threshold=MATCH_IOU)
    matches = errors.matches
    table = _confusion(gold, found, matches, n_classes=n_classes)
    figures = object_figures(gold, found, class_names=class_names, curves=curves)
    classes = _classes(curves, table, matches, found, figures)
    spoken = [k for k, name in enumerate(class_names) if name != BACKGROUND]
    within = np.array([*spoken, n_classes])
    return Evaluation(
        geometry="mask" if isinstance(gold.shapes, Masks) else "box",
        figures=_figures(curves),
        right=sum(one.right for one in classes),
        wrong=sum(one.wrong for one in classes),
        not_found=sum(one.not_found for one in classes),
        ignored=int((matches.ignored[:, 0] & matches.counted).sum()),
        classes=tuple(classes[k] for k in spoken),
        errors=tuple(
            ErrorKind(kind=kind, count=count, ap_gain=_known(gain))
            for kind, count, gain in zip(
                KINDS, errors.counts.tolist(), errors.gains.tolist(), strict=True
            )
        ),
        confusion_classes=(*(class_names[k] for k in spoken), NOTHING),
        confusion=tuple(tuple(row) for row in table[np.ix_(within, within)].tolist()),
    )


def _figures(curves: Curves) -> Figures:
    names = [field.name for field in fields(Figures)]
    values = kernels.coco_figures(curves).tolist()
    return Figures(**dict(zip(names, map(_known, values), strict=True)))


def _classes(
    curves: Curves,
    table: NDArray[np.int64],
    matches: Matches,
    found: Detections,
    figures: tuple[ClassFigure, ...],
) -> tuple[ClassResult, ...]:
    judged = matches.counted & ~matches.ignored[:, 0]
    kinds = np.asarray(found.classes)
    predicted = np.bincount(kinds, minlength=len(figures)).tolist()
    wrong = np.bincount(kinds[judged & (matches.gold[:, 0] < 0)], minlength=len(figures))
    right = table.diagonal()
    recall = curves.recall[:, :, 0, -1].mean(axis=0).tolist()
    ap50 = kernels.class_precision(curves, threshold=AT_50).tolist()
    ap75 = kernels.class_precision(curves, threshold=AT_75).tolist()
    positives = curves.positives[:, 0].tolist()
    return tuple(
        ClassResult(
            name=figure.name,
            gold=positives[k],
            predicted=predicted[k],
            right=int(right[k]),
            wrong=int(wrong[k]),
            not_found=positives[k] - int(right[k]),
            ap=figure.value,
            ap50=_known(ap50[k]),
            ap75=_known(ap75[k]),
            ar100=_known(recall[k]),
            figure=figure,
        )
        for k, figure in enumerate(figures)
    )


def _confusion(
    gold: Gold, found: Detections, matches: Matches, *, n_classes: int
) -> NDArray[np.int64]:
    """Count pairs as COCO matched them, then what is left across classes, then what finds none."""
    true, given = np.asarray(gold.classes), np.asarray(found.classes)
    aside = _flags(gold.crowd, len(true)) | _flags(gold.ignored, len(true))
    partner = np.where(matches.ignored[:, 0], NEITHER, matches.gold[:, 0])
    free_gold = ~aside
    free_gold[partner[partner >= 0]] = False
    free = matches.counted & ~matches.ignored[:, 0] & (partner < 0)
    crossed = _across(gold, found, np.flatnonzero(free_gold), np.flatnonzero(free), n_classes)
    partner[crossed[1]] = crossed[0]
    free_gold[crossed[0]] = False
    free[crossed[1]] = False
    paired = partner >= 0
    table = np.zeros((n_classes + 1, n_classes + 1), dtype=np.int64)
    np.add.at(table, (true[partner[paired]], given[paired]), 1)
    table[:n_classes, n_classes] = np.bincount(true[free_gold], minlength=n_classes)
    table[n_classes, :n_classes] = np.bincount(given[free], minlength=n_classes)
    return table


def _across(
    gold: Gold,
    found: Detections,
    gold_rows: NDArray[np.int64],
    rows: NDArray[np.int64],
    n_classes: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pair rows of both sides whatever their classes are."""
    pairs = kernels.match_labels(
        _rows(gold, gold_rows),
        _rows(found, rows),
        n_classes=n_classes,
        threshold=MATCH_IOU,
        by_class=False,
    )
    paired = pairs.partner >= 0
    return gold_rows[paired], rows[pairs.partner[paired]]


def _rows(labels: Gold | Detections, rows: NDArray[np.int64]) -> Gold:
    shapes = labels.shapes
    return Gold(
        images=np.asarray(labels.images)[rows],
        classes=np.asarray(labels.classes)[rows],
        shapes=kernels.take_masks(shapes, rows)
        if isinstance(shapes, Masks)
        else np.asarray(shapes, dtype=np.float64).reshape(-1, 4)[rows],
    )


def _flags(values: object, n: int) -> NDArray[np.bool_]:
    return np.zeros(n, dtype=np.bool_) if values is None else np.asarray(values).astype(np.bool_)


def _known(value: float) -> float | None:
    return value if value >= 0.0 else None
