"""Numbers and names as people read them on a page."""

from labelmarket.adapters.pages.markup import Html, tag
from labelmarket.adapters.pages.tables import Number
from labelmarket.workers.insight.report_types import Report

NAME_CHARACTERS_MAX, SENTENCE_CHARACTERS_MAX = 120, 500
NONE = "–"


def count(value: int) -> str:
    return f"{value:,}"


def counted(value: int, one: str, many: str) -> str:
    """Give a number with its noun."""
    return f"{count(value)} {one if value == 1 else many}"


def share(value: float | None, *, digits: int = 1) -> str:
    """Give a share of one in percent; a share that is not quite nothing or all never looks so."""
    if value is None:
        return NONE
    smallest = 10.0**-digits
    percent = value * 100
    if 0 < percent < smallest / 2:
        return f"< {smallest:.{digits}f} %"
    if 100 - smallest / 2 < percent < 100:
        return f"> {100 - smallest:.{digits}f} %"
    return f"{percent:.{digits}f} %"


def figure(value: float | None, *, digits: int = 3) -> str:
    return NONE if value is None else f"{value:,.{digits}f}".replace("-", "−")


def interval(value: float | None, *, low: float, high: float) -> str:
    """Give what a figure lies between; without the figure that says nothing."""
    return NONE if value is None else f"{figure(low)} to {figure(high)}"


def thing_of(report: Report) -> str:
    """Name what is labeled: what has boxes is an image, the rest may be a text or a row."""
    return "image" if "location" in report["sections"] else "item"


def short(text: str, *, characters_max: int = NAME_CHARACTERS_MAX) -> str:
    """Cut a name so that it fits on a line, or a sentence with a name in it."""
    return text if len(text) <= characters_max else text[: characters_max - 1] + "…"


def sentence(said: str) -> str:
    return short(said, characters_max=SENTENCE_CHARACTERS_MAX)


def shown(name: str) -> Html:
    """Give a name apart from the text around it, whatever direction it is written in."""
    return tag("bdi", short(name) or "(no name)")


def amount(value: int) -> Number:
    """Give a cell with a whole number."""
    return Number(shown=count(value), value=value)


def part(value: float | None, *, digits: int = 1) -> Number:
    """Give a cell with a share of one."""
    return Number(shown=share(value, digits=digits), value=value)
