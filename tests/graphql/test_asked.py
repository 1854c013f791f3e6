"""Requests are read within bounds, whatever they hold."""

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import anyio
import pytest

from labelmarket.graphql.asked import BODY_BYTES_MAX, Asked, BadRequest, from_address, from_body

PLAIN = {"content-type": "application/json"}


def read(body: bytes, **headers: str) -> Asked:
    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 1 << 16):
            yield body[start : start + (1 << 16)]

    given = PLAIN | {name.replace("_", "-"): value for name, value in headers.items()}

    async def reading() -> Asked:
        return await from_body(given, chunks())

    return anyio.run(reading)


def refused(body: bytes, **headers: str) -> int:
    with pytest.raises(BadRequest) as bad:
        read(body, **headers)
    return bad.value.status


def test_a_query_is_read_with_its_variables_and_its_name() -> None:
    body = {"query": "query A { a }", "variables": {"a": 1}, "operationName": "A"}
    found = read(json.dumps(body).encode())
    assert found == Asked(query="query A { a }", variables={"a": 1}, operation_name="A")


def test_null_variables_are_none() -> None:
    assert read(b'{"query": "{a}", "variables": null}').variables == {}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"query": "\xff"}',
        b"[]",
        b'[{"query": "{a}"}]',
        b"5",
        b"{}",
        b'{"query": 5}',
        b'{"query": ""}',
        b'{"query": "{a}", "variables": []}',
        b'{"query": "{a}", "variables": "{}"}',
        b'{"query": "{a}", "operationName": 5}',
        b'{"query": "{a}", "extensions": 5}',
        b'{"query": "{a}", "variables": {"a": NaN}}',
        b'{"query": "{a}", "variables": {"a": 1e400}}',
        b'{"query": "{a}", "variables": {"a": "\\ud800"}}',
        b'{"query": "{a}", "variables": {"a": ' + b"9" * 10_000 + b"}}",
        b'{"query": "{a}", "variables": {"a": 9007199254740993}}',
        b'{"query": "{a}", "variables": {"a": ' + b"[" * 65 + b"]" * 65 + b"}}",
        b'{"query": "{a}", "variables": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    ],
    ids=range(22),
)
def test_what_is_no_request_is_refused(body: bytes) -> None:
    assert refused(body) == 400


def test_a_body_at_the_limit_is_read_and_one_byte_more_is_not() -> None:
    frame = len(b'{"query": ""}')
    text = b"x" * (BODY_BYTES_MAX - frame)
    assert len(read(b'{"query": "%s"}' % text).query) == len(text)
    assert refused(b'{"query": "%sx"}' % text) == 413


def test_a_length_that_is_too_large_is_refused_before_it_is_read() -> None:
    assert refused(b"", content_length=str(BODY_BYTES_MAX + 1)) == 413


@pytest.mark.parametrize(
    "kind",
    ["text/plain", "application/x-www-form-urlencoded", "", "application/json; charset=utf-16"],
)
def test_another_kind_of_body_is_refused(kind: str) -> None:
    assert refused(b'{"query": "{a}"}', content_type=kind) == 415


def test_a_compressed_body_is_refused() -> None:
    assert refused(gzip.compress(b'{"query": "{a}"}'), content_encoding="gzip") == 415


def test_an_address_holds_its_variables_as_json() -> None:
    found = from_address({"query": "{a}", "variables": '{"a": [1]}', "operationName": ""})
    assert found == Asked(query="{a}", variables={"a": [1]})


@pytest.mark.parametrize("parameters", [{}, {"query": "{a}", "variables": "x"}])
def test_an_address_without_a_query_or_with_bad_variables_is_refused(
    parameters: dict[str, Any],
) -> None:
    with pytest.raises(BadRequest):
        from_address(parameters)
