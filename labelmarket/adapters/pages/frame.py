"""The page around the sections: one file that asks nobody for anything, and runs its own script."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

from labelmarket.adapters.pages.markup import Content, Html, tag


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a page with a heading; `name` is its address inside the page."""

    name: str
    title: str
    content: Sequence[Html]


def page(*, title: Content, plain_title: str, lead: Content, sections: Sequence[Section]) -> str:
    """Give the whole file, UTF-8; its policy lets nothing but its own style and script in."""
    style, script = _own("page.css"), _own("page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", plain_title),
        tag("style", style),
    )
    body = tag(
        "body",
        tag("a", "Skip to the report", href="#main", class_="skip"),
        tag("header", tag("div", tag("h1", title), tag("p", lead))),
        tag(
            "div",
            _contents(sections),
            tag("main", *map(_section, sections), id="main"),
            class_="page",
        ),
        tag("footer", "Made by labelmarket. This file is whole in itself: it loads nothing."),
        tag("script", script),
    )
    return f"<!doctype html>\n{tag('html', head, body, lang='en').text}\n"


def _contents(sections: Sequence[Section]) -> Html:
    links = (tag("li", tag("a", one.title, href=f"#{one.name}")) for one in sections)
    return tag("nav", tag("ul", *links), aria_label="Contents")


def _section(section: Section) -> Html:
    heading = tag("h2", section.title, id=f"{section.name}-title")
    return tag(
        "section",
        heading,
        *section.content,
        id=section.name,
        aria_labelledby=f"{section.name}-title",
    )


def _own(name: str) -> Html:
    """Give a file of this package, which is markup already: no element ends inside of it."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    assert "</" not in text
    return Html(text)


def _hash(source: Html) -> str:
    return f"sha256-{b64encode(sha256(source.text.encode()).digest()).decode()}"
