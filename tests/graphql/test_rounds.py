"""Routes may change while a project runs: for what nobody has begun, round by round."""

from pathlib import Path
from typing import Any

import pytest

from tests.graphql.machine_market import Market
from tests.graphql.played_project import upload

KEYS = "abcdefgh"
GOLD = b"item,class\na,good\nb,bad\n"
SAID = "item,good,bad\n" + "".join(
    f"{key},{'0.9,0.1' if key in 'aceg' else '0.2,0.8'}\n" for key in KEYS
)
"""Four texts are good, four are bad."""
LABELS = "machineLabels { version classes items labels }"
REPORT = """query($id: ID!) { report(projectId: $id) { labels machineLabels
    classes { name labels machineLabels } } }"""


@pytest.fixture
def market(tmp_path: Path) -> Market:
    """A draft in which the machine may have what is good."""
    market = Market.open(tmp_path, task_type="sentiment", data_type="text")
    play = market.play
    items = "id,text\n" + "".join(f"{key},text {key}\n" for key in KEYS)
    play.on_project("addItems", uploadId=upload(play.customer, items.encode()))
    play.on_project("defineClasses", classes=[{"name": "good"}, {"name": "bad"}])
    play.on_project("addGold", uploadId=upload(play.customer, GOLD))
    predict(market, version="1")
    play.on_project("applyRoutingThreshold", threshold=0.5)
    play.on_project("overrideClassRoute", className="bad", route="HUMAN")
    return market


def predict(market: Market, *, version: str, said: str = SAID) -> None:
    file = upload(market.play.customer, said.encode())
    market.play.on_project("addPredictions", oracle="reader", version=version, uploadId=file)
    market.work()


def begin(market: Market, order_id: str) -> dict[str, Any]:
    select = "workOrder { status slots classes }"
    begun = market.play.customer.done("startWorkOrder", select, orderId=order_id)
    market.office.settle()
    return dict(begun["workOrder"])


def label(market: Market, content: bytes) -> None:
    """The provider that is asked takes the order, and its labels are approved."""
    ada = market.play.providers[0]
    batch = market.play.accept(ada)
    ada.done("deliverLabels", batchId=batch, uploadId=upload(ada, content))
    market.work()
    market.play.customer.done("approveBatch", batchId=batch)
    market.office.settle()


def test_in_a_second_round_the_machine_takes_over_another_class(market: Market) -> None:
    # Given two of the four bad texts that people label in a first round
    market.order(items=2)
    market.play.on_project("launchProject")
    market.office.settle()
    label(market, b"item,class\nb,bad\nd,bad\n")
    assert market.project("status")["status"] == "LAUNCHED"
    # When bad goes to the machine, too, as a preview foretells
    market.play.on_project("resetClassRoute", className="bad")
    (previewed,) = market.preview(0.5)["tasks"]
    assert (previewed["machineItems"], previewed["people"]["items"]) == (6, 0)
    market.play.on_project("placeMachineLabels")
    market.work()
    # Then it labels the two others, and what people labeled stays theirs
    shown = market.project(f"status {LABELS}")
    assert shown["status"] == "COMPLETED"
    (placed,) = shown["machineLabels"]
    assert (placed["classes"], placed["items"], placed["labels"]) == (["good", "bad"], 6, 6)
    report = market.play.customer.ask(REPORT, id=market.play.project_id)["report"]
    assert (report["labels"], report["machineLabels"]) == (8, 6)
    counts = {one["name"]: (one["labels"], one["machineLabels"]) for one in report["classes"]}
    assert counts == {"good": (4, 4), "bad": (4, 2)}


def test_what_the_machine_labeled_may_go_to_people_after_all(market: Market) -> None:
    # Given two texts that people label, and four that the machine has labeled
    market.order(items=2)
    market.play.on_project("launchProject")
    market.office.settle()
    # When good goes to people, and the rest is ordered
    market.play.on_project("overrideClassRoute", className="good", route="HUMAN")
    begun = begin(market, market.order())
    # Then its order has all items that the first one has not, and the machine has none
    assert begun == {"status": "RUNNING", "slots": 6, "classes": ["good", "bad"]}
    assert market.project(LABELS)["machineLabels"] == []


def test_a_later_version_speaks_of_what_nobody_has_begun(market: Market) -> None:
    market.order(items=2)
    market.play.on_project("launchProject")
    market.office.settle()
    predict(market, version="2", said="item,good,bad\na,0.9,0.1\nh,0.8,0.2\nb,0.1,0.9\n")

    begun = begin(market, market.order())

    assert begun["slots"] == 4
    (placed,) = market.project(LABELS)["machineLabels"]
    assert placed == {"version": "2", "classes": ["good"], "items": 2, "labels": 2}


def test_with_nothing_left_an_order_does_not_begin(market: Market) -> None:
    market.order()
    market.play.on_project("launchProject")
    market.office.settle()
    late = market.order()
    refused = market.play.customer.do("startWorkOrder", orderId=late)
    assert [one["code"] for one in refused["errors"]] == ["NOTHING_TO_DO"]


def test_what_is_taken_back_from_an_order_is_routed_anew(market: Market) -> None:
    # Given an order for all that is bad, which nobody has taken on
    order_id = market.order()
    market.play.on_project("launchProject")
    market.office.settle()
    # When it is taken back, and a machine labels what is bad, too
    market.play.customer.done("releaseWorkOrder", orderId=order_id, reason="cheaper")
    market.play.on_project("resetClassRoute", className="bad")
    market.play.on_project("placeMachineLabels")
    market.office.settle()
    # Then nobody is asked any more, and the project is complete
    assert market.project("status")["status"] == "COMPLETED"
    assert market.play.providers[0].ask("{ offers(status: OPEN) { nodes { id } } }") == {
        "offers": {"nodes": []}
    }


def test_what_waits_for_an_order_may_be_given_up(market: Market) -> None:
    market.order(items=3)
    market.play.on_project("launchProject")
    market.office.settle()
    market.play.on_project("leaveUnlabeled", reason="enough for now")
    label(market, b"item,class\nb,bad\nd,bad\nf,bad\n")
    assert market.project("status unlabeledItems") == {"status": "COMPLETED", "unlabeledItems": 1}


def test_second_labels_of_what_is_critical_have_a_report_of_their_own(market: Market) -> None:
    # Given two orders beside each other, since bad texts must not be missed
    market.play.on_project("markClassCritical", className="bad", critical=True, reason="it hurts")
    (previewed,) = market.preview(0.5)["tasks"]
    market.order()
    market.play.on_project("launchProject")
    market.office.settle()
    # When both providers have labeled the same four items, one of them otherwise
    ada, bel = market.play.providers
    for provider, content in ((ada, b"b,bad\nd,bad\n"), (bel, b"b,bad\nd,good\n")):
        batch = market.play.accept(provider)
        file = b"item,class\n" + content + b"f,bad\nh,bad\n"
        provider.done("deliverLabels", batchId=batch, uploadId=upload(provider, file))
        market.work()
    # Then the report of the project counts each item once, as the first order has it
    report = market.play.customer.ask(REPORT, id=market.play.project_id)["report"]
    counts = {one["name"]: one["labels"] for one in report["classes"]}
    assert counts == {"good": 4, "bad": 4}
    orders = market.project("orders { id slots secondOf }")["orders"]
    assert [one["slots"] for one in orders] == [4, 4]
    assert [one["secondOf"] for one in orders] == [None, orders[0]["id"]]
    assert (previewed["people"]["items"], previewed["people"]["secondItems"]) == (4, 4)
