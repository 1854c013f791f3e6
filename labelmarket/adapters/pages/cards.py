"""Cards with a picture and its words: the first in sight, the others a click away."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from labelmarket.adapters.pages import words
from labelmarket.adapters.pages.charts import bars, heatmap
from labelmarket.adapters.pages.markup import Content, Html, tag, together
from labelmarket.adapters.pages.tables import LEVELS

IN_SIGHT, CARDS_MAX = 12, 60
"""More pictures than this nobody compares; the tables have every class."""


Entry = TypeVar("Entry")


def card(title: Content, *content: Html, said: str) -> Html:
    caption = tag("figcaption", title)
    return tag("figure", caption, *content, *([tag("p", words.sentence(said))] if said else []))


def cards(entries: Sequence[Entry], draw: Callable[[Entry], Html]) -> Html:
    """Draw the first of the entries, which stand in the order of their weight."""
    shown = [draw(entry) for entry in entries[:CARDS_MAX]]
    parts = [_list(shown[:IN_SIGHT])]
    if hidden := shown[IN_SIGHT:]:
        more = f"{len(hidden)} more"
        if len(entries) > len(shown):
            more += f"; the other {words.count(len(entries) - len(shown))} are in the table"
        parts.append(tag("details", tag("summary", more), _list(hidden)))
    return together(parts)


def histogram(
    counts: Sequence[int], *, first: str, last: str, spoken: str, under: str = ""
) -> Html:
    """Show counts as bars, with what stands at both ends."""
    ends = tag("div", tag("span", first), tag("span", under), tag("span", last), class_="ends")
    return together((bars(counts, words=words.sentence(spoken)), ends))


def scale() -> Html:
    """Explain the colours of heat maps."""
    steps = (0.0, *(step + 0.5 for step in range(LEVELS - 1)))
    return tag(
        "div",
        tag("span", "nothing"),
        heatmap([steps], words="The palette, from nothing to the most"),
        tag("span", "the most in this picture"),
        class_="scale",
    )


def _list(figures: Sequence[Html]) -> Html:
    return tag("ul", *(tag("li", one) for one in figures), class_="cards")
