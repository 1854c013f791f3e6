"""A dataset while its file is still being read: machine values, not objects."""

import math
from array import array
from collections import Counter
from collections.abc import Sequence

import numpy as np

from labelmarket.adapters.formats.coco_rows import COORDINATE_MAX, KEY_BYTES_MAX, Id
from labelmarket.adapters.formats.dataset import CLASSES_MAX, LABELS_MAX, Dataset, Loss, Problem
from labelmarket.adapters.formats.label_columns import boxed
from labelmarket.adapters.formats.problems import TEXT_CHARACTERS_MAX, BadRow
from labelmarket.adapters.formats.run_lengths import Mask
from labelmarket.application.labels import PROBLEMS_KEPT_MAX, UnreadableFile
from labelmarket.workers.columns import (
    GEOMETRY_BOX,
    GEOMETRY_POLYGONS,
    GEOMETRY_RLE,
    NO_ANNOTATOR,
    NO_ID,
    LabelColumns,
    item_columns,
)
from labelmarket.workers.insight import spans
from labelmarket.workers.outlines import Outlines

Box = tuple[float, float, float, float]
Ring = Sequence[float]
NO_BOX = (math.nan, math.nan, math.nan, math.nan)
ITEMS_MAX = 1 << 22
UNREAD_NAMES_MAX, UNREAD_CHARACTERS_MAX = 1_000, 80


class Growing:
    """Gathers items, classes, labels and problems; a refused row leaves no trace.

    `keyed_by` are the names of columns and members that readers of rows take for the item's key
    before those that they know by themselves, `labels_max` is how many labels it takes.
    """

    keyed_by: tuple[str, ...] = ()
    labels_max = LABELS_MAX

    def __init__(self) -> None:
        self._items: dict[str, int] = {}
        self._keys: list[str] = []
        self._sizes = array("d")
        self._classes: dict[str, int] = {}
        self._annotators: dict[str, int] = {}
        self._numbers = {name: array("i") for name in ("items", "classes", "annotators")}
        self._floats = {name: array("d") for name in ("boxes", "areas", "scores", "points")}
        self._ends = {name: array("q", [0]) for name in ("points", "rings", "counts")}
        self._ids = array("q")
        self._bytes = {name: bytearray() for name in ("crowd", "geometry")}
        self._counts = array("I")
        self._mask_sizes = array("i")
        self._problems: list[Problem] = []
        self._unread: Counter[tuple[str, str]] = Counter()
        self._total = self._lost = 0

    def item(self, key: str, *, width: float = 0.0, height: float = 0.0) -> int:
        """Give the ordinal of an item, which is new or known; a size said first stays."""
        if not 0 < _bytes_in(key) <= KEY_BYTES_MAX or "\0" in key:
            raise BadRow("BAD_KEY", f"a key is UTF-8, has 1 to {KEY_BYTES_MAX} bytes and no NUL")
        if not (0.0 <= width <= COORDINATE_MAX and 0.0 <= height <= COORDINATE_MAX):
            raise BadRow("OUT_OF_RANGE", f"width and height lie from 0 to {COORDINATE_MAX:g}")
        ordinal = self._items.setdefault(key, len(self._items))
        if ordinal >= ITEMS_MAX:
            raise UnreadableFile(code="TOO_MANY_ROWS", message=f"at most {ITEMS_MAX} items")
        if ordinal == len(self._keys):
            self._keys.append(key)
            self._sizes.extend((width, height))
        elif not self._sizes[2 * ordinal]:
            self._sizes[2 * ordinal : 2 * ordinal + 2] = array("d", (width, height))
        return ordinal

    def size(self, item: int) -> tuple[float, float]:
        return self._sizes[2 * item], self._sizes[2 * item + 1]

    def kind(self, name: str) -> int:
        """Give the ordinal of a class, which is new or known."""
        if not 0 < len(name.encode()) <= KEY_BYTES_MAX:
            raise BadRow("BAD_CLASS", f"the name of a class has 1 to {KEY_BYTES_MAX} bytes")
        ordinal = self._classes.setdefault(name, len(self._classes))
        if ordinal >= CLASSES_MAX:
            raise UnreadableFile(
                code="TOO_MANY_CLASSES", message=f"a file has at most {CLASSES_MAX} classes"
            )
        return ordinal

    def annotator(self, name: str) -> int:
        """Give the ordinal of somebody who labels, who is new or known."""
        if not 0 < len(name.encode()) <= KEY_BYTES_MAX:
            raise BadRow("BAD_KEY", f"the name of an annotator has 1 to {KEY_BYTES_MAX} bytes")
        return self._annotators.setdefault(name, len(self._annotators))

    def label(
        self,
        item: int,
        name: str,
        *,
        box: Box = NO_BOX,
        polygons: Sequence[Ring] = (),
        mask: Mask | None = None,
        score: float = math.nan,
        area: float = math.nan,
        crowd: int = 0,
        annotator: str = "",
        ident: int | None = None,
    ) -> None:
        """Add a label; without box and outline it speaks of the whole item. Raises BadRow."""
        _check(box, polygons)
        if math.isinf(score) or math.isinf(area) or area < 0.0:
            raise BadRow("OUT_OF_RANGE", "a score is finite, an area finite and not below 0")
        kind = self.kind(name)
        if len(self._ids) >= self.labels_max:
            raise UnreadableFile(code="TOO_MANY_ROWS", message=f"at most {self.labels_max} labels")
        who = NO_ANNOTATOR
        if annotator:
            who = self.annotator(annotator)
        for column, number in (("items", item), ("classes", kind), ("annotators", who)):
            self._numbers[column].append(number)
        self._floats["boxes"].extend(box)
        self._floats["areas"].append(area)
        self._floats["scores"].append(score)
        self._ids.append(ident if ident is not None and abs(ident) < -NO_ID else NO_ID)
        self._bytes["crowd"].append(crowd)
        self._bytes["geometry"].append(_geometry(polygons, mask))
        self._outline(polygons, mask)

    def none(self, item: int) -> None:
        """Hear that a row says of an item that no class is there; the item itself is known."""

    def unlabeled(self, item: int, *, file: str, place: str) -> None:
        """Hear that a file lists an item which nobody has labeled yet; the item itself is known."""

    def _outline(self, polygons: Sequence[Ring], mask: Mask | None) -> None:
        for ring in polygons:
            self._floats["points"].extend(ring)
            self._ends["points"].append(len(self._floats["points"]) // 2)
        self._ends["rings"].append(len(self._ends["points"]) - 1)
        if mask is not None:
            self._counts.frombytes(mask.counts.astype(np.uint32).tobytes())
        self._ends["counts"].append(len(self._counts))
        self._mask_sizes.extend((mask.height, mask.width) if mask is not None else (0, 0))

    def key(self, item: int) -> str:
        """Give the key of an item."""
        return self._keys[item]

    def check_area(self, box: Box, *, item: int, file: str, place: str) -> None:
        """Report a box without area, which stays."""
        if not (box[2] and box[3]):
            flat = BadRow("ZERO_SIZE", f"the box is {box[2]:g} wide and {box[3]:g} high")
            self.problem(flat, file=file, place=place, item=self.key(item), kept=True)

    def problem(
        self, bad: BadRow, *, file: str, place: str, item: str = "", kept: bool = False
    ) -> None:
        """Count a problem and keep the first ones; `kept` ones cost nothing."""
        self._total += 1
        self._lost += not kept
        if len(self._problems) < PROBLEMS_KEPT_MAX:
            said = Problem(
                file=file,
                place=place,
                item=(item or bad.item)[:TEXT_CHARACTERS_MAX],
                code=bad.code,
                message=bad.message[:TEXT_CHARACTERS_MAX],
                kept=kept,
            )
            self._problems.append(said)

    def unread(self, what: str, *, why: str) -> None:
        """Count something that the file says and the columns cannot hold; many names share one."""
        said = what[:UNREAD_CHARACTERS_MAX], why
        if said not in self._unread and len(self._unread) >= UNREAD_NAMES_MAX:
            said = "things of other names", why
        self._unread[said] += 1

    def dataset(self, *, item_ids: tuple[Id, ...] = (), class_ids: tuple[Id, ...] = ()) -> Dataset:
        labels, outlines = self._columns()
        return Dataset(
            items=item_columns(
                [key.encode() for key in self._items], sizes=np.frombuffer(self._sizes)
            ),
            labels=labels,
            outlines=outlines,
            item_ids=item_ids or tuple(range(1, len(self._items) + 1)),
            class_ids=class_ids or tuple(range(1, len(self._classes) + 1)),
            problems=tuple(self._problems),
            problems_total=self._total,
            unread=tuple(
                Loss(what=what, count=count, why=why)
                for (what, why), count in sorted(self._unread.items())
            ),
        )

    def _columns(self) -> tuple[LabelColumns, Outlines]:
        outlines = Outlines(
            points=np.frombuffer(self._floats["points"]).reshape(-1, 2),
            ring_points=np.frombuffer(self._ends["points"], dtype=np.int64),
            row_rings=np.frombuffer(self._ends["rings"], dtype=np.int64),
            counts=np.frombuffer(self._counts, dtype=np.uint32),
            row_counts=np.frombuffer(self._ends["counts"], dtype=np.int64),
            mask_sizes=np.frombuffer(self._mask_sizes, dtype=np.int32).reshape(-1, 2),
        )
        boxes, geometry = boxed(
            np.frombuffer(self._floats["boxes"]).reshape(-1, 4),
            np.frombuffer(self._bytes["geometry"], dtype=np.uint8),
            outlines,
        )
        numbers = {name: np.frombuffer(each, np.int32) for name, each in self._numbers.items()}
        labels = LabelColumns(
            class_names=tuple(self._classes),
            annotator_names=tuple(self._annotators),
            ids=np.frombuffer(self._ids, dtype=np.int64),
            boxes=boxes,
            crowd=np.frombuffer(self._bytes["crowd"], dtype=np.uint8),
            areas=np.frombuffer(self._floats["areas"]),
            scores=np.frombuffer(self._floats["scores"]),
            geometry=geometry,
            covered=spans.of(np.arange(len(self._items))),
            problems=self._lost,
            items=numbers["items"],
            classes=numbers["classes"],
            annotators=numbers["annotators"],
        )
        return labels, outlines


def _check(box: Box, polygons: Sequence[Ring]) -> None:
    if box is not NO_BOX:
        if not all(abs(side) <= COORDINATE_MAX for side in box):
            raise BadRow("OUT_OF_RANGE", f"a coordinate is no number up to {COORDINATE_MAX:g}")
        if box[2] < 0.0 or box[3] < 0.0:
            raise BadRow("NEGATIVE_SIZE", f"the box is {box[2]:g} wide and {box[3]:g} high")
    for ring in polygons:
        if len(ring) % 2:
            raise BadRow("ODD_POLYGON", f"a polygon has {len(ring)} numbers, which is odd")
        if not all(abs(side) <= COORDINATE_MAX for side in ring):
            raise BadRow("OUT_OF_RANGE", f"a coordinate is no number up to {COORDINATE_MAX:g}")


def _geometry(polygons: Sequence[Ring], mask: Mask | None) -> int:
    if mask is not None:
        return GEOMETRY_RLE
    return GEOMETRY_POLYGONS if polygons else GEOMETRY_BOX


def _bytes_in(key: str) -> int:
    """Give the length in UTF-8; 0 for a file's name that is none."""
    try:
        return len(key.encode())
    except UnicodeEncodeError:
        return 0
