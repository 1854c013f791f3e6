"""Probabilities in JSON, one object in a line, or in one list."""

from collections.abc import Iterator
from itertools import compress, islice, repeat
from pathlib import Path

import msgspec
import numpy as np

from labelmarket.adapters.formats import json_file
from labelmarket.adapters.formats.json_rows import ITEM_NAMES
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.formats.tables import LABEL, SCORE
from labelmarket.adapters.oracles.item_scores import ItemScores
from labelmarket.adapters.oracles.said_rows import ROWS_AT_ONCE, UNKNOWN, SaidRows
from labelmarket.adapters.oracles.text_blocks import json_lines
from labelmarket.adapters.oracles.wrong_task import not_items
from labelmarket.application.labels import UnreadableFile
from labelmarket.workers.columns import Floats

MAPS = ("scores", "probabilities", "probs", "predictions")
"""Names under which an object may hold its classes with their scores."""

BOXES = frozenset({"bbox", "box", "segmentation", "polygon", "polygons", "mask"})
TELLING = frozenset({*MAPS, *LABEL, *BOXES})
"""Names that tell that an object is not just an item and its classes."""

Values = dict[str, object]

OBJECT = msgspec.json.Decoder(Values)


def read_json(scores: ItemScores, path: Path) -> None:
    """Read an object for each item, or for each item and class. Raises UnreadableFile."""
    texts = _texts(path)
    while some := list(islice(texts, ROWS_AT_ONCE)):
        rows = _Rows(whole=True), _Rows(whole=False)
        for line, text in some:
            try:
                _read_row(rows, _members(text), line=line)
            except BadRow as bad:
                scores.refuse(bad, row=line)
        for each in rows:
            each.give(scores)


class _Rows:
    """Rows of one kind as they are read."""

    def __init__(self, *, whole: bool) -> None:
        self._whole = whole
        self._lines: list[int] = []
        self._keys: list[str] = []
        self._counts: list[int] = []
        self._names: list[str] = []
        self._scores: list[object] = []

    def add(self, line: int, key: str, said: Values) -> None:
        self._lines.append(line)
        self._keys.append(key)
        self._counts.append(len(said))
        self._names.extend(said)
        self._scores.extend(said.values())

    def give(self, scores: ItemScores) -> None:
        if not self._lines:
            return
        ordinals = {name: kind for kind, name in enumerate(scores.classes)}
        kinds = np.array([*map(ordinals.get, self._names, repeat(UNKNOWN))], dtype=np.int32)
        values = _numbers(self._scores)
        if self._whole:
            # Beside the classes there may be a text, or whatever else the item is known by.
            others = ((kinds == UNKNOWN) & ~np.isnan(values)).tolist()
            for name in dict.fromkeys(compress(self._names, others)):
                scores.foreign(name, row=self._lines[0])
        scores.take(
            SaidRows(
                lines=np.array(self._lines, dtype=np.int64),
                keys=self._keys,
                owners=np.repeat(np.arange(len(self._lines)), self._counts),
                kinds=kinds,
                scores=values,
                whole=self._whole,
            )
        )


def _texts(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        head = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] == b"[":
        rows = json_file.rows(json_file.list_of(path), name="predictions")
        return ((at, bytes(raw)) for at, raw in enumerate(rows))
    return json_lines(path)


def _read_row(rows: tuple[_Rows, _Rows], members: Values, *, line: int) -> None:
    """Take in an object: a map of scores, a class and its score, or a member for each class."""
    whole, parted = rows
    key = _item(members)
    said = members
    if not TELLING.isdisjoint(members):
        if not BOXES.isdisjoint(members):
            raise not_items(f"row {line} has a box or an outline")
        label = next((one for one in LABEL if isinstance(members.get(one), str)), None)
        score = next((one for one in SCORE if one in members), None)
        if label is not None and score is not None:
            parted.add(line, key, {str(members[label]): members[score]})
            return
        maps = (members.get(one) for one in MAPS)
        said = next((one for one in maps if isinstance(one, dict)), members)
    if not said:
        raise BadRow("NO_SCORE", "the object has no score of a class", item=key)
    whole.add(line, key, said)


def _members(text: bytes) -> Values:
    try:
        members = OBJECT.decode(text)
    except msgspec.ValidationError as error:
        raise BadRow("WRONG_TYPE", str(error)) from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadRow("NOT_JSON", str(error)) from None
    # A colon follows every name: a row with more of them may say a name twice.
    names = text.count(b":") - len(members)
    if names and names != sum(len(one) for one in members.values() if isinstance(one, dict)):
        try:
            json_file.check_object(text)
        except UnreadableFile as refused:
            raise BadRow(refused.code, refused.message) from None
    return members


def _item(members: Values) -> str:
    """Take the item's name out of an object."""
    for name in ITEM_NAMES:
        key = members.get(name)
        if isinstance(key, str) or type(key) is int:
            del members[name]
            return str(key)
    raise BadRow("NO_ITEM", f"the object has none of {', '.join(ITEM_NAMES)}")


def _numbers(values: list[object]) -> Floats:
    """Give numbers, NaN for what is none."""
    if {*map(type, values)} <= {float, int}:
        try:
            return np.array(values, dtype=np.float64)
        except OverflowError:
            pass
    return np.array([_number(value) for value in values], dtype=np.float64)


def _number(value: object) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return float("nan")
    try:
        return float(value)
    except OverflowError:
        return float("inf")
