"""The summary: one JSON object whose names other people count on."""

from typing import Any

import orjson

from labelmarket.demo.stage import OfferShown
from labelmarket.demo.summary import Summary, counted

REPORT: dict[str, Any] = {
    "images": 3,
    "labels": 4,
    "classes": [{"name": "rider", "labels": 1, "images": 1}],
    "cooccurrence": [{"a": "rider", "b": "bicycle", "images": 1}],
    "density": [{"name": "rider", "maxInOneImage": 1, "shareOfTopImage": 1.0, "gini": 0.66}],
    "location": [{"name": "rider", "quadrants": [[1, 0], [0, 0]]}],
    "meanBestIou": None,
}


def test_a_report_is_keyed_by_class_and_by_pairs_in_order_of_names() -> None:
    assert counted(REPORT) == {
        "images": 3,
        "labels": 4,
        "classes": {"rider": {"labels": 1, "images": 1}},
        "cooccurrence": {"bicycle|rider": 1},
        "density": {"rider": {"maxInOneImage": 1, "shareOfTopImage": 1.0, "gini": 0.66}},
        "location": {"rider": {"quadrants": [[1, 0], [0, 0]]}},
        "meanBestIou": None,
    }


def test_the_summary_has_the_promised_names() -> None:
    # Given
    offer = OfferShown(
        provider="Harbour",
        outcome="expired",
        sent_at="2030-01-01T00:00:00Z",
        answer_by="2030-01-01T00:00:02Z",
        ended_at="2030-01-01T00:00:02Z",
    )
    summary = Summary(
        address="http://127.0.0.1:8000",
        project="p",
        offers=(offer,),
        items=3,
        labels=4,
        report=counted(REPORT),
        gold=counted(REPORT),
        facts=40,
        seconds=12.34567,
    )
    # When
    content = orjson.loads(summary.as_json())
    # Then
    assert content == {
        "address": "http://127.0.0.1:8000",
        "project": "p",
        "offers": [
            {
                "provider": "Harbour",
                "outcome": "expired",
                "sentAt": "2030-01-01T00:00:00Z",
                "endedAt": "2030-01-01T00:00:02Z",
            }
        ],
        "batch": {"items": 3, "labels": 4},
        "report": counted(REPORT),
        "gold": counted(REPORT),
        "facts": 40,
        "seconds": 12.346,
    }
