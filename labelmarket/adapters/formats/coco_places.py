"""What the ids of a COCO file stand for in the project: its items and its classes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec
from msgspec import Raw

from labelmarket.adapters.formats import coco_rows
from labelmarket.adapters.formats.coco_fields import Fields
from labelmarket.adapters.formats.coco_file import names_if_strict
from labelmarket.adapters.formats.coco_rows import CategoryRow, Id, ImageRow
from labelmarket.adapters.formats.json_file import rows
from labelmarket.adapters.formats.problems import BadRow, Problems
from labelmarket.workers.columns import ItemTable, Spans
from labelmarket.workers.insight import spans


@dataclass(frozen=True, slots=True)
class Place:
    """An item or a class of the project."""

    ordinal: int
    key: str


Size = tuple[float, float]

Places = dict[Id, Place | BadRow]
"""The ids of a file: what each stands for, or why rows that name it are left out."""


def images(
    raw: Raw, *, items: ItemTable, within: Spans | None, known: Spans, problems: Problems
) -> Places:
    """Find the items that a file lists, inside `within` and outside `known`.

    The others are problems, and so are the rows that name them.
    """
    places: Places = {}
    listed = _listed(raw, places=places, problems=problems)
    ordinals = items.find([key for _, key in listed.values()])
    inside = ordinals >= 0 if within is None else spans.holds(within, ordinals)
    again = spans.holds(known, ordinals)
    found = zip(listed.items(), ordinals.tolist(), inside.tolist(), again.tolist(), strict=True)
    for (ident, (row, key)), ordinal, allowed, twice in found:
        name = key.decode()
        if allowed and not twice:
            places[ident] = Place(ordinal, name)
        else:
            bad = left_out(name, unknown=ordinal < 0, allowed=allowed)
            places[ident] = problems.added(bad, row=row)
    return places


def left_out(name: str, *, unknown: bool, allowed: bool) -> BadRow:
    """Say why an item of a file is none of those that the file is read for."""
    if unknown:
        return BadRow("UNKNOWN_ITEM", f"the project has no item {name!r:.80}", item=name)
    if not allowed:
        return BadRow("NOT_IN_SLICE", f"item {name!r:.80} is not part of this work", item=name)
    return BadRow("ALREADY_GOLD", f"item {name!r:.80} has true labels already", item=name)


def categories(raw: Raw, *, classes: tuple[str, ...], problems: Problems) -> Places:
    """Find the project's classes by name; an id with two names stands for neither."""
    ordinals = {name: ordinal for ordinal, name in enumerate(classes)}
    names: dict[Id, str] = {}
    places: Places = {}
    for row, text in enumerate(rows(raw, name="categories")):
        try:
            category = coco_rows.category(bytes(text))
        except BadRow as bad:
            problems.add(bad, row=row)
            continue
        name = names.setdefault(category.id, category.name)
        if name != category.name:
            twice = BadRow("AMBIGUOUS_CLASS", f"category {category.id!r:.80} has two names")
            places[category.id] = problems.added(twice, row=row)
        elif category.id in places:
            continue
        elif name in ordinals:
            places[category.id] = Place(ordinals[name], name)
        else:
            places[category.id] = BadRow("UNKNOWN_CLASS", f"the project has no class {name!r:.80}")
    return places


def images_in(raw: Raw, problems: Problems, *, fields: Fields) -> tuple[Places, dict[bytes, Size]]:
    """Take the images of a file as its items: what each id stands for, and keys with sizes."""
    sizes: dict[bytes, Size] = {}
    ordinals: dict[bytes, int] = {}
    places: Places = {}
    for row, ident, key, size in image_rows(raw, problems, fields=fields):
        if key in sizes:
            again = BadRow("DUPLICATE_ITEM", "this file lists the item twice")
            problems.add(again, row=row, item=key.decode())
        ordinal = ordinals.setdefault(key, len(ordinals))
        sizes.setdefault(key, size)
        place = places.setdefault(ident, Place(ordinal, key.decode()))
        if isinstance(place, Place) and place.ordinal != ordinal:
            twice = BadRow("AMBIGUOUS_ITEM", f"image {ident!r:.80} has two keys")
            places[ident] = problems.added(twice, row=row, item=key.decode())
    return places, sizes


def categories_in(
    raw: Raw, problems: Problems, *, fields: Fields
) -> tuple[Places, tuple[str, ...]]:
    """Take the categories of a file as its classes; one name is one class, whatever its ids."""
    names: dict[str, None] = {}
    for text in rows(raw, name="categories"):
        fields.say(coco_rows.unread(bytes(text), row=CategoryRow))
        try:
            name = coco_rows.category(bytes(text)).name
        except BadRow:
            continue
        names.setdefault(name)
    return categories(raw, classes=tuple(names), problems=problems), tuple(names)


def image_rows(
    raw: Raw, problems: Problems, *, fields: Fields | None = None
) -> Iterator[tuple[int, Id, bytes, Size]]:
    """Give row, id, key and size of the images that can be taken; the others are problems.

    Names that are not read are counted among the `fields` by those who want to know.
    """
    for row, image in enumerate(_images(raw, fields)):
        try:
            known = (
                coco_rows.judged(image) if isinstance(image, ImageRow) else coco_rows.image(image)
            )
        except BadRow as bad:
            text = msgspec.json.encode(image) if isinstance(image, ImageRow) else image
            problems.add(bad, row=row, item=coco_rows.image_named(text))
            continue
        yield row, *known


def _images(raw: Raw, fields: Fields | None) -> Iterable[ImageRow | bytes]:
    """Give images at once where a scan saw that all are strict, and else the text of each."""
    names = names_if_strict(raw)
    if names is not None:
        try:
            images = coco_rows.IMAGES.decode(raw)
        except msgspec.ValidationError:
            pass
        else:
            read = ImageRow.__struct_fields__
            if fields is not None:
                fields.add_all({name: said for name, said in names.items() if name not in read})
            return images
    return _texts(raw, fields)


def _texts(raw: Raw, fields: Fields | None) -> Iterator[bytes]:
    for text in map(bytes, rows(raw, name="images")):
        if fields is not None:
            fields.say(coco_rows.unread(text, row=ImageRow))
        yield text


def _listed(raw: Raw, *, places: Places, problems: Problems) -> dict[Id, tuple[int, bytes]]:
    """Give row and key of every id; an id that two items share is a problem and names neither."""
    listed: dict[Id, tuple[int, bytes]] = {}
    keys: set[bytes] = set()
    for row, ident, key, _ in image_rows(raw, problems):
        if key in keys:
            again = BadRow("DUPLICATE_ITEM", "this file lists the item twice")
            problems.add(again, row=row, item=key.decode())
        if listed.setdefault(ident, (row, key))[1] != key:
            twice = BadRow("AMBIGUOUS_ITEM", f"image {ident!r:.80} has two keys")
            places[ident] = problems.added(twice, row=row, item=key.decode())
        keys.add(key)
    for ident in places:
        del listed[ident]
    return listed
