"""Predictions are measured on gold, previewed, made labels, and joined by the work of people."""

import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from labelmarket.cli import main
from tests.graphql.machine_market import Market
from tests.graphql.played_project import coco, upload

IMAGES, KNOWN = 8, 6
CAT, DOG = 1, 2
CLASSES = [{"id": CAT, "name": "cat"}, {"id": DOG, "name": "dog"}]
CAT_BOX, DOG_BOX, BESIDE = [10, 10, 20, 20], [50, 40, 30, 30], [5, 60, 30, 10]
METRICS = "classes { name metric route } oracle oracleMetric"


def box(image: int, category: int, bbox: list[int], **more: float) -> dict[str, Any]:
    return {"image_id": image, "category_id": category, "bbox": bbox, **more}


def labels_file(rows: list[dict[str, Any]]) -> bytes:
    listed = [
        {"id": n, "file_name": f"{n}.png", "width": 100, "height": 80} for n in range(1, IMAGES + 1)
    ]
    numbered = [{"id": n, "iscrowd": 0, **row} for n, row in enumerate(rows, start=1)]
    return orjson.dumps({"images": listed, "categories": CLASSES, "annotations": numbered})


TRUTH = ((CAT, CAT_BOX), (DOG, DOG_BOX))
GOLD = labels_file([box(n, kind, at) for n in range(1, IMAGES + 1) for kind, at in TRUTH])
SAID = orjson.dumps(
    [
        row
        for n in range(1, KNOWN + 1)
        for row in (box(n, CAT, CAT_BOX, score=0.9), box(n, DOG, BESIDE, score=0.8))
    ]
)


@pytest.fixture
def market(tmp_path: Path) -> Market:
    market = Market.open(tmp_path, task_type="object_detection", data_type="image")
    play = market.play
    play.on_project("addItems", uploadId=upload(play.customer, coco(IMAGES)))
    play.on_project("defineClasses", classes=[{"name": "cat"}, {"name": "dog"}])
    play.on_project("addGold", uploadId=upload(play.customer, GOLD))
    market.work()
    return market


def said(market: Market, content: bytes = SAID, *, version: str = "1") -> dict[str, Any]:
    added = market.play.on_project(
        "addPredictions",
        "predictions problemCount problems { code item }",
        oracle="detector",
        version=version,
        uploadId=upload(market.play.customer, content),
    )
    market.work()
    return added


def test_predictions_are_measured_on_the_gold_by_the_numbers_of_the_command_line(
    market: Market, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    added = said(market)

    assert (added["predictions"], added["problemCount"]) == (2 * KNOWN, 0)
    shown = market.project(METRICS)
    gold, predicted = tmp_path / "gold.json", tmp_path / "said.json"
    gold.write_bytes(GOLD)
    predicted.write_bytes(SAID)
    assert main(["evaluate", "--gold", str(gold), "--predicted", str(predicted), "--json"]) == 0
    found = {one["name"]: one["ap"] for one in json.loads(capsys.readouterr().out)["classes"]}
    assert {one["name"]: one["metric"] for one in shown["classes"]} == found
    assert 0.7 < found["cat"] < 0.8
    assert found["dog"] == 0
    assert (shown["oracle"], shown["oracleMetric"]) == ("detector", "ap")


def test_a_preview_says_what_applying_then_does_and_changes_nothing(market: Market) -> None:
    said(market)
    head = market.office.play.recorder.max_notification_id()

    preview = market.preview(0.5)

    assert market.office.play.recorder.max_notification_id() == head
    assert market.project("routingThreshold")["routingThreshold"] is None
    market.play.on_project("applyRoutingThreshold", threshold=0.5)
    routes = {
        one["name"]: one["route"] for one in market.project("classes { name route }")["classes"]
    }
    assert {one["name"]: one["route"] for one in preview["classes"]} == routes
    assert routes == {"cat": "MACHINE", "dog": "HUMAN"}
    (task,) = preview["tasks"]
    assert (task["machineItems"], task["machineLabels"]) == (0, KNOWN)
    assert task["people"]["items"] == IMAGES
    assert task["people"]["price"] == {"low": 0.8, "mean": 0.8, "high": 0.8}
    assert task["accuracy"]["low"] < task["accuracy"]["mean"] < task["accuracy"]["high"]
    assert preview["problems"] == ["no work order is planned for 8 items"]


def test_the_curve_goes_from_the_machine_alone_to_people_alone(market: Market) -> None:
    said(market)

    curve = market.preview(0.5)["curve"]

    assert [one["threshold"] for one in curve] == sorted(one["threshold"] for one in curve)
    assert [one["machineClasses"] for one in curve] == [2, 1, 0]
    assert [one["peopleItems"] for one in curve] == [IMAGES - KNOWN, IMAGES, IMAGES]
    assert [one["price"] for one in curve] == [pytest.approx(0.2), 0.8, 0.8]


def test_a_preview_counts_the_setup_of_every_order(market: Market) -> None:
    # Given two orders, and providers who ask for a setup with each
    said(market)
    rate = {"taskType": "object_detection", "currency": "EUR", "perItem": "0.10", "setup": "5"}
    for provider in market.play.providers:
        provider.done("publishRateCard", rates=[rate])
    market.play.on_project("applyRoutingThreshold", threshold=0.5)
    market.order(items=3)
    market.order()
    (task,) = market.preview(0.5)["tasks"]
    # When the project is launched
    market.play.on_project("launchProject")
    market.office.settle()
    # Then the offers come to what was foretold
    orders = market.project("orders { offers { terms { total } } }")["orders"]
    totals = [float(offer["terms"]["total"]) for one in orders for offer in one["offers"]]
    assert task["people"]["price"]["mean"] == pytest.approx(sum(totals))


def test_machine_labels_and_those_of_people_are_one_report(market: Market) -> None:
    # Given cats that go to the machine, which is silent about two images
    said(market)
    market.play.on_project("applyRoutingThreshold", threshold=0.5)
    market.order()
    market.play.on_project("launchProject")
    market.office.settle()
    (placed,) = market.project("machineLabels { oracle version classes items labels }")[
        "machineLabels"
    ]
    assert placed == {
        "oracle": "detector",
        "version": "1",
        "classes": ["cat"],
        "items": KNOWN,
        "labels": KNOWN,
    }
    # When a provider labels the dogs, and the cats where the machine was silent
    batch = market.play.accept(market.play.providers[0])
    rows = [box(n, DOG, DOG_BOX) for n in range(1, IMAGES + 1)]
    rows += [box(n, CAT, CAT_BOX) for n in range(KNOWN + 1, IMAGES + 1)]
    file = upload(market.play.providers[0], labels_file(rows))
    market.play.providers[0].done("deliverLabels", batchId=batch, uploadId=file)
    market.work()
    # Then the report is of both
    document = """query($id: ID!) { report(projectId: $id) {
        labels machineLabels classes { name labels machineLabels } } }"""
    report = market.play.customer.ask(document, id=market.play.project_id)["report"]
    assert (report["labels"], report["machineLabels"]) == (2 * IMAGES, KNOWN)
    # And it says of each class who labeled it
    assert report["classes"] == [
        {"name": "cat", "labels": IMAGES, "machineLabels": KNOWN},
        {"name": "dog", "labels": IMAGES, "machineLabels": 0},
    ]


def test_a_provider_is_told_what_is_wanted_of_each_item_and_nothing_else_is_taken(
    market: Market,
) -> None:
    # Given cats that go to the machine, which is silent about two images
    said(market)
    market.play.on_project("applyRoutingThreshold", threshold=0.5)
    market.order()
    market.play.on_project("launchProject")
    market.office.settle()
    ada = market.play.providers[0]
    batch = market.play.accept(ada)
    document = "query($id: ID!) { batch(id: $id) { workItems { nodes { key classes } } } }"
    items = ada.ask(document, id=batch)["batch"]["workItems"]["nodes"]
    assert [one["classes"] for one in items] == [["dog"]] * KNOWN + [["cat", "dog"]] * 2
    # When it labels cats and dogs everywhere all the same
    ada.done("deliverLabels", batchId=batch, uploadId=upload(ada, GOLD))
    market.work()
    # Then the machine's cats are left out, by name, and nothing is owed any more
    document = """query($id: ID!) { batch(id: $id) { status missingItems
        parts { labels problemCount problems { code item message } } } }"""
    shown = ada.ask(document, id=batch)["batch"]
    (part,) = shown["parts"]
    assert (shown["status"], shown["missingItems"]) == ("DELIVERED", 0)
    assert (part["labels"], part["problemCount"]) == (IMAGES + 2, KNOWN)
    assert part["problems"][0] == {
        "code": "NOT_ASKED_FOR",
        "item": "1.png",
        "message": "'cat' is not wanted of this item",
    }


def test_a_machine_that_labels_everything_is_reported_without_anybody(market: Market) -> None:
    rows = [box(n, kind, at, score=0.9) for n in range(1, IMAGES + 1) for kind, at in TRUTH]
    said(market, orjson.dumps(rows))
    market.play.on_project("applyRoutingThreshold", threshold=0.5)

    market.play.on_project("launchProject")

    market.office.settle()
    assert market.project("status")["status"] == "COMPLETED"
    document = "query($id: ID!) { report(projectId: $id) { labels } }"
    report = market.play.customer.ask(document, id=market.play.project_id)["report"]
    assert report["labels"] == 2 * IMAGES


@pytest.mark.parametrize("over", ["complete", "cancelled"])
def test_who_wants_machine_labels_of_a_project_that_is_over_hears_that_it_is(
    market: Market, over: str
) -> None:
    # Given a project that is over, of which the machine could say something
    rows = [box(n, kind, at, score=0.9) for n in range(1, IMAGES + 1) for kind, at in TRUTH]
    said(market, orjson.dumps(rows))
    market.play.on_project("applyRoutingThreshold", threshold=0.5)
    market.play.on_project("launchProject" if over == "complete" else "cancelProject")
    # When its labels are wanted
    refused = market.play.customer.do("placeMachineLabels", projectId=market.play.project_id)
    # Then the reason is not that others changed the project meanwhile
    (error,) = refused["errors"]
    assert error["code"] == "CONFLICT"
    assert error["message"].startswith(f"the project is {over}")


def test_what_a_version_said_is_never_replaced(market: Market) -> None:
    said(market)
    again = market.play.customer.do(
        "addPredictions",
        "predictions",
        projectId=market.play.project_id,
        oracle="detector",
        version="1",
        uploadId=upload(market.play.customer, SAID.replace(b"0.9", b"0.7")),
    )
    assert [one["code"] for one in again["errors"]] == ["CONFLICT"]

    said(market, SAID.replace(b"0.9", b"0.7"), version="2")

    shown = market.project("predictions { version predictions coveredItems }")["predictions"]
    assert [one["version"] for one in shown] == ["1", "2"]
    assert all(one["coveredItems"] == KNOWN for one in shown)


def test_of_several_versions_only_the_latest_is_measured(market: Market) -> None:
    # Given two versions that no worker has looked at yet
    for version, content in (("1", SAID), ("2", SAID.replace(b"0.9", b"0.7"))):
        file = upload(market.play.customer, content)
        market.play.on_project("addPredictions", oracle="yolo", version=version, uploadId=file)
    recorder = market.office.play.recorder
    first, second = (j for j in recorder.jobs.values() if j.kind == "measure_oracle")

    market.work_on(first)
    assert market.project("oracle")["oracle"] is None

    market.work_on(second)
    assert market.project("oracle")["oracle"] == "yolo"


def test_bad_rows_are_named_and_their_items_are_left_to_people(market: Market) -> None:
    rows = orjson.loads(SAID)
    rows += [
        box(999, CAT, CAT_BOX, score=0.5),
        box(1, 77, CAT_BOX, score=0.5),
        box(2, CAT, CAT_BOX, score=7.0),
        rows[0],
    ]

    added = said(market, orjson.dumps(rows))

    assert {one["code"] for one in added["problems"]} == {
        "UNKNOWN_ITEM",
        "UNKNOWN_CLASS",
        "SCORE_OUT_OF_RANGE",
        "DUPLICATE",
    }
    # And what was said wrongly of an item leaves the whole of it to people.
    (kept,) = market.project("predictions { predictions coveredItems problemCount }")["predictions"]
    assert kept == {"predictions": 2 * (KNOWN - 1), "coveredItems": KNOWN - 1, "problemCount": 4}


def test_a_file_of_another_task_is_refused_whole(market: Market) -> None:
    refused = market.play.customer.do(
        "addPredictions",
        projectId=market.play.project_id,
        oracle="reader",
        version="1",
        uploadId=upload(market.play.customer, b"item,class,score\n1.png,cat,0.9\n"),
    )
    (error,) = refused["errors"]
    assert error["code"] == "INVALID_INPUT"
    assert "WRONG_TASK" in error["message"]
