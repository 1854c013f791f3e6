"""What to collect next: classes with few images, alone for once, elsewhere, on more images."""

from collections.abc import Iterator

import numpy as np

from labelmarket.workers import kernels
from labelmarket.workers.insight import queries
from labelmarket.workers.insight.candidates import Candidate
from labelmarket.workers.insight.places import CHANCE_MAX, corner, is_spread
from labelmarket.workers.insight.report_types import Location, Spread
from labelmarket.workers.insight.totals import CONFIDENCE, ENOUGH_IMAGES, NEARLY_ALWAYS, Totals
from labelmarket.workers.insight.wording import amount, counted, percent

TOP_SHARE_MIN = 0.25
"""One image with a quarter of a class: whatever is particular to it counts like all the others."""

EFFECTIVE_SHARE_MAX = 0.25
"""As if spread over less than a quarter of its images: most of them hardly count."""

SPREAD_LABELS_MIN = 20
"""With fewer labels four on one image are a quarter, which happens by itself."""

QUADRANT_SHARE_MIN = 0.5
"""Half of a class in one quarter of the image: twice what it would hold without preference."""


def few_images(totals: Totals) -> Iterator[Candidate]:
    """Classes on fewer images than it takes to show anything about them."""
    for place in totals.places:
        held, name = int(totals.held[place]), totals.names[place]
        if held < ENOUGH_IMAGES:
            yield Candidate(
                action="COLLECT_CLASS",
                amiss=1.0 - held / ENOUGH_IMAGES,
                words=f"Collect {totals.thing}s with {name}: {held:,} of {totals.images:,} hold "
                f"one, {ENOUGH_IMAGES} would be the least to judge it by.",
                query=queries.images(holding=[name]),
                count=held,
                of=totals.images,
                classes=(name,),
                numbers={"images": held, "imagesWanted": ENOUGH_IMAGES},
                of_class=place,
            )


def never_alone(totals: Totals) -> Iterator[Candidate]:
    """Classes that are surely nearly always with another, which is not itself nearly everywhere."""
    held = totals.held
    with_other = totals.together
    near = (with_other >= NEARLY_ALWAYS * held[:, None]) & (held >= ENOUGH_IMAGES)[:, None]
    near &= (held < NEARLY_ALWAYS * totals.images)[None, :]
    np.fill_diagonal(near, val=False)
    first, second = np.nonzero(near)
    lower = kernels.lower_bound(with_other[first, second], held[first], confidence=CONFIDENCE)
    for a, b, bound in zip(first.tolist(), second.tolist(), lower.tolist(), strict=True):
        if bound < NEARLY_ALWAYS:
            continue
        name, other = totals.names[a], totals.names[b]
        apart = int(held[a] - with_other[a, b])
        share = int(held[b]) / totals.images
        yield Candidate(
            action="COLLECT_WITHOUT",
            amiss=bound - share,
            words=f"Collect {name} without {other}: {apart:,} of {int(held[a]):,}.",
            query=queries.images(holding=[name], without=[other]),
            count=apart,
            of=int(held[a]),
            classes=(name, other),
            numbers={"lowerBound": bound, "shareOfAllImages": share},
            of_class=a,
        )


def crowded(totals: Totals, spreads: list[Spread]) -> Iterator[Candidate]:
    """Classes of which few images hold most."""
    for place, spread in zip(totals.places, spreads, strict=True):
        labels, held = int(totals.sums.labels[place]), int(totals.held[place])
        top, effective = spread["shareOfTopImage"], spread["effectiveImages"]
        image = spread["topImage"]
        if labels < SPREAD_LABELS_MIN or image is None:
            continue
        if top >= TOP_SHARE_MIN or effective < EFFECTIVE_SHARE_MAX * held:
            yield Candidate(
                action="SPREAD_CLASS",
                amiss=max(top, 1.0 - effective / held),
                words=f"Collect {spread['name']} on more {totals.thing}s: {percent(top)} of "
                f"{counted(labels, 'label')} are on one, as if on {amount(effective)} in all.",
                query=queries.labels(of=[spread["name"]], image=image),
                count=spread["maxInOneImage"],
                of=labels,
                classes=(spread["name"],),
                numbers={"shareOfTopImage": top, "effectiveImages": effective, "images": held},
                of_class=place,
            )


def in_one_corner(totals: Totals, locations: list[Location]) -> Iterator[Candidate]:
    """Classes that surely prefer one quarter of the image, and by much."""
    places = {totals.names[place]: place for place in totals.places}
    for location in locations:
        share, fullest, name = location["shareOfFullest"], location["fullest"], location["name"]
        if fullest is None or not is_spread(totals, places[name]):
            continue
        if location["p"] >= CHANCE_MAX or share < QUADRANT_SHARE_MIN:
            continue
        placed = sum(map(sum, location["quadrants"]))
        count = max(map(max, location["quadrants"]))
        yield Candidate(
            action="VARY_LOCATION",
            # A quarter would be nothing amiss, all of them everything.
            amiss=(share - 0.25) / 0.75,
            words=f"Vary where {name} lies: {percent(share)} of {counted(placed, 'label')} "
            f"in the {corner(fullest)} quadrant.",
            query=queries.labels(of=[name], quadrant=fullest),
            count=count,
            of=placed,
            classes=(name,),
            numbers={"shareOfQuadrant": share, "p": location["p"]},
            of_class=places[name],
        )
