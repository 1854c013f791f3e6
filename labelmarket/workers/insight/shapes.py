"""How large the boxes of a class are, how long, and what is amiss with them."""

from math import log2
from typing import NamedTuple

from labelmarket.workers.insight import odd, sums
from labelmarket.workers.insight.report_types import Shapes
from labelmarket.workers.insight.totals import Totals
from labelmarket.workers.insight.wording import amount, counted, percent
from labelmarket.workers.kernels.buckets import AREA_FIRST, ASPECT_FIRST, STEPS


class _Sizes(NamedTuple):
    """What is worked out of the buckets for all classes at once."""

    area_doublings: list[list[int]]
    aspect_doublings: list[list[int]]
    areas: list[float | None]
    aspects: list[float | None]
    odd_sizes: list[int]
    odd_aspects: list[int]


def shapes_of(totals: Totals) -> list[Shapes]:
    held = totals.sums
    if not totals.has_boxes:
        return []
    sizes = _Sizes(
        area_doublings=held.areas.reshape(len(held.areas), -1, STEPS).sum(axis=2).tolist(),
        aspect_doublings=held.aspects.reshape(len(held.aspects), -1, STEPS).sum(axis=2).tolist(),
        areas=odd.medians_of(held.areas, first=AREA_FIRST),
        aspects=odd.medians_of(held.aspects, first=ASPECT_FIRST),
        odd_sizes=odd.beyond(held.areas).tolist(),
        odd_aspects=odd.beyond(held.aspects).tolist(),
    )
    return [_shapes(totals, place, sizes) for place in totals.places if totals.boxed[place]]


def _shapes(totals: Totals, place: int, sizes: _Sizes) -> Shapes:
    name, area, aspect = totals.names[place], sizes.areas[place], sizes.aspects[place]
    area_first, areas = _trimmed(sizes.area_doublings[place], first=AREA_FIRST)
    aspect_first, aspects = _trimmed(sizes.aspect_doublings[place], first=ASPECT_FIRST)
    small, medium, large = totals.sums.sizes[place].tolist()
    marks = totals.sums.marks[place].tolist()
    boxes, touching = small + medium + large, marks[sums.TOUCHING]
    return Shapes(
        name=name,
        boxes=boxes,
        medianArea=area,
        medianAspect=aspect,
        areaFirst=area_first,
        areas=areas,
        aspectFirst=aspect_first,
        aspects=aspects,
        small=small,
        medium=medium,
        large=large,
        touchingBorder=touching,
        outside=marks[sums.OUTSIDE],
        offImage=marks[sums.OFF],
        zeroSize=marks[sums.ZERO],
        exactDuplicates=marks[sums.EXACT],
        nearDuplicates=marks[sums.NEAR],
        oddSizes=sizes.odd_sizes[place],
        oddAspects=sizes.odd_aspects[place],
        words=_words(name, boxes=boxes, area=area, aspect=aspect, touching=touching),
    )


def _trimmed(doublings: list[int], *, first: int) -> tuple[int, list[int]]:
    """Leave off the empty doublings at both ends."""
    filled = [place for place, count in enumerate(doublings) if count]
    if not filled:
        return first, []
    return first + filled[0], doublings[filled[0] : filled[-1] + 1]


def _words(
    name: str, *, boxes: int, area: float | None, aspect: float | None, touching: int
) -> str:
    said = counted(boxes, f"{name} box", plural=f"{name} boxes")
    if area is not None:
        said += f", half of them larger than about {percent(area)} of their image"
    if aspect is not None:
        said += f", typically {_proportions(aspect)}"
    return f"{said}; {percent(touching / max(boxes, 1))} reach a border."


def _proportions(aspect: float) -> str:
    """Say the middle of a bucket: the median lies within a tenth of it, and squares beside 1."""
    if abs(log2(aspect)) < 1.0 / STEPS:
        return "about as wide as high"
    return f"about {amount(aspect)} times as wide as high"
