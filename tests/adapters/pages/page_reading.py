"""A page as a browser's parser sees it: elements with their attributes, and all text."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset({"br", "input", "meta"})


@dataclass(slots=True)
class Element:
    name: str
    attributes: dict[str, str]
    parent: "Element | None"
    text: str = ""


@dataclass(slots=True)
class Page:
    elements: list[Element] = field(default_factory=list)

    def called(self, name: str) -> list[Element]:
        return [one for one in self.elements if one.name == name]

    def text_of(self, name: str) -> str:
        return "\n".join(one.text for one in self.called(name))

    def ids(self) -> list[str]:
        return [one.attributes["id"] for one in self.elements if "id" in one.attributes]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        assert len(named) == len(attrs), f"{tag} says an attribute twice"
        element = Element(tag, named, self.open[-1] if self.open else None)
        self.page.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().name == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        for element in self.open:
            element.text += data


def read_page(text: str) -> Page:
    """Give the elements of a page, every one of which must be closed where it should be."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert not reader.open
    return reader.page
