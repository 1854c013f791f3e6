"""Elements of an XML file, one after the other, without entities and without a document type."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from labelmarket.application.labels import FILE_BYTES_MAX, UnreadableFile

CHUNK_BYTES = 1 << 16
DEPTH_MAX = 32
TEXT_CHARACTERS_MAX = 1 << 22
NODES_MAX = 1 << 20
SPACE, PRESERVE = "xml:space", "preserve"
"""The attribute by which XML itself says that the blanks of a text are part of it."""


@dataclass(slots=True)
class Node:
    """One element with what stands in it."""

    tag: str
    attributes: dict[str, str]
    line: int
    text: str = ""
    children: "list[Node]" = field(default_factory=list)

    def all(self, tag: str) -> "list[Node]":
        return [child for child in self.children if child.tag == tag]

    def first(self, tag: str) -> "Node | None":
        return next((child for child in self.children if child.tag == tag), None)

    def word(self, tag: str) -> str:
        """Give the text of a child, empty when there is none.

        Blanks around it are there for looks, unless the child says that they are to be preserved.
        """
        found = self.first(tag)
        return "" if found is None else found.own_word()

    def own_word(self) -> str:
        """Give the text of the element itself, as `word` does."""
        kept = self.attributes.get(SPACE) == PRESERVE
        return self.text if kept else self.text.strip()


def elements(path: Path, *, wanted: frozenset[str]) -> Iterator[Node]:
    """Give the elements of the wanted names as they end, with all that they hold.

    Others are walked through. Memory is that of one wanted element. Raises UnreadableFile for text
    that is no XML, declares a document type or an entity, or nests too deeply.
    """
    if path.stat().st_size > FILE_BYTES_MAX:
        raise UnreadableFile(
            code="FILE_TOO_LARGE", message=f"a label file has at most {FILE_BYTES_MAX} bytes"
        )
    walk = _Walk(wanted)
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                walk.parser.Parse(chunk, False)  # noqa: FBT003  (the library takes no names)
                yield from walk.taken()
            walk.parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise UnreadableFile(code="NOT_XML", message=str(error)) from None
    yield from walk.taken()


class _Walk:
    def __init__(self, wanted: frozenset[str]) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self._wanted = wanted
        self._depth = self._nodes = self._characters = 0
        self._open: list[Node] = []
        self._done: list[Node] = []

    def taken(self) -> list[Node]:
        done, self._done = self._done, []
        return done

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH_MAX:
            raise UnreadableFile(code="TOO_DEEP", message=f"elements nest deeper than {DEPTH_MAX}")
        if not self._open and tag not in self._wanted:
            return
        self._nodes += 1
        if self._nodes > NODES_MAX:
            raise UnreadableFile(
                code="TOO_MANY_ROWS", message=f"an element holds at most {NODES_MAX} others"
            )
        node = Node(tag, attributes, self.parser.CurrentLineNumber)
        if self._open:
            self._open[-1].children.append(node)
        self._open.append(node)

    def _end(self, _tag: str) -> None:
        self._depth -= 1
        if not self._open:
            return
        node = self._open.pop()
        if not self._open:
            self._done.append(node)
            self._nodes = self._characters = 0

    def _text(self, text: str) -> None:
        if not self._open:
            return
        self._characters += len(text)
        if self._characters > TEXT_CHARACTERS_MAX:
            raise UnreadableFile(
                code="FILE_TOO_LARGE",
                message=f"an element holds at most {TEXT_CHARACTERS_MAX} characters",
            )
        self._open[-1].text += text

    def _refuse(self, *_declared: object) -> NoReturn:
        raise UnreadableFile(
            code="FORBIDDEN_XML", message="document types and entities are not read"
        )
