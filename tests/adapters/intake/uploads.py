"""A project whose uploads are given as text, and what became of them."""

from collections.abc import Sequence
from pathlib import Path

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.formats.column_files import ColumnFiles
from labelmarket.adapters.label_files import BlobLabelFiles
from labelmarket.application.labels import (
    Item,
    ItemsRead,
    LabelKind,
    LabelsRead,
    Ranges,
)

CLASSES = ("praise", "complaint", "question")
ONE, SEVERAL, OBJECTS = LabelKind.ITEM_CLASS, LabelKind.ITEM_CLASSES, LabelKind.OBJECTS

Said = list[tuple[str, str]]


class Uploads:
    """Takes files as a market would."""

    def __init__(self, folder: Path, *, classes: tuple[str, ...] = CLASSES) -> None:
        self.blobs = LocalBlobs(folder)
        self.files = BlobLabelFiles(self.blobs)
        self.columns = ColumnFiles(self.blobs)
        self.classes = classes
        self.manifests: tuple[str, ...] = ()
        self.gold: tuple[str, ...] = ()

    def put(self, content: str | bytes) -> str:
        return self.blobs.put(content.encode() if isinstance(content, str) else content)

    def add(self, content: str | bytes, **media: str) -> ItemsRead:
        read = self.files.read_items(self.put(content), after=self.manifests, media=media)
        self.manifests = (*self.manifests, read.digest)
        return read

    def items(self) -> tuple[Item, ...]:
        return self.files.items(self.manifests, first=0, count=100)

    def texts(self, ordinals: Sequence[int]) -> tuple[str | None, ...]:
        return self.files.texts(self.manifests, ordinals=ordinals)

    def deliver(
        self,
        content: str | bytes,
        *,
        kind: LabelKind = SEVERAL,
        within: Ranges | None = ((0, 100),),
    ) -> LabelsRead:
        return self.files.read_labels(
            self.put(content),
            items=self.manifests,
            classes=self.classes,
            within=within,
            kinds=(kind,),
        )

    def truth(self, content: str | bytes, *kinds: LabelKind) -> LabelsRead:
        return self.files.read_gold(
            self.put(content),
            items=self.manifests,
            classes=self.classes,
            gold=self.gold,
            kinds=kinds or (SEVERAL,),
        )

    def said(self, read: LabelsRead) -> Said:
        """Give item and class of every label on an item that is covered."""
        labels = self.columns.labels(read.digest)
        keys = {one.ordinal: one.key for one in self.items()}
        covered = {one for first, stop in read.covered for one in range(first, stop)}
        rows = zip(labels.items.tolist(), labels.classes.tolist(), strict=True)
        return [(keys[item], self.classes[kind]) for item, kind in rows if item in covered]

    def covered(self, read: LabelsRead) -> list[str]:
        keys = [one.key for one in self.items()]
        return [keys[one] for first, stop in read.covered for one in range(first, stop)]


def codes(read: ItemsRead | LabelsRead) -> list[tuple[int, str, str]]:
    """Give row, item and code of every problem that is named."""
    return [(one.row, one.item, one.code) for one in read.problems]
