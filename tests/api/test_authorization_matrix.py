"""Each caller is told what the table says, of every field, and nothing else.

The table is `authorization.toml`. The questions are written from it and from the schema, and
asked with real ids in one market in which every kind of caller has its place.
"""

from collections.abc import Callable, Iterator
from uuid import UUID

import httpx
import pytest
from graphql import GraphQLSchema

from labelmarket.application.access import Viewer
from labelmarket.application.visibility import is_shown
from labelmarket.domain.access_token import Role
from labelmarket.domain.facts import FACTS
from labelmarket.graphql.schema import make_schema
from labelmarket.graphql.types.fact import aggregate_of
from tests.api.authorization_judging import (
    field_question,
    filled,
    is_empty,
    letter,
    names_a_thing,
    payload_letter,
    payload_question,
    refusal_letter,
    root_letter,
    steady,
    things_at,
)
from tests.api.authorization_scene import PROVIDERS, Caller, Json, Scene, SceneMaker
from tests.api.authorization_streams import heard_by_all
from tests.api.authorization_table import (
    Kind,
    Line,
    hidden_of_facts,
    kinds,
    lines,
    silent_in_payloads,
    told_of_facts,
    undecided,
    unheard,
    unknown,
)
from tests.api.people import People
from tests.api.running import RunningMarket

ALLOWED = "YC"
TOGETHER = 6
ONE_OF_EACH_ROLE = ("other", "stranger", "operator", "auditor")


@pytest.fixture(scope="module")
def scene(market: RunningMarket) -> Iterator[Scene]:
    with People(market) as people, httpx.Client(trust_env=False, timeout=20.0) as http:
        scene = SceneMaker(people, http).make()
        for caller in scene.callers.values():
            questions = _answered(caller)
            for start in range(0, len(questions), TOGETHER):
                caller.read_ahead(questions[start : start + TOGETHER])
        yield scene


def _answered(caller: Caller) -> list[str]:
    """The questions that a caller is to be answered."""
    schema = make_schema()._schema
    questions = [
        f"{{ {line.ask} }}" for line in lines("Query") if line.cells[caller.name] not in "UFN"
    ]
    questions += [
        field_question(kind, schema)
        for kind in kinds()
        if any(cells[caller.name] not in "UFN" for cells in kind.fields.values())
    ]
    return [filled(one, caller) for one in questions]


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return make_schema()._schema


def test_somebody_has_decided_about_every_field_of_the_schema(schema: GraphQLSchema) -> None:
    assert undecided(schema) == set(), "say in authorization.toml who is told"
    assert unknown(schema) == set(), "these fields are gone"


@pytest.mark.parametrize("line", lines("Query"), ids=lambda line: line.ask)
def test_a_question_is_answered_to_whom_the_table_says(scene: Scene, line: Line) -> None:
    found = {}
    for caller in scene.callers.values():
        asked = f"{{ {filled(line.ask, caller)} }}"
        found[caller.name] = root_letter(caller.read(asked), scene.truth.read(asked))
    assert found == line.cells


@pytest.mark.parametrize(
    "line", [one for one in lines("Query") if names_a_thing(one.ask)], ids=lambda line: line.ask
)
def test_what_may_not_be_seen_looks_like_what_does_not_exist(scene: Scene, line: Line) -> None:
    for caller in scene.callers.values():
        if line.cells[caller.name] in "-N":
            foreign = caller.read(f"{{ {filled(line.ask, caller)} }}")
            assert foreign == caller.ask(f"{{ {filled(line.ask, caller, absent=True)} }}")


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.name)
def test_each_field_is_told_to_whom_the_table_says(
    scene: Scene, schema: GraphQLSchema, kind: Kind
) -> None:
    question = field_question(kind, schema)
    wrong = {}
    for caller in scene.callers.values():
        found = _letters(kind, caller, scene.truth, question)
        for field, cells in kind.fields.items():
            if found[field] != cells[caller.name]:
                wrong[field, caller.name] = f"{found[field]}, not {cells[caller.name]}"
    assert wrong == {}


def _letters(kind: Kind, caller: Caller, truth: Caller, question: str) -> dict[str, str]:
    asked = filled(question, caller)
    answer, true = caller.read(asked), things_at(truth.read(asked), kind.reach)
    assert true, f"the scene has no {kind.name} for {caller.name}"
    refused = refusal_letter(answer)
    told = [] if refused else things_at(answer, kind.reach)
    if not told:
        return dict.fromkeys(kind.fields, refused or "-")

    def column(things: list[Json], field: str) -> list[object]:
        return [steady(field, one[field], moving=kind.moving) for one in things]

    return {field: letter(column(told, field), column(true, field)) for field in kind.fields}


@pytest.mark.parametrize("line", lines("Subscription"), ids=lambda line: line.field)
def test_a_subscriber_hears_its_own_and_nothing_else(scene: Scene, line: Line) -> None:
    # Given what each of them may read of the log
    expected = {c.name: _to_be_heard(line.field, c) for c in scene.callers.values()}
    # When all of them listen from the beginning
    questions = {
        caller: f"subscription {{ {filled(line.ask, caller)} }}"
        for caller in scene.callers.values()
    }
    counts = {n: max(len(expected[n]), line.cells[n] in "UN") for n in expected}
    told = heard_by_all(questions, counts=counts)
    # Then
    true = told["operator"].messages
    assert len(true) > 0
    for name, heard in told.items():
        found = heard.code or ("-" if not heard.messages else letter(heard.messages, true))
        assert (name, found) == (name, line.cells[name])
        if heard.code is None and line.field != "batchProgress":
            assert heard.messages == [{"position": one} for one in expected[name]]


def _to_be_heard(field: str, caller: Caller) -> list[str]:
    """The positions of the facts that the caller may read and the subscription is about."""
    things = caller.things
    abouts: dict[str, Callable[[Json], bool]] = {
        "projectEvents": lambda fact: fact["projectId"] == things["project"],
        "offerEvents": lambda fact: fact["of"] in ("Offer", "Batch"),
        "batchProgress": lambda fact: fact["aggregateId"] == things["live"],
    }
    about = abouts[field]
    if "errors" in caller.ask("{ eventTypes { name } }"):
        return []
    kinds_of = caller.ask("{ eventTypes { name aggregate } }")["data"]["eventTypes"]
    aggregates = {one["name"]: one["aggregate"] for one in kinds_of}
    found: list[str] = []
    after, more = things["start"], True
    while more:
        page = caller.ask(
            f'{{ events(first: 100, after: "{after}") {{ nodes {{ position type projectId '
            "aggregateId } pageInfo { hasNextPage endCursor } } }"
        )["data"]["events"]
        found += [
            one["position"]
            for one in page["nodes"]
            if about({**one, "of": aggregates[one["type"]]})
        ]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return found


@pytest.mark.parametrize("line", lines("Mutation"), ids=lambda line: line.field)
def test_whoever_may_not_is_refused_and_nothing_changes(
    scene: Scene, schema: GraphQLSchema, line: Line
) -> None:
    before = scene.head()
    question = payload_question(line.field, line.ask, schema)
    refused = [c for c in scene.callers.values() if line.cells[c.name] not in ALLOWED]
    found = {}
    for caller in refused:
        answer = caller.ask(filled(question, caller))
        if line.cells[caller.name] == "N" or caller.name in ONE_OF_EACH_ROLE:
            # A foreign thing and a missing one are refused in the same words.
            assert answer == caller.ask(filled(question, caller, absent=True))
        found[caller.name] = refusal_letter(answer) or payload_letter(answer["data"][line.field])
        said = (answer.get("data") or {}).get(line.field) or {}
        assert all(is_empty(value) for name, value in said.items() if name in silent_in_payloads())
    assert found == {c.name: line.cells[c.name] for c in refused}
    assert scene.head() == before


def test_somebody_has_decided_about_every_field_of_a_fact_that_providers_hear_of() -> None:
    viewer = Viewer(role=Role.PROVIDER, organisation_id=UUID(int=1))
    found = {
        topic: {field for field in kind.__annotations__ if field != "TOPIC"}
        for topic, kind in FACTS.items()
        if aggregate_of(topic) not in unheard()
    }
    told, hidden = told_of_facts(), hidden_of_facts()
    assert found == {topic: told[topic] | hidden.get(topic, set()) for topic in told}
    for topic, fields in found.items():
        shown = {f for f in fields if is_shown(viewer, "Fact", f, about=viewer.organisation_id)}
        assert (topic, shown) == (topic, told[topic])


def test_providers_have_read_nothing_of_each_other(scene: Scene, schema: GraphQLSchema) -> None:
    """Whatever they ask of all that there is, their answers name none of the others."""
    told = told_of_facts()
    for name in PROVIDERS:
        caller = scene.callers[name]
        for kind in kinds():
            if any(cells[name] in "Y~" for cells in kind.fields.values()):
                caller.read(filled(field_question(kind, schema), caller))
        facts = caller.ask("{ events(first: 100) { nodes { type actor aggregateId data } } }")
        for fact in facts["data"]["events"]["nodes"]:
            assert set(fact["data"]) <= told[fact["type"]], fact["type"]
        others = [text for other in PROVIDERS if other != name for text in scene.secrets[other]]
        read = "".join(caller.heard)
        assert [text for text in others if text in read] == []


def test_whoever_may_is_not_refused_for_who_it_is(scene: Scene, schema: GraphQLSchema) -> None:
    """The last test here: it changes the scene."""
    for line in lines("Mutation"):
        question = payload_question(line.field, line.ask, schema)
        allowed = [c for c in scene.callers.values() if line.cells[c.name] in ALLOWED]
        found = {}
        for caller in allowed:
            answer = caller.ask(filled(question, caller))
            assert "errors" not in answer, (line.field, caller.name, answer)
            found[caller.name] = payload_letter(answer["data"][line.field])
            codes = {error["code"] for error in answer["data"][line.field]["errors"]}
            assert codes <= {"CONFLICT", "OFFER_CLOSED"}, (line.field, caller.name)
        assert (line.field, found) == (line.field, {c.name: line.cells[c.name] for c in allowed})
