"""Classes of items in JSON, one object for each item: in lines, or in one list."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import UNSET, UnsetType

from labelmarket.adapters.formats import json_file
from labelmarket.adapters.formats.growing import Growing
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.formats.text_lines import lines
from labelmarket.application.labels import UnreadableFile

ITEM_NAMES = ("item", "image", "filename", "file_name", "text", "data", "path", "key", "id")

UNREAD = "a row of labels has no such member"

Words = str | list[str]


class Row(msgspec.Struct, gc=False):
    """What is read of an object; the item is looked for under several names."""

    label: Words | UnsetType | None = UNSET
    labels: Words | UnsetType | None = UNSET
    category: Words | UnsetType | None = UNSET
    score: float | UnsetType | None = UNSET
    annotator: str | int | UnsetType | None = UNSET


ROW = msgspec.json.Decoder(Row)
OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
KEY = msgspec.json.Decoder(str | int)


def read_json_rows(growing: Growing, path: Path, *, name: str) -> None:
    """Read an object for each item. Raises UnreadableFile when the file is no text or no list."""
    for place, text in object_texts(path):
        try:
            _read_row(growing, text)
        except BadRow as bad:
            growing.problem(bad, file=name, place=place)


def object_texts(path: Path) -> Iterator[tuple[str, bytes]]:
    """Give the place and the text of every object, be it JSON or not. Raises UnreadableFile."""
    with path.open("rb") as file:
        head = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] == b"[":
        # Some files that end in .jsonl are one list.
        rows = json_file.rows(json_file.list_of(path), name=path.name)
        yield from ((f"$[{at}]", bytes(raw)) for at, raw in enumerate(rows))
        return
    for line, text in lines(path):
        if text.strip():
            yield f"line {line}", text.encode()


def _read_row(growing: Growing, text: bytes) -> None:
    members = members_of(text)
    named, key = _key(members, names=(*growing.keyed_by, *ITEM_NAMES))
    try:
        said = _read_labels(growing, key, text)
    except BadRow as bad:
        raise BadRow(bad.code, bad.message, item=bad.item or key) from None
    for name, value in members.items():
        if name not in {named, said, "score", "annotator"} and bytes(value) != b"null":
            growing.unread(name, why=UNREAD)


def members_of(text: bytes) -> dict[str, msgspec.Raw]:
    """Give the members of an object that is strict JSON. Raises BadRow."""
    try:
        json_file.check_object(text)
        return OBJECT.decode(text)
    except msgspec.ValidationError as error:
        raise BadRow("WRONG_TYPE", str(error)) from None
    except msgspec.DecodeError as error:
        # Half of a character, which the strict look lets pass.
        raise BadRow("NOT_JSON", str(error)) from None
    except UnreadableFile as refused:
        raise BadRow(refused.code, refused.message) from None


def _read_labels(growing: Growing, key: str, text: bytes) -> str:
    """Add the classes of an item, and give the name of the member that they stand in."""
    try:
        row = ROW.decode(text)
    except msgspec.ValidationError as error:
        raise BadRow("WRONG_TYPE", str(error)) from None
    members = {"label": row.label, "labels": row.labels, "category": row.category}
    name = next((name for name, value in members.items() if value is not UNSET), None)
    if name is None:
        raise BadRow("NO_LABEL", "the object has no label, labels or category")
    item = growing.item(key)
    score = row.score if isinstance(row.score, float) else float("nan")
    annotator = "" if row.annotator in {UNSET, None} else str(row.annotator)
    said = members[name]
    words = [said] if isinstance(said, str) else said or []
    kinds = [word for word in words if word]
    if not kinds:
        growing.none(item)
    for kind in kinds:
        growing.label(item, kind, score=score, annotator=annotator)
    return name


def _key(members: dict[str, msgspec.Raw], *, names: tuple[str, ...]) -> tuple[str, str]:
    """Give the name of the member that calls the item, and what it says."""
    for name in names:
        if name in members:
            try:
                return name, str(KEY.decode(members[name]))
            except msgspec.ValidationError:
                raise BadRow("WRONG_TYPE", f"{name} names no item") from None
    raise BadRow("NO_ITEM", f"the object has none of {', '.join(ITEM_NAMES)}")
