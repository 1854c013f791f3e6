"""Labels of several hands are one file in which each has its maker."""

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers.columns import NO_ID
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.gathering import Hand, among_covered, counted_rows, gathered
from labelmarket.workers.outlines import no_outlines
from tests.workers.insight.label_samples import CLASSES, ITEMS, Row, labels, rows

chosen = st.sets(st.integers(0, ITEMS - 1))
hands = st.lists(st.tuples(rows, chosen, st.booleans()), min_size=1, max_size=4)


def hand(number: int, said: list[Row], on: set[int], *, named: bool) -> Hand:
    """The rows at odd places are made by somebody whom the file names."""
    columns = labels(said, covered=range(ITEMS))
    who = np.where(np.arange(len(said)) % 2 == 1, 0, -1).astype(np.int32)
    if named:
        columns = replace(columns, annotator_names=("Eve",), annotators=who)
    names = (f"maker {number}: Eve", f"maker {number}") if named else (f"maker {number}",)
    return Hand(
        labels=columns,
        outlines=no_outlines(len(said)),
        on=spans.of(np.array(sorted(on), dtype=np.int64)),
        annotators=names,
    )


@given(hands)
@settings(max_examples=60, deadline=None)
def test_every_label_that_counts_is_there_once_under_its_maker(
    said: list[tuple[list[Row], set[int], bool]],
) -> None:
    whole = [hand(at, some, on, named=named) for at, (some, on, named) in enumerate(said)]

    found, outlines = gathered(whole, classes=CLASSES)

    expected = [
        (*row, f"maker {at}: Eve" if named and place % 2 else f"maker {at}")
        for at, (some, on, named) in enumerate(said)
        for place, row in enumerate(some)
        if row[0] in on
    ]
    columns = (found.items, found.classes, found.boxes, found.crowd, found.annotators)
    assert [
        (item, kind, tuple(box), crowd, found.annotator_names[who])
        for item, kind, box, crowd, who in zip(*(c.tolist() for c in columns), strict=True)
    ] == expected
    assert len(found) == len(outlines) == sum(map(counted_rows, whole))
    assert set(found.annotator_names) == {row[-1] for row in expected}
    assert (found.ids == NO_ID).all()
    assert spans.ordinals(found.covered).tolist() == sorted(set().union(*(on for _, on, _ in said)))


@given(rows, chosen)
@settings(max_examples=40, deadline=None)
def test_items_are_numbered_by_their_place_among_those_there(
    said: list[Row], there: set[int]
) -> None:
    found, _ = gathered([hand(0, said, there, named=False)], classes=CLASSES)

    among = among_covered(found)

    assert [sorted(there)[at] for at in among.items.tolist()] == found.items.tolist()
    assert spans.ordinals(among.covered).tolist() == list(range(len(there)))
