"""A project on a real blob store, for which predictions come in."""

import json
from pathlib import Path

import numpy as np

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.formats.column_files import ColumnFiles
from labelmarket.adapters.oracles.predictions import BlobPredictionFiles
from labelmarket.application.labels import LabelKind
from labelmarket.application.oracles import PredictionFiles, PredictionsRead
from labelmarket.workers.columns import LabelColumns, item_columns
from labelmarket.workers.outlines import Outlines

CLASSES = ("cat", "dog")


class PredictionDesk:
    def __init__(self, folder: Path, *, keys: tuple[str, ...] = ("a", "b", "c", "d")) -> None:
        self.blobs = LocalBlobs(folder)
        self.files = ColumnFiles(self.blobs)
        self.port: PredictionFiles = BlobPredictionFiles(self.blobs)
        half = len(keys) // 2
        self.manifests = tuple(
            self.files.write_items(
                item_columns(
                    [key.encode() for key in part], sizes=np.full((len(part), 2), 100.0), first=at
                )
            )
            for at, part in ((0, keys[:half]), (half, keys[half:]))
        )

    def read(
        self,
        content: str | bytes | object,
        *,
        kind: LabelKind = LabelKind.ITEM_CLASS,
        numbered_by: tuple[object, ...] = (),
    ) -> PredictionsRead:
        return self.port.read_predictions(
            self.blobs.put(as_bytes(content)),
            kind=kind,
            items=self.manifests,
            classes=CLASSES,
            numbered_by=tuple(self.blobs.put(as_bytes(one)) for one in numbered_by),
        )

    def columns(self, read: PredictionsRead) -> LabelColumns:
        return self.files.labels(read.digest)

    def outlines(self, read: PredictionsRead) -> Outlines:
        return self.files.outlines(read.digest)

    def rows(self, read: PredictionsRead) -> list[tuple[int, str, float]]:
        """Give item, class and score of every row."""
        columns = self.columns(read)
        names = [columns.class_names[kind] for kind in columns.classes.tolist()]
        return list(zip(columns.items.tolist(), names, columns.scores.tolist(), strict=True))


def as_bytes(content: object) -> bytes:
    if isinstance(content, bytes):
        return content
    return content.encode() if isinstance(content, str) else json.dumps(content).encode()


def codes(read: PredictionsRead) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.item, problem.code) for problem in read.problems]
