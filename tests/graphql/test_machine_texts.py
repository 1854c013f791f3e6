"""Of items of one class each, the machine has those it gives a class of its own."""

from pathlib import Path

import pytest

from tests.graphql.machine_market import Market
from tests.graphql.played_project import upload

TEXTS = {"a": "great", "b": "fine", "c": "poor", "d": "dull", "e": "?", "f": "so so"}
GOLD = b"item,class\na,good\nb,good\nc,bad\nd,bad\n"
SAID = b"item,good,bad\na,0.9,0.1\nb,0.8,0.2\nc,0.2,0.8\nd,0.7,0.3\ne,0.6,0.4\n"
"""All that is good is found, and half of what is bad; of the last text nothing is said."""


@pytest.fixture
def market(tmp_path: Path) -> Market:
    market = Market.open(tmp_path, task_type="sentiment", data_type="text")
    play = market.play
    items = "id,text\n" + "".join(f"{key},{text}\n" for key, text in TEXTS.items())
    play.on_project("addItems", uploadId=upload(play.customer, items.encode()))
    play.on_project("defineClasses", classes=[{"name": "good"}, {"name": "bad"}])
    play.on_project("addGold", uploadId=upload(play.customer, GOLD))
    said = {"oracle": "reader", "version": "1", "uploadId": upload(play.customer, SAID)}
    play.on_project("addPredictions", **said)
    market.work()
    return market


def test_a_class_is_measured_by_its_f1(market: Market) -> None:
    shown = market.project("oracleMetric classes { name metric metricLow metricHigh goldExamples }")

    assert shown["oracleMetric"] == "f1"
    found = {one["name"]: one for one in shown["classes"]}
    assert found["good"]["metric"] == pytest.approx(0.8)
    assert found["bad"]["metric"] == pytest.approx(2 / 3)
    assert all(one["metricLow"] < one["metric"] < one["metricHigh"] for one in shown["classes"])
    assert [one["goldExamples"] for one in shown["classes"]] == [2, 2]


def test_people_get_the_items_of_their_classes_and_those_the_machine_is_silent_about(
    market: Market,
) -> None:
    # Given that only what is good goes to the machine
    (previewed,) = market.preview(0.7)["tasks"]
    market.play.on_project("applyRoutingThreshold", threshold=0.7)
    order_id = market.order()
    # When the project is launched
    market.play.on_project("launchProject")
    market.office.settle()
    # Then it has labeled a, b, d and e, and the others are offered with all classes
    (placed,) = market.project("machineLabels { classes items labels }")["machineLabels"]
    assert placed == {"classes": ["good"], "items": 4, "labels": 4}
    assert (previewed["machineItems"], previewed["people"]["items"]) == (4, 2)
    document = "query($id: ID!) { workOrder(id: $id) { slots classes } }"
    order = market.play.customer.ask(document, id=order_id)["workOrder"]
    assert order == {"slots": 2, "classes": ["good", "bad"]}
    # And what people say joins it in one report
    ada = market.play.providers[0]
    batch = market.play.accept(ada)
    keys = "query($id: ID!) { batch(id: $id) { workItems { nodes { key } } } }"
    items = ada.ask(keys, id=batch)["batch"]["workItems"]["nodes"]
    assert [one["key"] for one in items] == ["c", "f"]
    file = upload(ada, b"item,class\nc,bad\nf,good\n")
    ada.done("deliverLabels", batchId=batch, uploadId=file)
    market.work()
    document = "query($id: ID!) { report(projectId: $id) { labels classes { name labels } } }"
    report = market.play.customer.ask(document, id=market.play.project_id)["report"]
    assert {one["name"]: one["labels"] for one in report["classes"]} == {"good": 5, "bad": 1}


LEARNER = """learners { version examples approved judged right learned failedCode
    notLearned { className examples needed } }
    oracle oracleMetric classes { name metric goldExamples }
    predictions { oracle coveredItems }"""
WORDS = {
    "good": ("great", "lovely", "bright", "warm"),
    "bad": ("poor", "dull", "broken", "cold"),
    "odd": ("strange", "unheard", "curious", "weird"),
}
EACH = 20


def labels(**numbers: int) -> bytes:
    """The true classes of the first so many texts of each class."""
    rows = (f"{kind}{n},{kind}\n" for kind, number in numbers.items() for n in range(number))
    return ("item,class\n" + "".join(rows)).encode()


def taught(folder: Path, **gold: int) -> Market:
    """A project of 20 texts of each class, so many of them with their true one."""
    market = Market.open(folder, task_type="sentiment", data_type="text")
    play = market.play
    texts = {
        f"{kind}{n}": f"It was a {WORDS[kind][n % 4]} {WORDS[kind][n // 4 % 4]} day number {n}"
        for kind in gold
        for n in range(EACH)
    }
    items = "id,text\n" + "".join(f"{key},{text}\n" for key, text in texts.items())
    play.on_project("addItems", uploadId=upload(play.customer, items.encode()))
    play.on_project("defineClasses", classes=[{"name": kind} for kind in gold])
    play.on_project("addGold", uploadId=upload(play.customer, labels(**gold)))
    teach(market)
    return market


def teach(market: Market) -> None:
    market.play.on_project("teachLearner")
    market.work()


def labeled_by_ada(market: Market, **numbers: int) -> str:
    """The first texts, ordered and delivered; the others wait for an order of their own."""
    market.order(items=sum(numbers.values()))
    market.play.on_project("launchProject")
    market.office.settle()
    ada = market.play.providers[0]
    batch = market.play.accept(ada)
    ada.done("deliverLabels", batchId=batch, uploadId=upload(ada, labels(**numbers)))
    market.work()
    return batch


def test_what_the_learner_was_taught_is_measured_and_routed_like_any_model(tmp_path: Path) -> None:
    market = taught(tmp_path, good=15, bad=15)

    shown = market.project(LEARNER)

    (learner,) = shown["learners"]
    assert (learner["examples"], learner["approved"], learner["judged"]) == (30, 0, 30)
    assert learner["failedCode"] is None
    assert learner["right"] >= 27
    assert (learner["learned"], learner["notLearned"]) == (["good", "bad"], [])
    assert (shown["oracle"], shown["oracleMetric"]) == ("learner", "f1")
    assert shown["predictions"] == [{"oracle": "learner", "coveredItems": 40}]
    assert all(one["metric"] >= 0.9 and one["goldExamples"] == 15 for one in shown["classes"])
    (task,) = market.preview(0.9)["tasks"]
    assert task["machineItems"] == 40


def test_a_class_of_too_few_examples_is_named_and_nothing_is_predicted(tmp_path: Path) -> None:
    market = taught(tmp_path, good=3, bad=3)

    shown = market.project(LEARNER)

    (learner,) = shown["learners"]
    assert learner["learned"] == []
    assert [one["className"] for one in learner["notLearned"]] == ["good", "bad"]
    assert all(one["examples"] == 3 < one["needed"] for one in learner["notLearned"])
    assert shown["predictions"] == []


def test_what_was_approved_teaches_a_class_that_gold_alone_was_too_small_for(
    tmp_path: Path,
) -> None:
    # Given a class with three examples, and people who label all texts but five
    market = taught(tmp_path, good=15, bad=15, odd=3)
    (first,) = market.project(LEARNER)["learners"]
    assert (first["learned"], first["examples"]) == (["good", "bad"], 33)
    batch = labeled_by_ada(market, good=20, bad=20, odd=15)
    teach(market)
    assert market.project(LEARNER)["learners"] == [first], "nobody has approved anything yet"
    # When their work is approved, and the learner is taught again
    market.play.customer.done("approveBatch", batchId=batch)
    teach(market)
    # Then it knows the class, and its metric is still measured on the gold alone
    shown = market.project(LEARNER)
    (second,) = shown["learners"]
    assert second["learned"] == ["good", "bad", "odd"]
    assert (second["examples"], second["approved"], second["judged"]) == (55, 22, 55)
    assert second["right"] >= 52
    assert [one["goldExamples"] for one in shown["classes"]] == [15, 15, 3]
    assert all(one["metric"] is not None for one in shown["classes"])
    assert [one["coveredItems"] for one in shown["predictions"]] == [60, 60]


def test_the_same_examples_taught_again_record_nothing_new(tmp_path: Path) -> None:
    market = taught(tmp_path, good=15, bad=15)
    known = market.project(LEARNER)
    head = market.office.play.recorder.max_notification_id()

    teach(market)

    assert market.project(LEARNER) == known
    assert market.office.play.recorder.max_notification_id() == head


def test_texts_that_came_later_are_predicted_by_a_version_of_their_own(tmp_path: Path) -> None:
    market = taught(tmp_path, good=15, bad=15)
    more = upload(market.play.customer, b"id,text\nnew1,What a lovely bright day\n")
    market.play.on_project("addItems", uploadId=more)

    teach(market)

    covered = [one["coveredItems"] for one in market.project(LEARNER)["predictions"]]
    assert covered == [40, 41]


def test_without_gold_there_is_nothing_to_learn(tmp_path: Path) -> None:
    market = Market.open(tmp_path, task_type="sentiment", data_type="text")
    refused = market.play.customer.do("teachLearner", projectId=market.play.project_id)
    assert [one["code"] for one in refused["errors"]] == ["NOTHING_TO_DO"]


def test_only_classes_of_texts_are_learned(tmp_path: Path) -> None:
    market = Market.open(tmp_path, task_type="object_detection", data_type="image")
    refused = market.play.customer.do("teachLearner", projectId=market.play.project_id)
    assert [one["code"] for one in refused["errors"]] == ["CONFLICT"]
