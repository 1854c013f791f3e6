"""Labels on the items and classes of a project, as the readers of files find them."""

from collections import Counter
from typing import Any, Final

import numpy as np

from labelmarket.adapters.formats.coco_labels import LABELS_PER_ITEM_MAX
from labelmarket.adapters.formats.coco_places import left_out
from labelmarket.adapters.formats.growing import NO_BOX, Box, Growing
from labelmarket.adapters.formats.problems import BadRow, Problems
from labelmarket.adapters.formats.wrong_tasks import second_class, wrong_file, wrong_row
from labelmarket.adapters.intake.item_fields import KEY
from labelmarket.adapters.intake.lookup import Held, Lookup
from labelmarket.adapters.intake.places import UNKNOWN, row_of
from labelmarket.application.labels import ROWS_MAX, LabelKind
from labelmarket.workers.columns import ItemTable, LabelColumns, Spans
from labelmarket.workers.insight import spans
from labelmarket.workers.outlines import Outlines

NOWHERE, ELSEWHERE, SPOKEN_OF = -1, -2, -3
"""Why an item is none that the file is read for."""

NONE: Final = -1
"""Said in the place of a class: the item has none."""


class Placing(Growing):
    """Takes what a reader finds, if it is on an item and of a class that the project has.

    A word on a whole item is taken once for each class, and for a task with one class an item only
    once at all. An item that lost a row is not covered when it was delivered, or when the words
    are on whole items: what is left of them would be wrong.
    """

    keyed_by = KEY
    labels_max = ROWS_MAX

    def __init__(
        self,
        *,
        items: ItemTable,
        classes: tuple[str, ...],
        within: Spans | None,
        known: Spans,
        kind: LabelKind,
    ) -> None:
        super().__init__()
        self.problems = Problems()
        self._lookup = Lookup(items)
        self._classes = {name: ordinal for ordinal, name in enumerate(classes)}
        self._within = None if within is None else Held(within)
        self._known, self._kind = Held(known), kind
        self._places: list[int] = []
        self._hurt: set[int] = set()
        self._said: set[tuple[int, int]] = set()
        self._labels_of: Counter[int] = Counter()
        self._wrong = self._right = 0

    def item(self, key: str, *, width: float = 0.0, height: float = 0.0) -> int:
        item = super().item(key, width=width, height=height)
        if item == len(self._places):
            self._places.append(self._place(key))
        place = self._places[item]
        if place < 0:
            raise left_out(key, unknown=place == NOWHERE, allowed=place != ELSEWHERE)
        return item

    def kind(self, name: str) -> int:
        """Give the ordinal of a class of the project. Raises BadRow when it has none such."""
        if name not in self._classes:
            raise BadRow("UNKNOWN_CLASS", f"the project has no class {name!r:.80}")
        return self._classes[name]

    def label(self, item: int, name: str, **said: Any) -> None:  # noqa: ANN401  (as `Growing.label`)
        if _is_whole(**said) == (self._kind is LabelKind.OBJECTS):
            self._wrong += 1
            raise wrong_row(self._kind)
        kind = self.kind(name)
        if self._labels_of[item] >= LABELS_PER_ITEM_MAX:
            raise BadRow("TOO_MANY_LABELS", f"an item has at most {LABELS_PER_ITEM_MAX} labels")
        if self._kind is LabelKind.OBJECTS or self._is_new(item, kind):
            super().label(item, name, **said)
            self._labels_of[item] += 1
            self._right += 1

    def none(self, item: int) -> None:
        self._is_new(item, NONE)

    def unlabeled(self, item: int, *, file: str, place: str) -> None:
        """Take a task without an answer for what it is, and not for an item without a class."""
        nobody = BadRow("UNLABELED", "nobody has labeled this item yet")
        self.problem(nobody, file=file, place=place, item=self.key(item))

    def problem(
        self,
        bad: BadRow,
        *,
        file: str,  # noqa: ARG002  (an upload is one file)
        place: str,
        item: str = "",
        kept: bool = False,
    ) -> None:
        """Count a row that is lost; what costs nothing is no problem of a delivery."""
        if kept:
            return
        key = item or bad.item
        if key in self._items:
            self._hurt.add(self._items[key])
        self.problems.add(bad, row=row_of(place), item=key)

    def placed(self) -> tuple[LabelColumns, Outlines]:
        """Give the labels on the project's ordinals. Raises UnreadableFile for another task."""
        if self._wrong and not self._right:
            raise wrong_file(self._kind)
        labels, outlines = self._columns()
        places = np.array(self._places, dtype=np.int32)
        whole = self._kind is not LabelKind.OBJECTS
        spoken_of = places.copy()
        if whole or self._within is not None:
            spoken_of[list(self._hurt)] = NOWHERE
        return LabelColumns(
            **{name: getattr(labels, name) for name in COLUMNS},
            items=places[labels.items],
            covered=spans.of(spoken_of[spoken_of >= 0]),
            problems=self.problems.total,
            whole_items=whole,
        ), outlines

    def _place(self, key: str) -> int:
        ordinal = self._lookup.find(key.encode())
        if ordinal < 0:
            return NOWHERE
        if self._within is not None and ordinal not in self._within:
            return ELSEWHERE
        return SPOKEN_OF if ordinal in self._known else ordinal

    def _is_new(self, item: int, kind: int) -> bool:
        """Tell whether a word on a whole item adds anything; said twice, it is named and dropped.

        Raises BadRow for a second class where there is one, and for a class beside none.
        """
        if (item, kind) in self._said:
            twice = BadRow("DUPLICATE_LABEL", "the file says the same of this item twice")
            self.problems.add(twice, row=UNKNOWN, item=self.key(item))
            return False
        spoken = self._labels_of[item] > 0
        if (item, NONE) in self._said or (kind == NONE and spoken):
            raise BadRow("CONTRADICTION", "the file gives the item a class, and says it has none")
        if self._kind is LabelKind.ITEM_CLASS and spoken:
            raise second_class()
        self._said.add((item, kind))
        return True


COLUMNS = (
    *("class_names", "annotator_names", "ids", "classes", "boxes", "crowd", "areas"),
    *("scores", "annotators", "geometry"),
)


def _is_whole(*, box: Box = NO_BOX, polygons: Any = (), mask: Any = None, **_: Any) -> bool:  # noqa: ANN401
    return box is NO_BOX and not polygons and mask is None
