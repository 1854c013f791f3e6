"""Reports: what a provider learns of its own batch, and what only the customer does."""

from enum import StrEnum
from typing import Any, get_args
from uuid import UUID, uuid4

import orjson
import pytest
from graphql import GraphQLNamedType, GraphQLObjectType, build_schema, get_named_type

from labelmarket.application.access import MARKET, Viewer
from labelmarket.application.commands.batches import RecordPart, RecordReport
from labelmarket.application.commands.gold import AddGold, RecordGoldReport
from labelmarket.application.work import Command
from labelmarket.domain.access_token import Role
from labelmarket.domain.project import Project
from labelmarket.graphql import ids
from labelmarket.graphql.errors import CodedError
from labelmarket.graphql.schema import sdl
from labelmarket.graphql.types import enums
from labelmarket.graphql.types.report import Report as Shown
from labelmarket.workers.insight import report_types
from labelmarket.workers.insight.report_types import Report
from labelmarket.workers.insight.whole import report_of
from tests.graphql.conftest import Client
from tests.graphql.memory_office import MemoryOffice
from tests.graphql.played_project import ITEMS, Played, upload
from tests.workers.insight.label_samples import Row, labels, sized

REPORT = """query($batchId: ID, $projectId: ID, $of: ReportOf!) {
    report(batchId: $batchId, projectId: $projectId, of: $of) {
        images meanBestIou goldBoxes goldMatched classes { name labels images } digest
        cooccurrence { a b images } density { name topImage } health { examples { image } }
        advice { evidence { query { image } } } location { name quadrants coverage } } }"""
EVERYTHING = """query($batchId: ID) { report(batchId: $batchId) { %s } }"""
LEFT, RIGHT = (0.0, 0.0, 100.0, 100.0), (100.0, 0.0, 100.0, 100.0)
NOT_TOLD = {"version"}
LOOKED_UP = {"found"}
"""What is no part of a report, but looked up in the labels behind it."""


def measured() -> Report:
    """Report on labels that give every list an entry."""
    cat, dog, ant = 0, 1, 3
    delivered: list[Row] = [(0, cat, LEFT, 0)] * 30 + [(0, dog, RIGHT, 0), (1, ant, RIGHT, 0)]
    true = labels([(0, cat, LEFT, 0), (1, cat, LEFT, 0)], covered=range(ITEMS))
    return report_of(sized(ITEMS), labels(delivered, covered=range(ITEMS)), gold=true)


async def no_look(*_: object, **__: object) -> None:
    """Nothing is looked up."""


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
            report_digest=played.market.blobs.put(orjson.dumps(measured())),
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


def test_a_report_of_an_earlier_version_is_refused_in_words(played: Played) -> None:
    viewer = Viewer(role=Role.CUSTOMER, organisation_id=uuid4())

    with pytest.raises(CodedError, match="earlier version"):
        Shown.of(b'{"version": 1, "images": 3}', digest="a" * 64, viewer=viewer, look=no_look)


def test_a_customer_reads_the_report_with_its_gold_figures(played: Played, batch: str) -> None:
    found = played.customer.ask(REPORT, batchId=batch, of="DELIVERED")["report"]
    assert (found["meanBestIou"], found["goldBoxes"], found["goldMatched"]) == (0.5, 2, 1)
    assert found["classes"][0] == {"name": "cat", "labels": 30, "images": 1}
    assert found["location"][0]["quadrants"] == [[0, 0], [30, 0]]
    assert (
        played.customer.ask(REPORT, projectId=played.project_id, of="DELIVERED")["report"] == found
    )


def test_all_that_was_measured_is_told(played: Played, batch: str) -> None:
    kind = build_schema(sdl()).type_map["Report"]
    asked = EVERYTHING % _selection(kind)

    found = played.customer.ask(asked, batchId=batch)["report"]

    digest = found.pop("digest")
    assert orjson.loads(played.market.blobs.read(digest)) == measured()
    assert found.pop("checkedLabels") == []
    # Who labeled what is no part of what was measured; of a batch it was people.
    assert {one.pop("machineLabels") for one in (found, *found["classes"])} == {0}
    assert found == _told(measured())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (report_types.Section, enums.ReportSection),
        (report_types.Quadrant, enums.Quadrant),
        (report_types.Check, enums.HealthCheck),
        (report_types.Action, enums.AdviceAction),
    ],
)
def test_the_schema_knows_every_word_that_a_report_may_use(words: Any, told: type[StrEnum]) -> None:
    assert [one.value for one in told] == list(get_args(words))


def test_only_the_classes_asked_for_are_told_and_pairs_in_the_order_asked_for(
    played: Played, batch: str
) -> None:
    asked = (
        EVERYTHING
        % """classes(of: ["dog"]) { name } density(of: ["ant", "nobody"]) { name }
        location(of: []) { name } shapes(of: ["cat"]) { name }
        cooccurrence(of: ["dog"], by: LIFT) { a b }"""
    )

    found = played.customer.ask(asked, batchId=batch)["report"]

    assert found == {
        "classes": [{"name": "dog"}],
        "density": [{"name": "ant"}],
        "location": [],
        "shapes": [{"name": "cat"}],
        "cooccurrence": [{"a": "cat", "b": "dog"}],
    }


def test_a_provider_reads_its_own_report_without_gold_and_names_of_images(
    played: Played, batch: str
) -> None:
    found = played.providers[0].ask(REPORT, batchId=batch, of="DELIVERED")["report"]
    assert (found["meanBestIou"], found["goldBoxes"], found["goldMatched"]) == (None, 0, 0)
    assert found["images"] == ITEMS
    assert ".jpg" not in orjson.dumps(found).decode()
    stranger = Client(played.customer.app, played.market.token(Role.PROVIDER))
    assert stranger.ask(REPORT, batchId=batch, of="DELIVERED") == {"report": None}


def _selection(kind: GraphQLNamedType) -> str:
    assert isinstance(kind, GraphQLObjectType)
    inner = ((name, get_named_type(field.type)) for name, field in kind.fields.items())
    return " ".join(
        f"{name} {{ {_selection(below)} }}" if isinstance(below, GraphQLObjectType) else name
        for name, below in inner
        if name not in LOOKED_UP
    )


def _told(said: Any) -> Any:
    """Say the JSON of a report as the API does."""
    match said:
        case dict():
            named = {name: _told(value) for name, value in said.items() if name not in NOT_TOLD}
            if "id" in named:
                ident = named.pop("id")
                named["labelId"] = None if ident is None else str(ident)
            if "sections" in named:
                named["sections"] = [section.upper() for section in named["sections"]]
            if "kind" in named:
                named["kind"] = named["kind"].upper()
            return named
        case list():
            return [_told(one) for one in said]
        case _:
            return said


def test_the_gold_s_report_is_the_customer_s_alone(played: Played, batch: str) -> None:
    project_id = identity(played.project_id)
    project = played.market.play.market.find(Project, project_id)
    assert project is not None
    digest = played.market.blobs.put(orjson.dumps({**measured(), "labels": 9}))
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
