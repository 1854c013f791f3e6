"""Items, labels, outlines and sums as blobs: which columns each holds, and how they come back."""

import numpy as np

from labelmarket.adapters.blobs.container import Containers
from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.workers.columns import NO_ID, ROW_COLUMNS, ItemColumns, ItemTable, LabelColumns
from labelmarket.workers.insight.sums import Sums, is_packed, packed, unpacked
from labelmarket.workers.outlines import Outlines

ITEM_COLUMNS = ("keys", "key_offsets", "hashes", "by_hash", "sizes", "media")
LABEL_COLUMNS = (*ROW_COLUMNS, "covered")
OUTLINE_COLUMNS = (
    *("points", "ring_points", "row_rings"),
    *("counts", "row_counts", "mask_sizes"),
)


class ColumnFiles:
    """Writes columns into the blob store and maps them back; reading touches no page by itself."""

    def __init__(self, blobs: LocalBlobs) -> None:
        self._containers = Containers(blobs)

    def write_items(self, items: ItemColumns, *, notes: str | None = None) -> str:
        """Store items, and the name of the blob that says more of them."""
        said: dict[str, object] = {} if notes is None else {"notes": notes}
        return self._write("items", items, names=ITEM_COLUMNS, meta={"first": items.first, **said})

    def notes(self, digest: str) -> str | None:
        """Name the blob that says more of the items in a manifest."""
        named: str | None = self._containers.open(digest, kind="items").meta.get("notes")
        return named

    def items(self, digest: str) -> ItemColumns:
        stored = self._containers.open(digest, kind="items")
        return ItemColumns(first=stored.meta["first"], **stored.columns)

    def table(self, digests: tuple[str, ...]) -> ItemTable:
        return ItemTable(tuple(self.items(digest) for digest in digests))

    def write_labels(self, labels: LabelColumns, outlines: Outlines) -> str:
        """Store outlines in a blob of their own, named by the blob of the labels."""
        meta = {
            "class_names": list(labels.class_names),
            "annotator_names": list(labels.annotator_names),
            "problems": labels.problems,
            "outlines": self._write("outlines", outlines, names=OUTLINE_COLUMNS, meta={}),
            **({"whole_items": True} if labels.whole_items else {}),
        }
        return self._write("labels", labels, names=LABEL_COLUMNS, meta=meta)

    def labels(self, digest: str) -> LabelColumns:
        stored = self._containers.open(digest, kind="labels")
        # Files of before annotators had names, and labels ids, have neither.
        none = np.full(len(stored.columns["items"]), NO_ID, dtype=np.int64)
        return LabelColumns(
            class_names=tuple(stored.meta["class_names"]),
            annotator_names=tuple(stored.meta.get("annotator_names", ())),
            problems=stored.meta["problems"],
            whole_items=stored.meta.get("whole_items", False),
            **{"ids": none, **stored.columns},
        )

    def outlines(self, labels_digest: str) -> Outlines:
        """Give the outlines of a file of labels, row for row."""
        named = self._containers.open(labels_digest, kind="labels").meta["outlines"]
        return Outlines(**self._containers.open(named, kind="outlines").columns)

    def write_sums(self, sums: Sums, *, measured: tuple[str, ...]) -> str:
        """Store sums with the digests of the labels and the gold they were measured from."""
        columns, meta = packed(sums)
        return self._containers.write(
            "sums", meta={"measured": list(measured), **meta}, columns=columns
        )

    def sums(self, digest: str, *, measured: tuple[str, ...]) -> Sums | None:
        """Give the sums of these labels and this gold, or None for others, or of before."""
        stored = self._containers.open(digest, kind="sums")
        if tuple(stored.meta["measured"]) != measured or not is_packed(stored.columns):
            return None
        return unpacked(stored.columns, stored.meta)

    def _write(
        self,
        kind: str,
        value: ItemColumns | LabelColumns | Outlines,
        *,
        names: tuple[str, ...],
        meta: dict[str, object],
    ) -> str:
        columns = {name: getattr(value, name) for name in names}
        return self._containers.write(kind, meta=meta, columns=columns)
