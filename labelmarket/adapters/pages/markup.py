"""HTML put together from elements: text is escaped on its way in, and there is no other way."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

VOID = frozenset({"br", "input", "meta"})

# Characters that no HTML file may hold, that cannot be written at all, or that turn the text
# around them: they are shown as a mark. Languages written from the right do without the last.
_BROKEN = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_TURNING = "\u202a-\u202e\u2066-\u2069"
_UNWRITABLE = re.compile(f"[{_BROKEN}{_TURNING}]")
_UNSAFE = re.compile(f"[{_BROKEN}{_TURNING}&<>\"']")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Html:
    """Text that is markup already."""

    text: str


Content = Html | str | int
Attribute = str | int | None


def tag(name: str, /, *content: Content, **attributes: Attribute) -> Html:
    """Give an element; everything but Html is escaped, attributes that are None are left out.

    `class_` and `for_` stand for the names that Python keeps to itself, and `aria_label` is
    written `aria-label`.
    """
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in VOID:
        return Html(f"<{name}{said}>")
    return Html(f"<{name}{said}>{''.join(map(_text, content))}</{name}>")


def together(parts: Iterable[Content]) -> Html:
    """Give the parts one after the other."""
    return Html("".join(map(_text, parts)))


def _text(part: Content) -> str:
    return part.text if isinstance(part, Html) else _escaped(part)


def _escaped(value: str | int) -> str:
    text = str(value)
    # Most texts are plain, and one look is quicker than six replacements.
    if _UNSAFE.search(text) is None:
        return text
    return escape(_UNWRITABLE.sub(_REPLACEMENT, text), quote=True)
