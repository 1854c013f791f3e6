"""What customers say of items beside their keys and sizes, and where that lies in the store.

A million short texts in a file each would be a million names, and as many flushes of the disk. So
the texts of a manifest stand end to end in one blob, and another one says where each begins, and
the words that are read with every page of items. A text is named by its own sha256 all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from labelmarket.adapters.blobs.container import Column, Containers
from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.intake.strings import Strings
from labelmarket.application.labels import BlobMissing, TextPlace
from labelmarket.workers.columns import Int64s

KIND, TEXTS_KIND = "item_notes", "texts"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemNotes:
    """An entry for each item of a manifest; one that is empty says nothing."""

    texts: Strings
    uris: Strings
    groups: Strings

    @property
    def say_something(self) -> bool:
        return any(len(one.data) for one in (self.texts, self.uris, self.groups))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredNotes:
    """Notes as they lie in the store; `text_offsets` tell which items have a text."""

    digest: str
    text_offsets: Int64s
    uris: Strings
    groups: Strings

    def text(self, index: int) -> TextPlace | None:
        if self.text_offsets[index] == self.text_offsets[index + 1]:
            return None
        return TextPlace(file=self.digest, index=index)


class NoteFiles:
    """Writes notes into the blob store, and gives them back."""

    def __init__(self, blobs: LocalBlobs) -> None:
        self._containers = Containers(blobs)

    def write(self, notes: ItemNotes) -> str:
        texts = self._containers.write(TEXTS_KIND, meta={}, columns={"texts": notes.texts.data})
        columns: dict[str, Column] = {
            "text_offsets": notes.texts.offsets,
            "uris": notes.uris.data,
            "uri_offsets": notes.uris.offsets,
            "groups": notes.groups.data,
            "group_offsets": notes.groups.offsets,
        }
        return self._containers.write(KIND, meta={"texts": texts}, columns=columns)

    def open(self, digest: str) -> StoredNotes:
        """Give all but the texts, of which no byte is read."""
        columns = self._containers.open(digest, kind=KIND).columns
        return StoredNotes(
            digest=digest,
            text_offsets=columns["text_offsets"],
            uris=Strings(columns["uris"], columns["uri_offsets"]),
            groups=Strings(columns["groups"], columns["group_offsets"]),
        )

    def texts(self, digest: str, *, indexes: Sequence[int]) -> list[bytes]:
        """Give texts by their places among those of one manifest. Raises IndexError."""
        stored = self._containers.open(digest, kind=KIND)
        texts = self._containers.open(stored.meta["texts"], kind=TEXTS_KIND)
        strings = Strings(texts.columns["texts"], stored.columns["text_offsets"])
        if any(not 0 <= index < len(strings) for index in indexes):
            raise IndexError("there are fewer texts")
        return [strings[index] for index in indexes]

    def text(self, digest: str, place: TextPlace) -> bytes:
        """Give the text with this sha256, which lies at this place. Raises BlobMissing."""
        try:
            [text] = self.texts(place.file, indexes=(place.index,))
        except IndexError:
            text = b""
        if sha256(text).hexdigest() != digest or not text:
            raise BlobMissing(f"no text {digest} lies there")
        return text
