"""The whole play on a market that runs: offers go down the list, and the counts are right."""

from collections import Counter
from itertools import combinations
from typing import Any

import orjson
import pytest

from labelmarket.demo.material import SCENES, SEED
from labelmarket.demo.play import play
from labelmarket.demo.scenes import make_scenes
from labelmarket.demo.truth import true_labels
from tests.api.running import RunningMarket

PLAY_S_MAX = 60


@pytest.fixture(scope="module")
def summary(market: RunningMarket) -> dict[str, Any]:
    """The summary as the command line prints it; that runs in a test of its own, with kills."""
    played = play(
        market.address, market.operator, coco=None, images=None, once=True, say=lambda _: None
    )
    return dict(orjson.loads(played.as_json()))


@pytest.fixture(scope="module")
def gold() -> dict[str, Any]:
    """Count the true labels in the plainest way there is."""
    truth = true_labels(make_scenes(seed=SEED, count=SCENES))
    names = {category["id"]: category["name"] for category in truth["categories"]}
    sizes = {picture["id"]: (picture["width"], picture["height"]) for picture in truth["images"]}
    held = Counter((names[a["category_id"]], a["image_id"]) for a in truth["annotations"])
    labels = Counter(names[a["category_id"]] for a in truth["annotations"])
    together: Counter[str] = Counter()
    for image in sizes:
        present = sorted(name for name in labels if held[name, image])
        together.update("|".join(pair) for pair in combinations(present, 2))
    quadrants = {name: [[0, 0], [0, 0]] for name in names.values()}
    for label in truth["annotations"]:
        x, y, w, h = label["bbox"]
        wide, high = sizes[label["image_id"]]
        row, column = int(y + h / 2 >= high / 2), int(x + w / 2 >= wide / 2)
        quadrants[names[label["category_id"]]][row][column] += 1
    return {
        "labels": len(truth["annotations"]),
        "classes": {
            name: {
                "labels": labels[name],
                "images": sum(1 for image in sizes if held[name, image]),
            }
            for name in names.values()
        },
        "cooccurrence": dict(together),
        "most": {name: max(held[name, image] for image in sizes) for name in names.values()},
        "quadrants": quadrants,
    }


def test_one_offer_expires_one_is_declined_one_is_accepted(summary: dict[str, Any]) -> None:
    outcomes = [offer["outcome"] for offer in summary["offers"]]
    assert outcomes == ["expired", "declined", "accepted"]
    assert all(offer["sentAt"] <= offer["endedAt"] for offer in summary["offers"])


def test_each_offer_follows_the_end_of_the_one_before(summary: dict[str, Any]) -> None:
    first, second, third = summary["offers"]
    assert first["endedAt"] <= second["sentAt"]
    assert second["endedAt"] <= third["sentAt"]


def test_every_image_is_delivered_and_reported(summary: dict[str, Any]) -> None:
    assert summary["batch"]["items"] == SCENES
    assert summary["report"]["images"] == SCENES
    assert summary["report"]["labels"] == summary["batch"]["labels"]


def test_the_gold_report_counts_the_true_labels(
    summary: dict[str, Any], gold: dict[str, Any]
) -> None:
    assert summary["gold"]["images"] == SCENES
    assert summary["gold"]["labels"] == gold["labels"]
    assert summary["gold"]["classes"] == gold["classes"]


def test_the_gold_report_counts_what_occurs_together(
    summary: dict[str, Any], gold: dict[str, Any]
) -> None:
    assert summary["gold"]["cooccurrence"] == gold["cooccurrence"]


def test_the_gold_report_says_how_dense_and_where(
    summary: dict[str, Any], gold: dict[str, Any]
) -> None:
    density, location = summary["gold"]["density"], summary["gold"]["location"]
    assert {name: row["maxInOneImage"] for name, row in density.items()} == gold["most"]
    assert {name: row["quadrants"] for name, row in location.items()} == gold["quadrants"]


def test_the_delivered_labels_are_good_but_not_perfect(summary: dict[str, Any]) -> None:
    assert 0.6 < summary["report"]["meanBestIou"] < 0.99


def test_the_play_is_quick_and_leaves_its_facts(summary: dict[str, Any]) -> None:
    assert summary["seconds"] <= PLAY_S_MAX
    assert summary["facts"] >= 40
