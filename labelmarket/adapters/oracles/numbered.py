"""What the ids of COCO results mean, which say nothing but numbers."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from labelmarket.adapters.formats.coco_annotations import Annotations
from labelmarket.adapters.formats.coco_places import Place, Places, categories, images
from labelmarket.adapters.formats.coco_rows import Id
from labelmarket.adapters.formats.json_file import lists_of
from labelmarket.adapters.formats.problems import BadRow, Problems
from labelmarket.application.labels import UnreadableFile
from labelmarket.workers.columns import Int64s, ItemTable
from labelmarket.workers.insight import spans


def places_of(
    read: Annotations, *, items: ItemTable, classes: tuple[str, ...], numbered_by: Sequence[Path]
) -> tuple[Places, Places]:
    """Give what every id of the rows stands for: an item, a class, or why it is neither.

    An id that two files give to two things stands for neither. One that no file lists is the key
    of an item, or the name of a class.
    """
    found: Places = {}
    kinds: Places = {}
    for path in numbered_by:
        _learn(path, found, kinds, items=items, classes=classes)
    good = np.ones(len(read.values), dtype=np.bool_)
    good[list(read.bad)] = False
    new = [one for one in _ids(read, read.values.image_ids[good]) if one not in found]
    ordinals = items.find([str(ident).encode() for ident in new]).tolist()
    for ident, ordinal in zip(new, ordinals, strict=True):
        found[ident] = _place(ordinal, ident, "UNKNOWN_ITEM", "item")
    names = {name: ordinal for ordinal, name in enumerate(classes)}
    for ident in _ids(read, read.values.category_ids[good]):
        if ident not in kinds:
            kinds[ident] = _place(names.get(str(ident), -1), ident, "UNKNOWN_CLASS", "class")
    return found, kinds


def _learn(
    path: Path, found: Places, kinds: Places, *, items: ItemTable, classes: tuple[str, ...]
) -> None:
    """Take in what a file says; a file of another format gives no numbers."""
    try:
        members = lists_of(path).lists
        listed = images(
            members.images, items=items, within=None, known=spans.NOTHING, problems=Problems()
        )
        _merge(found, listed, code="AMBIGUOUS_ITEM")
        named = categories(members.categories, classes=classes, problems=Problems())
        _merge(kinds, named, code="AMBIGUOUS_CLASS")
    except UnreadableFile:
        return


def _merge(places: Places, more: Places, *, code: str) -> None:
    for ident, place in more.items():
        before = places.get(ident)
        if before is None:
            places[ident] = place
        elif isinstance(before, BadRow):
            if before.code != code:
                places[ident] = place
        elif isinstance(place, Place) and place.ordinal != before.ordinal:
            places[ident] = BadRow(code, f"two files of the project number by {ident!r:.80}")


def _ids(read: Annotations, codes: Int64s) -> list[Id]:
    return [read.values.named(code) for code in np.unique(codes).tolist()]


def _place(ordinal: int, ident: Id, code: str, what: str) -> Place | BadRow:
    if ordinal < 0:
        return BadRow(code, f"the project has no {what} {ident!r:.80}")
    return Place(ordinal, str(ident))
