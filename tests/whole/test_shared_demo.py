"""Machine and people share two projects, and both reports say who labeled what."""

from typing import Any

import orjson
import pytest

from labelmarket.demo.letters import MESSAGES
from labelmarket.demo.shared import (
    FIRST_ROUND,
    FOR_PEOPLE,
    IMAGE_THRESHOLD,
    TEXT_THRESHOLD,
    play_shared,
)
from tests.api.running import RunningMarket


@pytest.fixture(scope="module")
def summary(market: RunningMarket) -> dict[str, Any]:
    """The whole play on a running market, as the command line prints it."""
    played = play_shared(market.address, market.operator, say=lambda _: None)
    return dict(orjson.loads(played.as_json()))


def test_classes_of_images_go_by_their_metric_but_for_the_one_that_was_kept(
    summary: dict[str, Any],
) -> None:
    classes = summary["images"]["classes"]
    for name, row in classes.items():
        able = row["metric"] is not None and row["metric"] >= IMAGE_THRESHOLD
        assert row["route"] == ("MACHINE" if able and name != FOR_PEOPLE else "HUMAN")
    assert classes[FOR_PEOPLE]["reason"] == "you chose"
    assert classes[FOR_PEOPLE]["metric"] >= IMAGE_THRESHOLD


def test_each_class_of_an_image_is_labeled_by_one_hand(summary: dict[str, Any]) -> None:
    for row in summary["images"]["classes"].values():
        mine, others = (
            ("byMachine", "byPeople")
            if row["route"] == "MACHINE"
            else (
                "byPeople",
                "byMachine",
            )
        )
        assert row[others] == 0
        assert row[mine] > 0


def test_in_the_second_round_the_learner_takes_over_more_classes(summary: dict[str, Any]) -> None:
    first, second = summary["texts"]["rounds"]
    assert set(first["machineClasses"]) < set(second["machineClasses"])
    assert len(first["learned"]) <= len(second["learned"])


def test_every_message_is_labeled_once(summary: dict[str, Any]) -> None:
    texts = summary["texts"]
    (machine,) = texts["machines"]
    people = sum(one["items"] for one in texts["providers"])
    assert texts["providers"][0]["items"] == FIRST_ROUND
    assert machine["items"] + people == MESSAGES
    by_class = texts["classes"].values()
    assert sum(row["byMachine"] for row in by_class) == machine["labels"]
    assert sum(row["byMachine"] + row["byPeople"] for row in by_class) == MESSAGES
    for row in by_class:
        assert (row["route"] == "MACHINE") == (row["metric"] >= TEXT_THRESHOLD)


def test_both_projects_are_complete(summary: dict[str, Any]) -> None:
    assert [summary[act]["status"] for act in ("images", "texts")] == ["COMPLETED"] * 2
