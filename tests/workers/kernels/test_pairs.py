"""Items and labels that two classes share, against the product of the presence matrix."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from labelmarket.workers import kernels
from labelmarket.workers.kernels import pairs
from tests.workers.kernels.kernel_samples import rows

Labels = list[tuple[int, int]]
MANY = pairs.BITS_CLASSES_MAX + 40


def together(labels: Labels, *, n_classes: int) -> NDArray[np.int64]:
    found: NDArray[np.int64] = kernels.cooccurrence(
        [item for item, _ in labels], [kind for _, kind in labels], n_classes=n_classes
    )
    return found


def product(labels: Labels, *, n_classes: int) -> NDArray[np.int64]:
    presence = np.zeros((7, n_classes), dtype=np.int64)
    for item, kind in labels:
        presence[item, kind] = 1
    return presence.T @ presence


@settings(max_examples=100, deadline=None)
@given(rows)
def test_cooccurrence_is_the_product_of_presence_with_itself(labels: Labels) -> None:
    assert (together(labels, n_classes=4) == product(labels, n_classes=4)).all()


@settings(max_examples=100, deadline=None)
@given(rows)
def test_with_many_classes_it_is_that_product_too(labels: Labels) -> None:
    spread = [(item, kind * 50) for item, kind in labels]

    assert (together(spread, n_classes=MANY) == product(spread, n_classes=MANY)).all()


@pytest.mark.parametrize("n_classes", [4, MANY])
def test_items_may_have_any_numbers(n_classes: int) -> None:
    labels = [(2**31 - 2, 1), (5, 0), (2**31 - 2, 0), (5, 0)]

    found = together(labels, n_classes=n_classes)

    assert found[:2, :2].tolist() == [[2, 1], [1, 1]]


@pytest.mark.parametrize("n_classes", [0, 4, MANY])
def test_no_labels_give_an_empty_table(n_classes: int) -> None:
    found = together([], n_classes=n_classes)

    assert found.shape == (n_classes, n_classes)
    assert not found.any()


@pytest.mark.parametrize("n_classes", [30, MANY])
def test_several_threads_give_that_product_of_many_items(
    n_classes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = np.random.default_rng(3)
    items, classes = chance.integers(0, 900, 5_000), chance.integers(0, n_classes, 5_000)
    presence = np.zeros((900, n_classes), dtype=np.int64)
    presence[items, classes] = 1

    for name in ("WORDS_OF_A_BLOCK", "LABELS_OF_A_BLOCK", "ITEMS_OF_A_BLOCK"):
        monkeypatch.setattr(pairs, name, 2)
    found = kernels.cooccurrence(items, classes, n_classes=n_classes)

    assert (found == presence.T @ presence).all()


@settings(max_examples=100, deadline=None)
@given(rows)
def test_instances_are_the_labels_on_items_that_hold_the_other_class(labels: Labels) -> None:
    held = Counter(labels)
    expected = np.zeros((4, 4), dtype=np.int64)
    for (item, one), count in held.items():
        for other in range(4):
            expected[one, other] += count if held[item, other] else 0

    found = kernels.instance_cooccurrence(
        [item for item, _ in labels], [kind for _, kind in labels], n_classes=4
    )

    assert (found == expected).all()


def test_a_class_beyond_the_last_is_refused() -> None:
    with pytest.raises(ValueError, match="classes holds a number outside 0 … 3"):
        together([(0, 4)], n_classes=4)
