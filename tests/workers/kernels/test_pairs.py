"""Items that hold two classes, against the product of the presence matrix."""

import numpy as np
from hypothesis import given, settings

from labelmarket.workers import kernels
from tests.workers.kernels.kernel_samples import rows


@settings(max_examples=100, deadline=None)
@given(rows)
def test_cooccurrence_is_the_product_of_presence_with_itself(
    labels: list[tuple[int, int]],
) -> None:
    presence = np.zeros((7, 4), dtype=np.int64)
    for item, kind in labels:
        presence[item, kind] = 1

    together = kernels.cooccurrence(
        [item for item, _ in labels], [kind for _, kind in labels], n_classes=4
    )

    assert (together == presence.T @ presence).all()
