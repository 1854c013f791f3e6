"""Numbers in words never say all or nothing when it is not."""

import pytest

from labelmarket.workers.insight.wording import amount, counted, listed, percent


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.72, "72 %"),
        (100 / 140, "71.4 %"),
        (0.0, "0 %"),
        (1e-6, "under 0.1 %"),
        (1.0, "100 %"),
        (0.99999, "over 99.9 %"),
        (0.9996, "over 99.9 %"),
        (0.999, "99.9 %"),
    ],
)
def test_a_share_is_said_with_one_digit(share: float, said: str) -> None:
    assert percent(share) == said


@pytest.mark.parametrize(
    ("number", "said"), [(1.9503, "1.95"), (41.04, "41"), (12_345.6, "12,346"), (0.0123, "0.0123")]
)
def test_an_amount_is_said_with_three_digits(number: float, said: str) -> None:
    assert amount(number) == said


def test_things_are_counted_in_singular_and_plural() -> None:
    assert [counted(n, "box", plural="boxes") for n in (0, 1, 1_203)] == [
        "0 boxes",
        "1 box",
        "1,203 boxes",
    ]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (list("abcdefg"), "a, b, c, d, e and 2 more"),
    ],
)
def test_names_stand_in_a_row(names: list[str], said: str) -> None:
    assert listed(names) == said
