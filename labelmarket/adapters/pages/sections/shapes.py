"""How large and how long the boxes of each class are, and where they break bounds."""

from collections.abc import Sequence

from labelmarket.adapters.pages import words
from labelmarket.adapters.pages.cards import card, cards, histogram
from labelmarket.adapters.pages.frame import Section
from labelmarket.adapters.pages.markup import Html, tag
from labelmarket.adapters.pages.tables import Cell, Column, Number, table
from labelmarket.workers.insight.report_types import Report, Shapes


def shapes(report: Report) -> Section:
    listed = sorted(report["shapes"], key=lambda one: (-one["boxes"], one["name"]))
    return Section(
        name="shapes",
        title="Geometry",
        content=(
            tag(
                "p",
                "Sizes are shares of the image, in steps that double; so are shapes, from tall to "
                "wide. Small is below 32 × 32 pixels, large from 96 × 96 on. Crowds are left out.",
            ),
            cards(listed, _card),
            _sizes(listed),
            _bounds(listed),
        ),
    )


def _card(one: Shapes) -> Html:
    pictures = []
    if one["areas"]:
        pictures.append(
            histogram(
                one["areas"],
                first=_area(one["areaFirst"]),
                last=_area(one["areaFirst"] + len(one["areas"])),
                under="of the image",
                spoken=f"Sizes of {one['name']}: {one['words']}",
            )
        )
    if one["aspects"]:
        pictures.append(
            histogram(
                one["aspects"],
                first=_aspect(one["aspectFirst"]),
                last=_aspect(one["aspectFirst"] + len(one["aspects"])),
                under="width : height",
                spoken=f"Shapes of {one['name']}, from tall to wide",
            )
        )
    return card(words.shown(one["name"]), *pictures, said=one["words"])


def _area(power: int) -> str:
    return words.share(2.0**power, digits=0 if power >= -4 else 2 if power >= -10 else 4)


def _aspect(power: int) -> str:
    return f"{2**power} : 1" if power >= 0 else f"1 : {2**-power}"


def _sizes(listed: Sequence[Shapes]) -> Html:
    columns = (
        Column("Class", number=False),
        Column("Boxes"),
        Column("Median size", "To within a tenth of it"),
        Column("Median width : height", "To within a tenth of it"),
        Column("Small"),
        Column("Medium"),
        Column("Large"),
    )
    return table("Sizes and shapes of every class", columns, map(_size, listed), name="sizes")


def _size(one: Shapes) -> tuple[Cell, ...]:
    return (
        words.shown(one["name"]),
        words.amount(one["boxes"]),
        words.part(one["medianArea"], digits=2),
        Number(shown=words.figure(one["medianAspect"], digits=2), value=one["medianAspect"]),
        *map(words.amount, (one["small"], one["medium"], one["large"])),
    )


def _bounds(listed: Sequence[Shapes]) -> Html:
    columns = (
        Column("Class", number=False),
        Column("Touching a border"),
        Column("Reaching outside"),
        Column("Wholly outside"),
        Column("Of zero size"),
        Column("Drawn twice"),
        Column("Nearly twice", "Of one class, on one image, and hardly to be told apart"),
        Column("Odd sizes"),
        Column("Odd shapes"),
    )
    return table("Boxes to look at, of every class", columns, map(_odd, listed), name="bounds")


def _odd(one: Shapes) -> tuple[Cell, ...]:
    counts = (
        one["touchingBorder"],
        one["outside"],
        one["offImage"],
        one["zeroSize"],
        one["exactDuplicates"],
        one["nearDuplicates"],
        one["oddSizes"],
        one["oddAspects"],
    )
    return (words.shown(one["name"]), *map(words.amount, counts))
