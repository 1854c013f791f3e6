"""How two classes go together, against exact fractions and correlated columns."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from numpy.typing import NDArray

from labelmarket.workers import kernels
from tests.workers.kernels.kernel_samples import rows

Labels = list[tuple[int, int]]
ITEMS = 7


def presence(labels: Labels) -> NDArray[np.int64]:
    table = np.zeros((ITEMS, 4), dtype=np.int64)
    for item, kind in labels:
        table[item, kind] = 1
    return table


@settings(max_examples=100, deadline=None)
@given(rows)
def test_shares_and_lifts_are_those_of_their_definitions(labels: Labels) -> None:
    held = presence(labels)
    together = held.T @ held

    found = kernels.association(together, n_items=ITEMS)

    for a, b in product(range(4), repeat=2):
        both, of_a, of_b = (int(together[one]) for one in ((a, b), (a, a), (b, b)))
        if of_a:
            assert found.conditional[a, b] == both / of_a
        else:
            assert np.isnan(found.conditional[a, b])
        if of_a and of_b:
            lift = Fraction(both * ITEMS, of_a * of_b)
            assert found.lift[a, b] == pytest.approx(float(lift), rel=2e-15)
        else:
            assert np.isnan(found.lift[a, b])


@settings(max_examples=100, deadline=None)
@given(rows)
def test_phi_is_the_correlation_of_two_columns(labels: Labels) -> None:
    held = presence(labels)

    phi = kernels.association(held.T @ held, n_items=ITEMS).phi

    for a, b in product(range(4), repeat=2):
        if held[:, a].std() and held[:, b].std():
            expected = np.corrcoef(held[:, a], held[:, b])[0, 1]
            assert phi[a, b] == pytest.approx(expected, abs=1e-12)
        else:
            assert np.isnan(phi[a, b])


def test_counts_near_the_limit_do_not_overflow() -> None:
    half = 1 << 29
    found = kernels.association([[half, 0], [0, half]], n_items=1 << 30)

    assert found.phi.tolist() == [[1.0, -1.0], [-1.0, 1.0]]
    assert found.lift.tolist() == [[2.0, 0.0], [0.0, 2.0]]


@settings(max_examples=100, deadline=None)
@given(rows)
def test_a_class_that_never_stands_alone_is_told_with_its_companion(labels: Labels) -> None:
    held = presence(labels).astype(bool)
    expected = [
        (a, b, int(held[:, a].sum()))
        for a, b in product(range(4), repeat=2)
        if a != b and held[:, a].any() and held[held[:, a], b].all()
    ]

    found = kernels.never_without(held.astype(np.int64).T @ held)

    assert list(zip(*(column.tolist() for column in found[:3]), strict=True)) == expected
    assert found.lower == pytest.approx([0.05 ** (1 / n) for _, _, n in expected])


def test_tables_without_classes_give_nothing() -> None:
    assert kernels.association(np.zeros((0, 0), np.int64), n_items=0).phi.shape == (0, 0)
    assert len(kernels.never_without([]).first) == 0


@pytest.mark.parametrize(
    ("together", "reason"),
    [
        ([[1, 0]], "square"),
        ([[1.0]], "square"),
        ([[1, 1], [0, 1]], "no labels have"),
        ([[1, 2], [2, 3]], "no labels have"),
        ([[-1]], "no labels have"),
        ([[9]], "more items than the 8"),
        ([[2**31]], "more than 1073741824"),
    ],
)
def test_what_is_no_table_of_common_items_is_refused(
    together: list[list[int]], reason: str
) -> None:
    with pytest.raises(ValueError, match=reason):
        kernels.association(together, n_items=8)
