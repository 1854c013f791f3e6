"""Whoever looks up the query of a finding or an advice finds as much as it says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.workers.columns import LabelColumns
from labelmarket.workers.insight import collecting, odd, places, queries, totals
from labelmarket.workers.insight.evidence import found
from labelmarket.workers.insight.whole import report_of
from tests.workers.insight.label_samples import ITEMS, Row, boxless, labels, rows, table

CAT, DOG, BACKGROUND, ANT = range(4)
BOX = (10.0, 10.0, 20.0, 20.0)

twice = st.lists(st.integers(0, 3), max_size=20)
"""Rows that are said again."""


def look_up_everything(given_labels: LabelColumns) -> list[str]:
    """Compare every query of a report with its count, and give the actions advised."""
    report = report_of(table(), given_labels)
    asked = [(one["query"], one["count"]) for one in report["health"]]
    asked += [(one["evidence"]["query"], one["evidence"]["count"]) for one in report["advice"]]
    for query, count in asked:
        if query is not None:
            assert len(found(query, labels=given_labels, items=table())) == count, query
    return [one["action"] for one in report["advice"]]


@settings(max_examples=60, deadline=None)
@given(rows, twice)
def test_every_query_finds_what_its_evidence_counts(some: list[Row], again: list[int]) -> None:
    delivered = some + [some[at] for at in again if at < len(some)]

    actions = look_up_everything(labels(delivered, covered=range(1, ITEMS)))

    assert "COLLECT_CLASS" in actions


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, ITEMS - 1), st.integers(0, 3)), max_size=20))
def test_so_do_the_queries_of_labels_without_boxes(some: list[tuple[int, int]]) -> None:
    look_up_everything(boxless(some, covered=range(ITEMS)))


def test_also_of_what_takes_many_labels_to_be_advised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(totals, "ENOUGH_IMAGES", 2)
    monkeypatch.setattr(collecting, "ENOUGH_IMAGES", 2)
    monkeypatch.setattr(collecting, "CONFIDENCE", 0.2)
    monkeypatch.setattr(collecting, "NEARLY_ALWAYS", 0.4)
    monkeypatch.setattr(odd, "BOXES_LEAST", 5)
    monkeypatch.setattr(places, "IMAGES_LEAST", 1)
    delivered: list[Row] = [(0, CAT, (5.0 + n, 5.0, 9.0, 9.0), 0) for n in range(40)]
    delivered += [(1, CAT, BOX, 0), (1, DOG, BOX, 0), (0, DOG, BOX, 0)]
    delivered += [(2, CAT, (0.0, 0.0, 200.0, 2.0), 0), (2, CAT, (1.0, 1.0, 1.0, 1.0), 0)]

    actions = look_up_everything(labels(delivered, covered=range(ITEMS)))

    wanted = {"COLLECT_WITHOUT", "SPREAD_CLASS", "VARY_LOCATION", "CHECK_BOXES", "LABEL_IMAGES"}
    assert wanted <= set(actions)


def test_what_no_image_and_no_label_shows_cannot_be_looked_up() -> None:
    nothing = labels([], covered=[0])

    with pytest.raises(ValueError, match="labels"):
        found(queries.labels(check="CLASSES_WITHOUT_LABELS"), labels=nothing, items=table())
    with pytest.raises(ValueError, match="images"):
        found(queries.images(check="ODD_SIZES"), labels=nothing, items=table())
