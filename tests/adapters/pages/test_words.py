"""Numbers as people read them."""

import pytest

from labelmarket.adapters.pages import words


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "–"),
        (0.0, "0.0 %"),
        (1e-6, "< 0.1 %"),
        (100 / 140, "71.4 %"),
        (0.99999, "> 99.9 %"),
        (1.0, "100.0 %"),
    ],
)
def test_a_share_that_is_not_quite_nothing_or_all_never_looks_so(
    value: float | None, said: str
) -> None:
    assert words.share(value) == said


def test_a_figure_below_nothing_has_a_minus_sign() -> None:
    assert words.figure(-0.125, digits=2) == "−0.12"


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 labels"), (1, "1 label"), (1234, "1,234 labels")]
)
def test_a_number_has_its_noun(number: int, said: str) -> None:
    assert words.counted(number, "label", "labels") == said


def test_what_is_too_long_is_cut() -> None:
    assert words.short("x" * 121) == "x" * 119 + "…"
    assert words.short("x" * 120) == "x" * 120
