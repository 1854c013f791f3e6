"""Label files put on one table of items, told by their names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from labelmarket.adapters.formats.coco_rows import Id
from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.workers.columns import Int64s, ItemTable, LabelColumns, item_columns
from labelmarket.workers.insight import spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Several files on one table of items and one list of classes, in the order of the files."""

    items: ItemTable
    labels: tuple[LabelColumns, ...]


def put_together(datasets: Sequence[Dataset]) -> Together:
    """Give the items of all files, each once and with its first known size, and their labels.

    Items and classes are told by their names. Memory is about 300 bytes for each item when there
    are several files; a single one is left as it is.
    """
    if len(datasets) == 1:
        return Together(items=ItemTable((datasets[0].items,)), labels=(datasets[0].labels,))
    ordinals: dict[bytes, int] = {}
    places = [
        np.array([ordinals.setdefault(key, len(ordinals)) for key in _keys(one)], dtype=np.int64)
        for one in datasets
    ]
    sizes, media = np.zeros((len(ordinals), 2)), np.zeros((len(ordinals), 32), dtype=np.uint8)
    for one, place in zip(reversed(datasets), reversed(places), strict=True):
        known = one.items.sizes.all(axis=1)
        sizes[place[known]] = one.items.sizes[known]
        seen = one.items.media.any(axis=1)
        media[place[seen]] = one.items.media[seen]
    classes = tuple(dict.fromkeys(name for one in datasets for name in one.labels.class_names))
    return Together(
        items=ItemTable((item_columns(list(ordinals), sizes=sizes, media=media),)),
        labels=tuple(
            _in_classes(_moved(one.labels, place), classes)
            for one, place in zip(datasets, places, strict=True)
        ),
    )


def ordered(dataset: Dataset) -> Dataset:
    """Give the items and classes of a file in the order of their numbers, as COCO's own tools do.

    Equal scores are settled by the order of items, and the mean over classes is added up in theirs.
    """
    items, kinds = _order(dataset.item_ids), _order(dataset.class_ids)
    keys, names = _keys(dataset), dataset.labels.class_names
    table = item_columns(
        [keys[place] for place in items.tolist()],
        sizes=dataset.items.sizes[items],
        media=dataset.items.media[items],
    )
    labels = replace(
        _moved(dataset.labels, np.argsort(items)),
        classes=np.argsort(kinds).astype(np.int32)[dataset.labels.classes],
        class_names=tuple(names[place] for place in kinds.tolist()),
    )
    return replace(
        dataset,
        items=table,
        labels=labels,
        item_ids=tuple(dataset.item_ids[place] for place in items.tolist()),
        class_ids=tuple(dataset.class_ids[place] for place in kinds.tolist()),
    )


def all_labels(files: Sequence[LabelColumns]) -> LabelColumns:
    """Give the labels of files that were put together as if they stood in one."""
    if len(files) == 1:
        return files[0]
    people = tuple(dict.fromkeys(name for one in files for name in one.annotator_names))
    annotators = [_translated(one.annotators, one.annotator_names, into=people) for one in files]
    return LabelColumns(
        class_names=files[0].class_names,
        annotator_names=people,
        ids=np.concatenate([one.ids for one in files]),
        items=np.concatenate([one.items for one in files]),
        classes=np.concatenate([one.classes for one in files]),
        boxes=np.concatenate([one.boxes for one in files]),
        crowd=np.concatenate([one.crowd for one in files]),
        areas=np.concatenate([one.areas for one in files]),
        scores=np.concatenate([one.scores for one in files]),
        annotators=np.concatenate(annotators),
        geometry=np.concatenate([one.geometry for one in files]),
        covered=spans.union(one.covered for one in files),
        problems=sum(one.problems for one in files),
    )


def _translated(
    values: NDArray[np.int32], names: tuple[str, ...], *, into: tuple[str, ...]
) -> NDArray[np.int32]:
    """Translate ordinals of one list of names to another's; what is below 0 stays."""
    places = {name: place for place, name in enumerate(into)}
    table = np.array([*(places[name] for name in names), -1], dtype=np.int32)
    return table[values]


def _in_classes(labels: LabelColumns, classes: tuple[str, ...]) -> LabelColumns:
    kinds = _translated(labels.classes, labels.class_names, into=classes)
    return replace(labels, class_names=classes, classes=kinds)


def _moved(labels: LabelColumns, places: Int64s) -> LabelColumns:
    return replace(
        labels,
        items=places[labels.items].astype(np.int32),
        covered=spans.of(places[spans.ordinals(labels.covered)]),
    )


def _order(numbers: Sequence[Id]) -> Int64s:
    """Give the order of numbers; names stay where they are, behind the numbers."""
    places = range(len(numbers))
    key = [(isinstance(one, str), 0 if isinstance(one, str) else one) for one in numbers]
    return np.array(sorted(places, key=key.__getitem__), dtype=np.int64)


def _keys(dataset: Dataset) -> list[bytes]:
    text, ends = dataset.items.keys.tobytes(), dataset.items.key_offsets.tolist()
    return [text[begin:end] for begin, end in pairwise(ends)]
