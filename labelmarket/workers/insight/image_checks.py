"""What is amiss with whole images: no labels, no size, the same bytes twice."""

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers.columns import Int64s, ItemTable, Spans
from labelmarket.workers.insight import examples, queries, spans
from labelmarket.workers.insight.finding_types import Check, Finding
from labelmarket.workers.insight.totals import Totals
from labelmarket.workers.insight.wording import counted


def image_findings(totals: Totals) -> list[Finding]:
    """Check images; sizes only where boxes need them, copies only where media were given."""
    every = spans.ordinals(totals.sums.covered)
    found = [
        _finding(
            totals,
            "IMAGES_WITHOUT_LABELS",
            unlabeled(totals),
            words="without a label, nor said to be background",
        )
    ]
    if totals.has_boxes:
        unknown, nothing = sizeless(totals.items, every)
        found += [
            _finding(totals, "IMAGES_OF_UNKNOWN_SIZE", unknown, words="of unknown size"),
            _finding(totals, "IMAGES_OF_ZERO_SIZE", nothing, words="with a side of 0"),
        ]
    copies, of, digests = copied(totals.items, every)
    if digests:
        found.append(_copies(totals, copies, of, digests=digests))
    return found


def unlabeled(totals: Totals) -> Int64s:
    """Give the items that hold neither a label nor a word that there is only background."""
    return bare(totals.sums.covered, totals.filled, spans.ordinals(totals.sums.plain))


def bare(covered: Spans, *held: NDArray[np.integer]) -> Int64s:
    """Give the covered ordinals that none of `held` names."""
    every = spans.ordinals(covered)
    free = np.ones(int(every[-1]) + 1 if len(every) else 0, dtype=np.bool_)
    for some in held:
        free[some] = False
    return every[free[every]]


def sizeless(items: ItemTable, ordinals: Int64s) -> tuple[Int64s, Int64s]:
    """Give the items of which nobody knows the size, and those with one side of 0."""
    none = items.sizes(ordinals.astype(np.int32)) == 0
    return ordinals[none.all(axis=1)], ordinals[none[:, 0] != none[:, 1]]


def copied(items: ItemTable, ordinals: Int64s) -> tuple[Int64s, Int64s, int]:
    """Give the items whose media an earlier one has, that one, and how many have media at all."""
    places, digests = [], []
    for manifest in items.manifests:
        index = ordinals - manifest.first
        index = index[(index >= 0) & (index < len(manifest))]
        named = index[manifest.media[index].any(axis=1)] if manifest.media.any() else index[:0]
        places.append(named + manifest.first)
        digests.append(manifest.media[named])
    if not sum(map(len, places)):
        return ordinals[:0], ordinals[:0], 0
    every = np.concatenate(places)
    text = np.ascontiguousarray(np.concatenate(digests)).view("V32").ravel()
    _, first, group = np.unique(text, return_index=True, return_inverse=True)
    originals = every[first[group]]
    again = originals != every
    return every[again], originals[again], len(every)


def _finding(totals: Totals, check: Check, found: Int64s, *, words: str) -> Finding:
    shown = found[: examples.EXAMPLES_MAX].tolist()
    return Finding(
        check=check,
        count=len(found),
        of=totals.images,
        words=f"{counted(len(found), totals.thing)} {words}.",
        examples=[examples.of_image(totals.key(ordinal)) for ordinal in shown],
        query=queries.images(check=check),
    )


def _copies(totals: Totals, copies: Int64s, of: Int64s, *, digests: int) -> Finding:
    shown = zip(copies.tolist(), of.tolist(), strict=True)
    return Finding(
        check="DUPLICATE_IMAGES",
        count=len(copies),
        of=digests,
        words=f"{counted(len(copies), totals.thing)} with the very bytes of another.",
        examples=[
            examples.of_image(totals.key(copy), words=f"the same as {totals.key(original)}")
            for copy, original in list(shown)[: examples.EXAMPLES_MAX]
        ],
        query=queries.images(check="DUPLICATE_IMAGES"),
    )
