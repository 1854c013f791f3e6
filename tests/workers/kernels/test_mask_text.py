"""The compressed text of masks against pycocotools."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelmarket.workers import kernels
from labelmarket.workers.kernels.masks import Masks
from tests.workers.kernels.mask_samples import Pixels, peer_masks, stacks

runs = st.lists(st.integers(0, 2**28), max_size=8)


@given(stacks())
def test_texts_are_those_of_pycocotools(pixels: Pixels) -> None:
    texts = kernels.write_masks(kernels.encode_masks(pixels))

    assert texts == [one["counts"] for one in peer_masks(pixels)]


@given(st.lists(runs, max_size=5))
def test_reading_a_text_gives_back_the_runs(rows: list[list[int]]) -> None:
    masks = Masks(
        np.array([run for row in rows for run in row], dtype=np.uint32),
        np.cumsum([0, *map(len, rows)]),
        np.array([(2**15, 2**16 - 1)] * len(rows), dtype=np.int32).reshape(-1, 2),
    )

    again = kernels.read_masks(kernels.write_masks(masks), masks.sizes)

    assert again.counts.tolist() == masks.counts.tolist()
    assert again.offsets.tolist() == masks.offsets.tolist()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"1\x7f", "mask 1 is not spelled"),
        (b"/", "mask 1 is not spelled"),
        ("1é".encode(), "mask 1 is not spelled"),
        (b"1P", "mask 1 is not spelled"),
        (b"QQQQQQQQQ1", "mask 1 is not spelled"),
        (b"O", "mask 1 is not spelled"),
        (b"8", "mask 1 is empty, too large, or runs beyond"),
    ],
)
def test_a_text_that_is_none_is_refused_by_its_row(text: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        kernels.read_masks([b"1", text], [(2, 2), (2, 2)])


def test_every_text_needs_its_size() -> None:
    with pytest.raises(ValueError, match="as many sizes"):
        kernels.read_masks([b"1"], [])
