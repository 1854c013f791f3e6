"""Numbers in English: shares, amounts, counts of things, names in a row."""

from collections.abc import Sequence

NAMES_MAX = 5


def percent(share: float) -> str:
    """Say a share; only nothing is 0 % and only all is 100 %."""
    text = f"{100.0 * share:.1f}".removesuffix(".0")
    if text == "100" and share < 1.0:
        return "over 99.9 %"
    if text == "0" and share > 0.0:
        return "under 0.1 %"
    return f"{text} %"


def amount(number: float) -> str:
    """Say a number with three digits, or all that stand before the point."""
    if number >= 100.0:
        return f"{number:,.0f}"
    return f"{number:.3g}"


def counted(number: int, thing: str, *, plural: str = "") -> str:
    return f"{number:,} {thing if number == 1 else plural or thing + 's'}"


def listed(names: Sequence[str]) -> str:
    """Name the first few and say how many more there are."""
    shown = list(names[:NAMES_MAX])
    more = len(names) - len(shown)
    if more > 0:
        return f"{', '.join(shown)} and {more:,} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
