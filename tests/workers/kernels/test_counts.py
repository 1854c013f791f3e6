"""Labels and items of every class, against a Counter."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings

from labelmarket.workers import kernels
from tests.workers.kernels.kernel_samples import rows


@settings(max_examples=100, deadline=None)
@given(rows)
def test_a_tally_counts_every_pair_once_in_order(labels: list[tuple[int, int]]) -> None:
    items, classes, counts = kernels.tally(
        [item for item, _ in labels], [kind for _, kind in labels], n_classes=4
    )

    found = list(zip(items.tolist(), classes.tolist(), counts.tolist(), strict=True))
    assert found == [(*pair, count) for pair, count in sorted(Counter(labels).items())]


@settings(max_examples=100, deadline=None)
@given(rows)
def test_class_counts_tell_labels_and_items(labels: list[tuple[int, int]]) -> None:
    found = kernels.class_counts(
        [item for item, _ in labels], [kind for _, kind in labels], n_classes=4
    )

    assert found[0].tolist() == [sum(kind == c for _, kind in labels) for c in range(4)]
    assert found[1].tolist() == [len({i for i, kind in labels if kind == c}) for c in range(4)]


@pytest.mark.parametrize(
    ("items", "classes"),
    [([0], [4]), ([0], [-1]), ([-1], [0]), ([0, 1], [0]), ([0.5], [0]), ([[0]], [[0]])],
)
def test_numbers_that_name_nothing_are_refused(items: list[int], classes: list[int]) -> None:
    with pytest.raises(ValueError, match=r"must|outside"):
        kernels.tally(items, classes, n_classes=4)


def test_items_beyond_32_bits_are_refused_and_never_wrapped() -> None:
    with pytest.raises(ValueError, match="outside"):
        kernels.tally(np.array([2**33]), [0], n_classes=1)


def test_items_far_apart_are_counted_without_a_place_for_each_between() -> None:
    items, classes, counts = kernels.tally([2**31 - 2, 7, 2**31 - 2], [1, 0, 1], n_classes=2)

    assert items.tolist() == [7, 2**31 - 2]
    assert classes.tolist() == [0, 1]
    assert counts.tolist() == [1, 2]
