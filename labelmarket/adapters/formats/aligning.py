"""Two datasets brought onto the same items and classes."""

from collections import Counter
from dataclasses import replace
from pathlib import PurePosixPath

import numpy as np

from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.workers.insight import spans

COLUMNS = ("ids", "boxes", "crowd", "areas", "scores", "annotators", "geometry")


def aligned(predicted: Dataset, gold: Dataset) -> Dataset:
    """Give predictions on the items and classes of the gold, by ids or by names.

    A name fits when it is the same, or the same without folder and ending and there is only one
    such. Labels elsewhere are left out and counted among the problems.
    """
    items, kinds = _item_map(predicted, gold), _class_map(predicted, gold)
    places = np.array(items, dtype=np.int32)[predicted.labels.items]
    classes = np.array(kinds, dtype=np.int32)[predicted.labels.classes]
    kept = (places >= 0) & (classes >= 0)
    lost = int(len(kept) - kept.sum())
    columns = {name: getattr(predicted.labels, name)[kept] for name in COLUMNS}
    labels = replace(
        predicted.labels,
        class_names=gold.labels.class_names,
        items=places[kept],
        classes=classes[kept],
        covered=spans.of(np.array([place for place in items if place >= 0], dtype=np.int64)),
        problems=predicted.labels.problems + lost,
        **columns,
    )
    return replace(
        predicted,
        items=gold.items,
        labels=labels,
        outlines=predicted.outlines.only(kept),
        item_ids=gold.item_ids,
        class_ids=gold.class_ids,
        problems_total=predicted.problems_total + lost,
        numbered=False,
    )


def _item_map(predicted: Dataset, gold: Dataset) -> list[int]:
    if predicted.numbered:
        numbers = {str(ident): ordinal for ordinal, ident in enumerate(gold.item_ids)}
        return [numbers.get(str(ident), -1) for ident in predicted.item_ids]
    keys = [gold.key(ordinal) for ordinal in range(len(gold.items))]
    exact = {key: ordinal for ordinal, key in enumerate(keys)}
    times = Counter(map(_stem, keys))
    loose = {_stem(key): at for at, key in enumerate(keys) if times[_stem(key)] == 1}
    wanted = [predicted.key(ordinal) for ordinal in range(len(predicted.items))]
    often = Counter(map(_stem, wanted))
    return [
        exact.get(key, loose.get(_stem(key), -1) if often[_stem(key)] == 1 else -1)
        for key in wanted
    ]


def _class_map(predicted: Dataset, gold: Dataset) -> list[int]:
    if predicted.numbered:
        numbers = {str(ident): ordinal for ordinal, ident in enumerate(gold.class_ids)}
        return [numbers.get(str(ident), -1) for ident in predicted.class_ids]
    names = {name: ordinal for ordinal, name in enumerate(gold.labels.class_names)}
    return [names.get(name, -1) for name in predicted.labels.class_names]


def _stem(key: str) -> str:
    """Take folder and ending off a name; what follows the last full stop of a text is no ending."""
    path = PurePosixPath(key)
    return path.stem if path.suffix[1:].isalnum() else path.name
