"""What a mutation answers: once per key, typed refusals, and the thing as it stands."""

from threading import Event
from typing import Any

import pytest

from labelmarket.adapters.label_files import BlobLabelFiles
from labelmarket.application.labels import ItemsRead
from labelmarket.application.ports import OutcomeUnknown
from labelmarket.domain.access_token import Role
from labelmarket.graphql import http
from tests.full_disk import full_disk
from tests.graphql.conftest import Client
from tests.graphql.memory_office import MemoryOffice
from tests.graphql.played_project import coco, upload

TOKEN = {"name": "a bot", "role": "CUSTOMER"}
PROJECT = {"name": "Street", "dataType": "image", "tasks": [{"taskType": "object_detection"}]}
SELECT = "secret token { id role organisationId expiresAt } position"


def test_a_token_that_was_made_works(operator: Client) -> None:
    made = operator.done("createToken", SELECT, **TOKEN)
    found = Client(operator.app, made["secret"]).ask("{ viewer { role organisationId tokenName } }")
    assert found["viewer"] == {
        "role": "CUSTOMER",
        "organisationId": made["token"]["organisationId"],
        "tokenName": "a bot",
    }


def test_a_token_asked_for_again_under_its_key_is_the_same_token(
    market: MemoryOffice, operator: Client, key: str
) -> None:
    first = operator.done("createToken", SELECT, idempotencyKey=key, **TOKEN)
    again = Client(market.web(), operator.token).done(
        "createToken", SELECT, idempotencyKey=key, **TOKEN
    )
    assert again == first
    assert operator.done("createToken", SELECT, **TOKEN) != first


def test_the_same_key_means_something_else_to_another_token(
    market: MemoryOffice, operator: Client, key: str
) -> None:
    other = Client(operator.app, market.token(Role.OPERATOR))
    first = operator.done("createToken", SELECT, idempotencyKey=key, **TOKEN)
    assert (
        other.done("createToken", SELECT, idempotencyKey=key, **TOKEN)["secret"] != first["secret"]
    )


def test_a_token_for_the_same_organisation_acts_for_it(operator: Client) -> None:
    first = operator.done("createToken", SELECT, **TOKEN)["token"]
    second = operator.done("createToken", SELECT, organisationId=first["organisationId"], **TOKEN)
    assert second["token"]["organisationId"] == first["organisationId"]


def test_a_token_is_revoked_by_its_id(operator: Client) -> None:
    made = operator.done("createToken", SELECT, **TOKEN)
    operator.done("revokeToken", tokenId=made["token"]["id"])
    assert Client(operator.app, made["secret"]).code("{ position }") == "UNAUTHENTICATED"


def test_only_operators_make_tokens(customer: Client) -> None:
    refused = customer.do("createToken", SELECT, **TOKEN)
    assert (refused["secret"], refused["token"], refused["position"]) == (None, None, None)
    assert [error["code"] for error in refused["errors"]] == ["FORBIDDEN"]


def test_a_mutation_shows_what_it_changed_and_where_in_the_log(customer: Client) -> None:
    made = customer.done("createProject", "project { id name status } position", **PROJECT)
    assert (made["project"]["name"], made["project"]["status"]) == ("Street", "DRAFT")
    document = "query($id: ID!, $at: Position) { project(id: $id, waitFor: $at) { name } }"
    found = customer.ask(document, id=made["project"]["id"], at=made["position"])
    assert found == {"project": {"name": "Street"}}


def test_a_mutation_asked_twice_under_one_key_is_done_once(customer: Client, key: str) -> None:
    asked = {"idempotencyKey": key, **PROJECT}
    first = customer.done("createProject", "project { id } position", **asked)
    assert customer.done("createProject", "project { id } position", **asked) == first
    assert len(customer.ask("{ projects { nodes { id } } }")["projects"]["nodes"]) == 1


def test_a_refusal_is_answered_the_same_again(customer: Client, key: str) -> None:
    asked = {"idempotencyKey": key, **PROJECT, "name": " "}
    first = customer.do("createProject", **asked)
    assert first["errors"][0]["path"] == ["name"]
    assert customer.do("createProject", **asked) == first


def test_a_key_for_something_else_is_told_apart(customer: Client, key: str) -> None:
    customer.done("createProject", idempotencyKey=key, **PROJECT)
    other = customer.do("createProject", idempotencyKey=key, **{**PROJECT, "name": "Other"})
    assert [error["code"] for error in other["errors"]] == ["IDEMPOTENCY_MISMATCH"]


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_is_neither_empty_nor_endless(customer: Client, key: str) -> None:
    refused = customer.do("createProject", idempotencyKey=key, **PROJECT)["errors"]
    assert [(e["__typename"], e["code"], e["path"]) for e in refused] == [
        ("InputError", "INVALID_INPUT", ["idempotencyKey"])
    ]


def test_when_the_views_are_late_the_change_is_told_and_not_shown(
    market: MemoryOffice, customer: Client
) -> None:
    market.views_stand_still = True
    made = customer.do("createProject", "project { id } position", **PROJECT)
    assert made["project"] is None
    assert made["position"] is not None
    assert [error["code"] for error in made["errors"]] == ["NOT_YET"]


def test_when_the_outcome_is_unknown_the_client_is_told_to_ask_again(
    market: MemoryOffice, customer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object, **__: object) -> None:
        raise OutcomeUnknown("a key")

    monkeypatch.setattr(market.play.recorder, "insert_events", lost)
    document = """mutation($input: CreateProjectInput!) {
        createProject(input: $input) { position } }"""
    assert customer.code(document, input=PROJECT) == "UNAVAILABLE"


@pytest.mark.parametrize(
    ("at", "code"),
    [("nonsense", "INVALID_INPUT"), ("AAAAAAAAAAAAAAAAAAA", "POSITION_UNKNOWN")],
)
def test_a_position_that_is_not_of_this_log_is_refused(
    customer: Client, at: str, code: str
) -> None:
    document = "query($at: Position) { projects(waitFor: $at) { nodes { id } } }"
    assert customer.code(document, at=at) == code


def test_a_query_for_what_the_views_do_not_have_yet_says_so(
    market: MemoryOffice, customer: Client
) -> None:
    market.views_stand_still = True
    head = customer.ask("{ position }")["position"]
    answer = customer.post(f'{{ projects(waitFor: "{head}") {{ nodes {{ id }} }} }}')
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "NOT_YET"
    assert error["extensions"]["position"] != head


@pytest.mark.parametrize("first", [0, -1, 101])
def test_a_page_has_one_to_a_hundred(customer: Client, first: int) -> None:
    assert customer.code(f"{{ projects(first: {first}) {{ nodes {{ id }} }} }}") == "INVALID_INPUT"


def test_projects_are_listed_page_by_page(customer: Client) -> None:
    for number in range(5):
        customer.done("createProject", **{**PROJECT, "name": str(number)})
    document = """query($after: String) { projects(first: 2, after: $after) {
        nodes { name } pageInfo { hasNextPage endCursor } } }"""
    names, after = [], None
    for _ in range(3):
        page = customer.ask(document, after=after)["projects"]
        names += [project["name"] for project in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert names == ["0", "1", "2", "3", "4"]
    assert page["pageInfo"]["hasNextPage"] is False


def test_a_file_of_items_tells_which_rows_were_left_out(customer: Client) -> None:
    project = customer.done("createProject", "project { id }", **PROJECT)["project"]["id"]
    content = coco(3).replace(b'"width":100', b'"width":-1', 1)
    taken = customer.done(
        "addItems",
        "added problemCount problems { part row item code } project { itemCount }",
        projectId=project,
        uploadId=upload(customer, content),
    )
    assert (taken["added"], taken["project"]["itemCount"]) == (2, 2)
    assert (taken["problemCount"], taken["problems"][0]["row"]) == (1, 0)


@pytest.mark.parametrize("name", ["addItems", "addGold", "writeInstructions"])
def test_a_full_disk_is_told_and_the_same_key_is_still_good(
    customer: Client, key: str, name: str
) -> None:
    project = customer.done("createProject", "project { id }", **PROJECT)["project"]["id"]
    items = {"projectId": project, "uploadId": upload(customer, coco(3))}
    fields = {"projectId": project, "text": "Draw."} if name == "writeInstructions" else items
    if name == "addGold":
        customer.done("addItems", **items)
        customer.done("defineClasses", projectId=project, classes=[{"name": "car"}])
    with full_disk():
        refused = customer.do(name, idempotencyKey=key, **fields)
    assert [error["code"] for error in refused["errors"]] == ["STORE_FULL"]
    customer.done(name, idempotencyKey=key, **fields)


def test_a_file_may_take_longer_than_other_operations(
    customer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = customer.done("createProject", "project { id }", **PROJECT)["project"]["id"]
    items = {"projectId": project, "uploadId": upload(customer, coco(3))}
    read_items = BlobLabelFiles.read_items

    def slowly(*args: Any, **kwargs: Any) -> ItemsRead:
        Event().wait(1.5 * http.DEADLINE_S)
        return read_items(*args, **kwargs)

    monkeypatch.setattr(http, "DEADLINE_S", 1.0)
    monkeypatch.setattr(BlobLabelFiles, "read_items", slowly)
    assert customer.done("addItems", "added", **items)["added"] == 3


def test_an_upload_of_somebody_else_has_not_arrived(market: MemoryOffice, customer: Client) -> None:
    project = customer.done("createProject", "project { id }", **PROJECT)["project"]["id"]
    stranger = Client(customer.app, market.token(Role.CUSTOMER))
    for upload_id in (upload(stranger, coco(1)), "nonsense"):
        refused = customer.do("addItems", projectId=project, uploadId=upload_id)["errors"]
        assert [(error["code"], error["path"]) for error in refused] == [
            ("INVALID_INPUT", ["uploadId"])
        ]


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"name": "", "bytes": 1}, "name"),
        ({"name": "a", "bytes": 0}, "bytes"),
        ({"name": "a", "bytes": (1 << 30) + 1}, "bytes"),
        ({"name": "a", "bytes": 1, "sha256": "A" * 64}, "sha256"),
    ],
)
def test_an_upload_is_announced_with_its_name_and_size(
    customer: Client, fields: dict[str, object], path: str
) -> None:
    refused = customer.do("createUpload", "upload { id }", **fields)
    assert refused["upload"] is None
    assert [error["path"] for error in refused["errors"]] == [[path]]


def test_operators_widen_the_taxonomy(operator: Client, customer: Client) -> None:
    fields = {
        "code": "lane_marking",
        "dataType": "image",
        "title": "Lanes",
        "geometry": "polyline",
        "metric": "chamfer",
        "labelSchema": "lines",
    }
    added = operator.done("addTaskType", "taskType { code needsLanguagePair }", **fields)
    assert added["taskType"] == {"code": "lane_marking", "needsLanguagePair": False}
    codes = [one["code"] for one in customer.ask("{ taxonomy { code } }")["taxonomy"]]
    assert codes[-1] == "lane_marking"
    refused = operator.do("addTaskType", **{**fields, "geometry": "cloud"})["errors"]
    assert [error["path"] for error in refused] == [["geometry"]]
