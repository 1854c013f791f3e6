"""How a class is spread over the images: many in few, or few in many."""

import numpy as np

from labelmarket.workers import kernels
from labelmarket.workers.insight.occurrence import HISTOGRAM_MAX, shortened
from labelmarket.workers.insight.report_types import Spread
from labelmarket.workers.insight.totals import Totals
from labelmarket.workers.insight.wording import amount, counted, percent


def spreads_of(totals: Totals) -> list[Spread]:
    sums, n = totals.sums, len(totals.names)
    found = kernels.density(
        sums.tally_classes,
        sums.tally_counts,
        n_classes=n,
        n_items=totals.images,
        buckets=HISTOGRAM_MAX,
    )
    fullest = np.full(n, len(totals.items), dtype=np.int64)
    first = sums.tally_counts == found.largest[sums.tally_classes]
    np.minimum.at(fullest, sums.tally_classes[first], sums.tally_items[first])
    return [
        Spread(
            name=totals.names[place],
            maxInOneImage=int(found.largest[place]),
            shareOfTopImage=float(found.top_share[place]),
            topImage=totals.key(int(fullest[place])) if found.largest[place] else None,
            gini=float(found.gini[place]),
            effectiveImages=float(found.effective[place]),
            histogram=shortened(found.histogram[place]),
            words=_words(
                totals,
                place,
                top=float(found.top_share[place]),
                effective=float(found.effective[place]),
            ),
        )
        for place in totals.places
    ]


def _words(totals: Totals, place: int, *, top: float, effective: float) -> str:
    name, labels, images = totals.names[place], totals.sums.labels[place], totals.held[place]
    if not labels:
        return f"There is no {name} label."
    return (
        f"{counted(int(labels), f'{name} label')} on {counted(int(images), totals.thing)}, "
        f"{percent(top)} on one of them: as if spread over {amount(effective)}."
    )
