"""Reports: what a provider learns of its own batch, and what only the customer does."""

from uuid import UUID

import orjson
import pytest

from labelmarket.application.access import MARKET
from labelmarket.application.commands.batches import RecordPart, RecordReport
from labelmarket.application.commands.projects import AddGold, RecordGoldReport
from labelmarket.application.work import Command
from labelmarket.domain.access_token import Role
from labelmarket.domain.project import Project
from labelmarket.graphql import ids
from tests.graphql.conftest import Client
from tests.graphql.memory_office import MemoryOffice
from tests.graphql.played_project import ITEMS, Played, upload

REPORT = """query($batchId: ID, $projectId: ID, $of: ReportOf!) {
    report(batchId: $batchId, projectId: $projectId, of: $of) {
        images meanBestIou goldBoxes goldMatched classes { name labels images } digest
        cooccurrence { a b images } density { name effectiveImages histogram }
        location { name quadrants coverage } } }"""
MEASURED = {
    "version": 1,
    "images": ITEMS,
    "labels": 3,
    "classes": [{"name": "bicycle", "labels": 3, "images": 2}],
    "cooccurrence": [{"a": "bicycle", "b": "car", "images": 1}],
    "density": [
        {
            "name": "bicycle",
            "maxInOneImage": 2,
            "shareOfTopImage": 0.5,
            "gini": 0.25,
            "effectiveImages": 1.8,
            "histogram": [5, 1, 1],
        }
    ],
    "location": [
        {
            "name": "bicycle",
            "quadrants": [[1, 0], [0, 2]],
            "grid": 2,
            "centres": [[1, 0], [0, 2]],
            "coverage": [[0.5, 0.0], [0.0, 1.5]],
            "unplaced": 0,
        }
    ],
    "meanBestIou": 0.75,
    "goldBoxes": 4,
    "problems": 0,
}


@pytest.fixture
def played(market: MemoryOffice, customer: Client, operator: Client) -> Played:
    played = Played(market, customer, operator)
    played.add_provider("First")
    played.launch()
    return played


@pytest.fixture
def batch(played: Played) -> str:
    """A delivered batch whose report a worker has measured."""
    batch = played.accept(played.providers[0])
    provider = played.providers[0]
    provider.done("startWork", batchId=batch)
    delivered = provider.done(
        "deliverLabels", "part", batchId=batch, uploadId=upload(provider, b"x")
    )
    assert delivered["part"] == 1
    batch_id = identity(batch)
    problem = [{"row": 4, "item": "1.png", "code": "NO_AREA", "message": "it has no area"}]
    say(
        played,
        RecordPart(
            batch_id=batch_id,
            part=1,
            labels_digest="a" * 64,
            sums_digest="b" * 64,
            labels=3,
            covered=((0, ITEMS),),
            problems=1,
            problems_digest=played.market.blobs.put(orjson.dumps(problem)),
        ),
        RecordReport(
            batch_id=batch_id,
            parts=1,
            report_digest=played.market.blobs.put(orjson.dumps(MEASURED)),
            items=ITEMS,
            labels=3,
            problems=1,
            gold_right=3,
            gold_checked=4,
            gold_files=1,
        ),
    )
    return batch


def say(played: Played, *commands: Command) -> None:
    for command in commands:
        outcome = played.market.play.market.handle(command, by=MARKET)
        assert outcome.answer.refused is None, outcome.answer.refused
    played.market.settle()


def identity(text: str) -> UUID:
    found = ids.decode(text)
    assert found is not None
    return found[1]


def test_a_customer_reads_the_report_with_its_gold_figures(played: Played, batch: str) -> None:
    found = played.customer.ask(REPORT, batchId=batch, of="DELIVERED")["report"]
    assert (found["meanBestIou"], found["goldBoxes"], found["goldMatched"]) == (0.75, 4, 0)
    assert found["classes"] == MEASURED["classes"]
    assert found["location"][0]["coverage"] == [[0.5, 0.0], [0.0, 1.5]]
    assert (
        played.customer.ask(REPORT, projectId=played.project_id, of="DELIVERED")["report"] == found
    )


def test_a_provider_reads_its_own_report_without_them(played: Played, batch: str) -> None:
    found = played.providers[0].ask(REPORT, batchId=batch, of="DELIVERED")["report"]
    assert (found["meanBestIou"], found["goldBoxes"], found["goldMatched"]) == (None, 0, 0)
    assert found["images"] == ITEMS
    stranger = Client(played.customer.app, played.market.token(Role.PROVIDER))
    assert stranger.ask(REPORT, batchId=batch, of="DELIVERED") == {"report": None}


def test_the_gold_s_report_is_the_customer_s_alone(played: Played, batch: str) -> None:
    project_id = identity(played.project_id)
    project = played.market.play.market.find(Project, project_id)
    assert project is not None
    digest = played.market.blobs.put(orjson.dumps({**MEASURED, "labels": 9}))
    say(
        played,
        AddGold(
            project_id=project_id,
            upload_digest="c" * 64,
            labels_digest="d" * 64,
            items=tuple(project.manifests.values()),
            classes=project.class_names,
            gold=(),
            labels=9,
            problems=0,
            problems_digest="e" * 64,
        ),
        RecordGoldReport(project_id=project_id, parts=1, report_digest=digest),
    )
    for scope in ({"projectId": played.project_id}, {"batchId": batch}):
        assert played.customer.ask(REPORT, of="GOLD", **scope)["report"]["digest"] == digest
        assert played.providers[0].ask(REPORT, of="GOLD", **scope) == {"report": None}


def test_a_report_is_of_one_thing(played: Played, batch: str) -> None:
    assert played.customer.code(REPORT, of="GOLD") == "INVALID_INPUT"
    both = {"batchId": batch, "projectId": played.project_id}
    assert played.customer.code(REPORT, of="GOLD", **both) == "INVALID_INPUT"


def test_rows_that_were_left_out_are_named_with_their_part(played: Played, batch: str) -> None:
    document = """query($id: ID!) { batch(id: $id) { status deliveredItems missingItems
        parts { number state problemCount problems { part row item code message } } } }"""
    found = played.providers[0].ask(document, id=batch)["batch"]
    assert (found["status"], found["deliveredItems"], found["missingItems"]) == (
        "DELIVERED",
        ITEMS,
        0,
    )
    (part,) = found["parts"]
    assert (part["state"], part["problemCount"]) == ("MEASURED", 1)
    assert part["problems"] == [
        {"part": 1, "row": 4, "item": "1.png", "code": "NO_AREA", "message": "it has no area"}
    ]
