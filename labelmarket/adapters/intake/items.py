"""An upload of any format as the items that follow those a project has."""

from array import array
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from labelmarket.adapters.formats import coco_items
from labelmarket.adapters.formats.problems import BadRow, Problems
from labelmarket.adapters.intake.item_rows import ItemRow, item_rows
from labelmarket.adapters.intake.notes import ItemNotes
from labelmarket.adapters.intake.sniffing import Shape, shape_of
from labelmarket.adapters.intake.strings import GrowingStrings
from labelmarket.application.labels import FILE_BYTES_MAX, ROWS_MAX, UnreadableFile
from labelmarket.workers.columns import ItemColumns, ItemTable, item_columns

CHUNK_ROWS: Final = 10_000


class TakenItems(NamedTuple):
    """Items, what is said of them beside (None for nothing), and the rows that were left out."""

    columns: ItemColumns
    notes: ItemNotes | None
    problems: Problems


def read_items(path: Path, *, after: ItemTable, media: Mapping[str, str]) -> TakenItems:
    """Read COCO, a table, JSON objects in lines or in a list, or a plain list of keys.

    A key said before, in this file or in an earlier one, is a problem; the first keeps it. So is
    one of `media` that the file does not list. Memory peaks at some 400 bytes for each item, and
    twice the bytes of all texts. Raises UnreadableFile.
    """
    shape = shape_of(path)
    if shape is Shape.COCO:
        columns, problems = coco_items.read_items(path, after=after, media=media)
        return TakenItems(columns, None, problems)
    if shape not in {Shape.OBJECTS, Shape.TEXT}:
        raise UnreadableFile(
            code="WRONG_SHAPE",
            message=f"{shape} does not list items here: send COCO, a table (CSV), JSON lines or a"
            " plain list",
        )
    if path.stat().st_size > FILE_BYTES_MAX:
        raise UnreadableFile(code="FILE_TOO_LARGE", message=f"at most {FILE_BYTES_MAX} bytes")
    growing = _GrowingItems(after, media)
    for count, found in enumerate(item_rows(path, shape=shape)):
        if count >= ROWS_MAX:
            raise UnreadableFile(
                code="TOO_MANY_ROWS", message=f"a file has at most {ROWS_MAX} rows"
            )
        growing.add(found)
    return growing.taken()


class _GrowingItems:
    """Gathers rows, and looks up which of them are known by the thousands."""

    def __init__(self, after: ItemTable, media: Mapping[str, str]) -> None:
        self._after = after
        self._media = media
        self._problems = Problems()
        self._chunk: list[ItemRow] = []
        self._seen: set[bytes] = set()
        self._keys: list[bytes] = []
        self._sizes = array("d")
        self._digests = bytearray()
        self._texts, self._uris, self._groups = (GrowingStrings() for _ in range(3))

    def add(self, found: ItemRow | tuple[int, BadRow]) -> None:
        if not isinstance(found, ItemRow):
            row, bad = found
            self._problems.add(bad, row=row)
        elif found.key in self._seen:
            self._refuse(found, BadRow("DUPLICATE_ITEM", "this file lists the item twice"))
        else:
            self._seen.add(found.key)
            self._chunk.append(found)
            if len(self._chunk) >= CHUNK_ROWS:
                self._keep()

    def taken(self) -> TakenItems:
        self._keep()
        for name in self._media:
            if name.encode() not in self._seen:
                nowhere = BadRow("UNKNOWN_ITEM", f"media {name!r:.80} is for no item of this file")
                self._problems.add(nowhere, row=-1, item=name)
        columns = item_columns(
            self._keys,
            sizes=np.frombuffer(self._sizes),
            first=len(self._after),
            media=np.frombuffer(self._digests, dtype=np.uint8).reshape(-1, 32),
        )
        notes = ItemNotes(
            texts=self._texts.strings(), uris=self._uris.strings(), groups=self._groups.strings()
        )
        return TakenItems(columns, notes if notes.say_something else None, self._problems)

    def _keep(self) -> None:
        ordinals = self._after.find([one.key for one in self._chunk]).tolist()
        for one, ordinal in zip(self._chunk, ordinals, strict=True):
            if ordinal >= 0:
                again = BadRow("DUPLICATE_ITEM", "an earlier file of the project has this item")
                self._refuse(one, again)
                continue
            self._keys.append(one.key)
            self._sizes.extend(one.size)
            self._digests += self._digest(one)
            self._texts.add(one.text)
            self._uris.add(one.uri)
            self._groups.add(one.group)
        self._chunk.clear()

    def _digest(self, one: ItemRow) -> bytes:
        """Name what is to be labeled: the text, or else the file that was uploaded for the item."""
        media = self._media.get(one.key.decode()) if self._media else None
        if one.text and media is not None:
            self._refuse(one, BadRow("TEXT_AND_MEDIA", "the item has a text: its file is left out"))
        return sha256(one.text).digest() if one.text else coco_items.digest_of(media)

    def _refuse(self, one: ItemRow, bad: BadRow) -> None:
        self._problems.add(bad, row=one.row, item=one.key.decode())
