"""Whatever a client does wrong gets a clear, typed answer, and nothing is lost."""

import socket

import httpx
import orjson
import pytest

from labelmarket.demo.client import Client
from labelmarket.demo.refusals import ApiError
from tests.api.people import People, coco, until
from tests.api.running import Json, RunningMarket

VIEWER = "{ viewer { role } }"
BOX = [10.0, 10.0, 20.0, 20.0]
CLASSES = ("cat", "dog")


def _code(answer: Json) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


def _refused(client: Client, name: str, fields: Json, *, select: str) -> str:
    with pytest.raises(ApiError) as refused:
        client.mutate(name, fields, select=select)
    return refused.value.code


@pytest.mark.parametrize(
    "body",
    [b"{", b"", b"[]", b'{"query": 1}', b'{"query": "{ __typename"}', b"\xff\xfe", b"null"],
)
def test_a_malformed_request_is_refused_and_the_next_one_works(
    market: RunningMarket, body: bytes
) -> None:
    # When
    answer = httpx.post(
        f"{market.address}/graphql",
        content=body,
        headers={
            "content-type": "application/json",
            "authorization": f"Bearer {market.operator}",
        },
        trust_env=False,
    )
    # Then
    assert answer.status_code in (200, 400)
    assert answer.json()["errors"][0]["message"]
    assert market.ask(market.operator, VIEWER) == {"data": {"viewer": {"role": "OPERATOR"}}}


def test_anonymous_callers_learn_one_name_and_nothing_else(market: RunningMarket) -> None:
    assert market.ask(None, "{ __typename }") == {"data": {"__typename": "Query"}}
    assert _code(market.ask(None, VIEWER)) == "UNAUTHENTICATED"
    assert _code(market.ask("lm_0_wrong", VIEWER)) == "UNAUTHENTICATED"


def test_an_expired_and_a_revoked_token_open_nothing(people: People, market: RunningMarket) -> None:
    # Given a token that lives for a second, and one that was revoked
    short = people.token("CUSTOMER", life_s=1)
    made = people.operator.mutate(
        "createToken", {"name": "x", "role": "CUSTOMER"}, select="secret token { id }"
    )
    people.operator.mutate("revokeToken", {"tokenId": made["token"]["id"]}, select="token { id }")
    # When, Then
    assert _code(market.ask(made["secret"], VIEWER)) == "UNAUTHENTICATED"
    until(lambda: "errors" in (answer := market.ask(short, VIEWER)) and _code(answer))


def test_wrong_ids_and_foreign_things_are_the_same_nothing(people: People) -> None:
    # Given somebody else's project
    mine, other = people.customer(), people.customer()
    project = people.project(other, items=coco({"a": []}, classes=CLASSES), classes=CLASSES)
    # When, Then
    document = "query($id: ID!) { project(id: $id) { id } }"
    for wrong in (project, "garbage", "T2ZmZXI6MTIz", ""):
        assert mine.query(document, id=wrong)["project"] is None
        assert (
            _refused(mine, "launchProject", {"projectId": wrong}, select="project { id }")
            == "NOT_FOUND"
        )


def test_a_wrong_role_is_refused(people: People) -> None:
    customer, (provider, provider_id) = people.customer(), people.provider("Somebody")
    vetting = {"providerId": provider_id}
    assert _refused(customer, "vetProvider", vetting, select="provider { id }") == "FORBIDDEN"
    project = {"name": "x", "dataType": "image", "tasks": [{"taskType": "object_detection"}]}
    assert _refused(provider, "createProject", project, select="project { id }") == "FORBIDDEN"
    token = {"name": "x", "role": "OPERATOR"}
    assert _refused(customer, "createToken", token, select="secret") == "FORBIDDEN"


def test_the_same_key_gives_the_same_answer_and_another_body_is_refused(
    people: People, market: RunningMarket
) -> None:
    # Given
    token = people.token("CUSTOMER")
    document = """mutation($n: String!) { createProject(input: {idempotencyKey: "k", name: $n,
      dataType: "image", tasks: [{taskType: "object_detection"}]}) {
      project { id name } errors { code } position } }"""
    # When
    first = market.ask(token, document, n="one")["data"]["createProject"]
    again = market.ask(token, document, n="one")["data"]["createProject"]
    other = market.ask(token, document, n="two")["data"]["createProject"]
    # Then
    assert first == again
    assert first["project"]["name"] == "one"
    assert [e["code"] for e in other["errors"]] == ["IDEMPOTENCY_MISMATCH"]
    projects = market.ask(token, "{ projects { nodes { name } } }")["data"]["projects"]["nodes"]
    assert projects == [{"name": "one"}]


def test_bad_rows_are_named_and_the_good_ones_stay(people: People) -> None:
    # Given gold with an unknown class, an unknown image and a box that is no number
    customer = people.customer()
    project = people.project(customer, items=coco({"a": []}, classes=CLASSES), classes=CLASSES)
    gold = orjson.loads(coco({"a": [("cat", BOX), ("horse", BOX)], "z": []}, classes=CLASSES))
    gold["annotations"].append({"id": 9, "image_id": 1, "category_id": 1, "bbox": [1, 1, None, 1]})
    gold["annotations"].append({"id": 10, "image_id": 2, "category_id": 1, "bbox": BOX})
    upload = customer.upload(orjson.dumps(gold), name="gold.json")
    # When
    added = customer.mutate(
        "addGold",
        {"projectId": project, "uploadId": upload},
        select="labels problemCount problems { row item code message }",
    )
    # Then
    assert added["labels"] == 1
    assert added["problemCount"] >= 3
    assert all(problem["message"] for problem in added["problems"])
    assert {"a"} <= {problem["item"] for problem in added["problems"]}


@pytest.mark.parametrize("content", [b"not json", b"[1, 2]", b'{"images": 1}', b"\x93NUMPY\x01"])
def test_a_file_that_is_no_label_file_is_refused_whole(people: People, content: bytes) -> None:
    customer = people.customer()
    project = people.project(customer, items=coco({"a": []}, classes=CLASSES), classes=CLASSES)
    upload = customer.upload(content, name="gold.json")
    fields = {"projectId": project, "uploadId": upload}
    assert _refused(customer, "addGold", fields, select="labels") == "INVALID_INPUT"


def test_an_upload_that_breaks_off_or_is_not_what_was_promised_never_arrives(
    people: People, market: RunningMarket
) -> None:
    # Given
    customer = people.customer()
    project = people.project(customer, items=coco({"a": []}, classes=CLASSES), classes=CLASSES)
    document = """mutation($i: CreateUploadInput!) { createUpload(input: $i) {
      upload { id url } errors { code } } }"""
    promised = {"name": "gold.json", "bytes": 10, "sha256": "0" * 64}
    answer = market.ask(customer.token, document, i=promised)
    upload = answer["data"]["createUpload"]["upload"]
    fields = {"projectId": project, "uploadId": upload["id"]}
    # When the digest is wrong, the size is wrong, the link is changed, and half is sent
    url = market.address + upload["url"]
    wrong = httpx.put(url, content=b"0123456789", trust_env=False)
    long = httpx.put(url, content=b"0" * 11, trust_env=False)
    forged = httpx.put(url.replace("bytes=10", "bytes=99"), content=b"0" * 99, trust_env=False)
    _send_half(market, upload["url"])
    # Then
    assert [wrong.status_code, forged.status_code] == [422, 403]
    assert long.status_code in (400, 413)
    assert _refused(customer, "addGold", fields, select="labels") == "INVALID_INPUT"


def test_a_delivery_that_cannot_be_read_is_refused_with_its_reason_and_the_next_one_counts(
    people: People,
) -> None:
    # Given an accepted offer
    customer, (provider, provider_id) = people.customer(), people.provider("Clumsy")
    truth = coco({"a": [("cat", BOX)]}, classes=CLASSES)
    project = people.project(customer, items=truth, classes=CLASSES)
    people.order(customer, project, [provider_id])
    customer.mutate("launchProject", {"projectId": project}, select="project { id }")
    open_offers = "{ offers(status: OPEN) { nodes { id } } }"
    offer = until(lambda: provider.query(open_offers)["offers"]["nodes"])[0]["id"]
    batch = provider.mutate("acceptOffer", {"offerId": offer}, select="batch { id }")["batch"]["id"]
    # When a file is broken, and then one is right
    broken = provider.upload(b'{"images": [}', name="labels.json")
    provider.mutate("deliverLabels", {"batchId": batch, "uploadId": broken}, select="part")
    parts = "query($b: ID!) { batch(id: $b) { status parts { state refusedCode refusedMessage } } }"
    refused = until(
        lambda: [
            p for p in provider.query(parts, b=batch)["batch"]["parts"] if p["state"] == "REFUSED"
        ]
    )
    right = provider.upload(truth, name="labels.json")
    provider.mutate("deliverLabels", {"batchId": batch, "uploadId": right}, select="part")
    # Then
    assert refused[0]["refusedCode"]
    assert refused[0]["refusedMessage"]
    until(lambda: provider.query(parts, b=batch)["batch"]["status"] == "DELIVERED")


def _send_half(market: RunningMarket, path: str) -> None:
    host, port = market.address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        head = f"PUT {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 10\r\n\r\n"
        connection.sendall(head.encode() + b"01234")
