"""The labels of a dataset by item, and files named after items."""

from collections.abc import Iterator
from pathlib import PurePosixPath

import numpy as np

from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.workers.columns import Int64s

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._- ")
NAME_BYTES_MAX = 120


def rows_of_items(dataset: Dataset) -> Iterator[tuple[int, Int64s]]:
    """Give every item with the rows of its labels, in the order of both."""
    order = np.argsort(dataset.labels.items, kind="stable")
    edges = np.searchsorted(dataset.labels.items[order], np.arange(len(dataset.items) + 1))
    for ordinal in range(len(dataset.items)):
        yield ordinal, order[edges[ordinal] : edges[ordinal + 1]]


def file_names(dataset: Dataset, *, suffix: str) -> list[str]:
    """Name a file for each item: after its key, or after its number where that is not safe."""
    names: list[str] = []
    taken: set[str] = set()
    for ordinal in range(len(dataset.items)):
        name = PurePosixPath(dataset.key(ordinal)).stem
        usable = set(name) <= PLAIN and name.strip(". ") == name and 0 < len(name) <= NAME_BYTES_MAX
        if not usable or name.lower() in taken or name.lower() in RESERVED:
            name = f"item {ordinal + 1}"
        while name.lower() in taken:
            name += "-"
        taken.add(name.lower())
        names.append(name + suffix)
    return names


RESERVED = frozenset({"classes", "train", "val", "valid", "test", "labels", "readme", "con", "nul"})
