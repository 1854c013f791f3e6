"""Small pictures: which cells and bars they have, and how strong."""

import re

import pytest

from labelmarket.adapters.pages.cards import scale
from labelmarket.adapters.pages.charts import bars, heatmap
from labelmarket.adapters.pages.tables import LEVELS, level
from tests.adapters.pages.page_reading import read_page


def test_a_map_joins_equal_cells_and_leaves_out_the_empty_ones() -> None:
    [shown, *paths] = read_page(heatmap([[0, 9, 9], [1, 0, 9]], words="where").text).elements

    assert shown.attributes["viewbox"] == "0 0 3 2"
    assert {one.attributes["class"]: one.attributes["d"] for one in paths} == {
        "f2": "M0 1h1v1h-1z",
        "f9": "M1 0h2v1h-2zM2 1h1v1h-1z",
    }


def test_a_map_of_nothing_is_empty() -> None:
    assert [one.name for one in read_page(heatmap([[0, 0]], words="where").text).elements] == [
        "svg"
    ]


@pytest.mark.parametrize(
    ("share", "step"), [(0.0, 0), (1e-9, 1), (0.11, 1), (0.12, 2), (0.99, 9), (1.0, 9)]
)
def test_only_nothing_has_the_lowest_step(share: float, step: int) -> None:
    assert level(share) == step


def test_a_single_image_is_a_bar_that_can_be_seen_beside_a_million() -> None:
    path = read_page(bars([1_000_000, 0, 1], words="how many").text).called("path")[0]

    heights = [float(one) for one in re.findall(r"40v-([0-9.]+)", path.attributes["d"])]
    assert heights == [40.0, pytest.approx(2.0, abs=0.1)]


def test_the_scale_shows_every_step() -> None:
    paths = read_page(scale().text).called("path")

    assert [one.attributes["class"] for one in paths] == [f"f{step}" for step in range(1, LEVELS)]
