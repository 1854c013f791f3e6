"""Given classes against true ones, against sets and Counters."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers import kernels
from labelmarket.workers.kernels.confusions import MultilabelCounts
from tests.workers.kernels.kernel_samples import rows

Labels = list[tuple[int, int]]
ITEMS, CLASSES = 7, 4


def compared(truth: Labels, given_: Labels) -> MultilabelCounts:
    return kernels.multilabel_counts(
        truth_items=[item for item, _ in truth],
        truth_classes=[kind for _, kind in truth],
        items=[item for item, _ in given_],
        classes=[kind for _, kind in given_],
        n_items=ITEMS,
        n_classes=CLASSES,
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=40))
def test_a_confusion_counts_each_pair_of_true_and_given(pairs: Labels) -> None:
    table = kernels.confusion([one for one, _ in pairs], [other for _, other in pairs], n_classes=4)

    counts = Counter(pairs)
    assert table.tolist() == [[counts[one, other] for other in range(4)] for one in range(4)]


@settings(max_examples=200, deadline=None)
@given(rows, rows)
def test_several_classes_are_compared_as_sets(truth: Labels, given_: Labels) -> None:
    true, told = set(truth), set(given_)

    found = compared(truth, given_)

    for kind in range(CLASSES):
        assert found.outcomes.hits[kind] == sum(k == kind for _, k in true & told)
        assert found.outcomes.extra[kind] == sum(k == kind for _, k in told - true)
        assert found.outcomes.missed[kind] == sum(k == kind for _, k in true - told)
    assert found.right == ITEMS - len({item for item, _ in true ^ told})


@pytest.mark.parametrize(("truth", "given_"), [([0], [4]), ([-1], [0]), ([0, 1], [0])])
def test_numbers_that_name_no_class_are_refused(truth: list[int], given_: list[int]) -> None:
    with pytest.raises(ValueError, match=r"outside|must have"):
        kernels.confusion(truth, given_, n_classes=4)


def test_an_item_that_is_not_compared_is_refused() -> None:
    with pytest.raises(ValueError, match="items holds a number outside 0 … 6"):
        compared([], [(ITEMS, 0)])
