"""The demo's client: patient with a server that is down, and honest about refusals."""

import socket
import time

import pytest
from starlette.responses import Response

from labelmarket.demo.client import Client
from labelmarket.demo.refusals import ApiError
from tests.demo.tiny_market import GOOD, TinyMarket, answer, payload, refusal

POSITION = "{ position }"
ME = "t"


@pytest.mark.parametrize(
    "trouble",
    [
        answer({"errors": [{"message": "down"}]}, 503),
        answer({}, 429, **{"retry-after": "0.1"}),
        Response("<html>bad gateway</html>", 502),
        answer({"data": None, "errors": [{"message": "-", "extensions": {"code": "NOT_YET"}}]}),
    ],
    ids=["unavailable", "too many", "a proxy's page", "not yet"],
)
def test_a_query_is_asked_again_while_the_trouble_may_pass(
    market: TinyMarket, trouble: Response
) -> None:
    # Given
    market.answers = [trouble, trouble, answer(GOOD)]
    # When
    with Client(address=market.address, token=ME) as client:
        found = client.query(POSITION)
    # Then
    assert found == {"position": "p1"}
    assert len(market.bodies) == 3
    assert market.tokens == ["Bearer t"] * 3


def test_all_attempts_of_a_mutation_share_one_key(market: TinyMarket) -> None:
    # Given
    market.answers = [
        answer({}, 500),
        payload("launchProject", errors=[refusal("NOT_YET")]),
        payload("launchProject", project={"id": "x"}),
    ]
    # When
    with Client(address=market.address, token=ME) as client:
        done = client.mutate("launchProject", {"projectId": "x"}, select="project { id }")
    # Then
    keys = {fields["idempotencyKey"] for fields in market.inputs()}
    assert len(market.inputs()) == 3
    assert len(keys) == 1
    assert done["project"] == {"id": "x"}


def test_two_mutations_have_two_keys(market: TinyMarket) -> None:
    market.answers = [payload("launchProject")]
    with Client(address=market.address, token=ME) as client:
        for _ in range(2):
            client.mutate("launchProject", {"projectId": "x"}, select="")
    first, second = market.inputs()
    assert first["idempotencyKey"] != second["idempotencyKey"]


def test_a_mutation_moves_the_position(market: TinyMarket) -> None:
    market.answers = [payload("launchProject")]
    with Client(address=market.address, token=ME) as client:
        client.mutate("launchProject", {"projectId": "x"}, select="")
        assert client.position == "p2"


def test_a_refusal_is_raised_at_once_with_its_code_and_path(market: TinyMarket) -> None:
    market.answers = [payload("acceptOffer", errors=[refusal("OFFER_EXPIRED")])]
    with (
        Client(address=market.address, token=ME) as client,
        pytest.raises(ApiError) as refused,
    ):
        client.mutate("acceptOffer", {"offerId": "x"}, select="offer { id }")
    assert (refused.value.code, refused.value.path) == ("OFFER_EXPIRED", ("input",))
    assert len(market.bodies) == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (answer({"errors": [{"message": "no such field"}]}, 400), "BAD_REQUEST"),
        (answer({"errors": [{"message": "who?", "extensions": {"code": "X"}}]}, 401), "X"),
        (Response("gone", 404), "HTTP_404"),
        (Response("not json", 200), "NOT_JSON"),
    ],
)
def test_an_answer_that_is_no_answer_is_a_typed_error(
    market: TinyMarket, given: Response, code: str
) -> None:
    market.answers = [given]
    with (
        Client(address=market.address, token=ME) as client,
        pytest.raises(ApiError) as refused,
    ):
        client.query(POSITION)
    assert refused.value.code == code


def test_patience_has_an_end() -> None:
    # Given a port on which nobody listens
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{bound.getsockname()[1]}"
        began = time.monotonic()
        # When
        with (
            Client(address=address, token=ME, patience_s=0.5) as client,
            pytest.raises(ApiError) as failed,
        ):
            client.query(POSITION)
    # Then
    assert failed.value.code == "UNREACHABLE"
    assert time.monotonic() - began < 5


def test_an_upload_that_fails_begins_anew(market: TinyMarket) -> None:
    # Given
    market.answers = [
        payload("createUpload", upload={"id": number, "url": f"/files/{number}?signed=yes"})
        for number in ("one", "two")
    ]
    market.put_statuses = [503, 201]
    # When
    with Client(address=market.address, token=ME) as client:
        upload_id = client.upload(b"labels", name="labels.json")
    # Then
    assert upload_id == "two"
    assert market.puts == [b"labels"] * 2
    assert all("idempotencyKey" not in fields for fields in market.inputs())
    assert market.inputs()[0]["bytes"] == 6
