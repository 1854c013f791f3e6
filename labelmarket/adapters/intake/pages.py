"""Items as they lie in the store, a page at a time: keys, sizes, what is to be labeled, words."""

from collections.abc import Sequence

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.formats.column_files import ColumnFiles
from labelmarket.adapters.intake.items import TakenItems
from labelmarket.adapters.intake.notes import NoteFiles, StoredNotes
from labelmarket.application.labels import ITEMS_PAGE_MAX, TEXTS_PAGE_MAX, Item
from labelmarket.workers.columns import ItemColumns


class ItemPages:
    """Writes manifests, and gives pages of the items and of the texts of several of them."""

    def __init__(self, blobs: LocalBlobs, files: ColumnFiles) -> None:
        self._files = files
        self._notes = NoteFiles(blobs)

    def write(self, taken: TakenItems) -> str:
        notes = None if taken.notes is None else self._notes.write(taken.notes)
        return self._files.write_items(taken.columns, notes=notes)

    def items(self, manifests: tuple[str, ...], *, first: int, count: int) -> tuple[Item, ...]:
        """Give the items with ordinals from `first` on. Raises ValueError beyond a page."""
        if first < 0 or not 0 <= count <= ITEMS_PAGE_MAX:
            raise ValueError(f"a page begins at 0 or later and has at most {ITEMS_PAGE_MAX} items")
        found: list[Item] = []
        for digest in manifests:
            manifest = self._files.items(digest)
            begin = max(first - manifest.first, 0)
            stop = min(first + count - manifest.first, len(manifest))
            if begin >= stop:
                continue
            notes = self._said(digest)
            found.extend(_item(manifest, index, notes) for index in range(begin, stop))
        return tuple(found)

    def texts(
        self, manifests: tuple[str, ...], *, ordinals: Sequence[int]
    ) -> tuple[str | None, ...]:
        """Give texts by the ordinals of their items, None for no text; memory is that of the texts.

        Raises ValueError for more than a page, and for an ordinal that no item has.
        """
        if len(ordinals) > TEXTS_PAGE_MAX:
            raise ValueError(f"a page has at most {TEXTS_PAGE_MAX} texts")
        found: dict[int, str | None] = {}
        for digest in manifests:
            manifest = self._files.items(digest)
            inside = [one for one in ordinals if 0 <= one - manifest.first < len(manifest)]
            named = self._files.notes(digest) if inside else None
            indexes = [one - manifest.first for one in inside]
            texts = (
                [b""] * len(inside) if named is None else self._notes.texts(named, indexes=indexes)
            )
            found |= {
                one: text.decode() if text else None
                for one, text in zip(inside, texts, strict=True)
            }
        if any(one not in found for one in ordinals):
            raise ValueError("an ordinal that no item has")
        return tuple(found[one] for one in ordinals)

    def _said(self, digest: str) -> StoredNotes | None:
        named = self._files.notes(digest)
        return None if named is None else self._notes.open(named)


def _item(manifest: ItemColumns, index: int, notes: StoredNotes | None) -> Item:
    width, height = manifest.sizes[index].tolist()
    media = manifest.media[index]
    return Item(
        ordinal=manifest.first + index,
        key=manifest.key(index).decode(),
        width=width,
        height=height,
        media=media.tobytes().hex() if media.any() else "",
        text=None if notes is None else notes.text(index),
        uri="" if notes is None else notes.uris[index].decode(),
        group="" if notes is None else notes.groups[index].decode(),
    )
