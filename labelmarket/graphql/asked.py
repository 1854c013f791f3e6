"""What a client asked for, read from a body or an address, with a bound on everything."""

import math
from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from labelmarket.graphql.errors import BAD_REQUEST, TOO_LARGE
from labelmarket.graphql.media import is_json

BODY_BYTES_MAX: Final = 1 << 20
JSON_DEPTH_MAX: Final = 64
SAFE_INTEGER_MAX: Final = (1 << 53) - 1


class BadRequest(Exception):
    """A request that is none; `status` is that of HTTP."""

    def __init__(self, message: str, *, status: int = 400, code: str = BAD_REQUEST) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    query: str
    variables: dict[str, Any] = field(default_factory=dict)
    operation_name: str | None = None


async def from_body(headers: Mapping[str, str], chunks: AsyncIterable[bytes]) -> Asked:
    """Read a POST. Nothing larger than `BODY_BYTES_MAX` is ever held."""
    if not is_json(headers.get("content-type")):
        raise BadRequest("send application/json in UTF-8", status=415)
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise BadRequest("send the body as it is, not compressed", status=415)
    declared = headers.get("content-length", "0")
    body = bytearray()
    if declared.isdecimal() and int(declared[:20]) > BODY_BYTES_MAX:
        raise _too_large()
    async for chunk in chunks:
        body += chunk
        if len(body) > BODY_BYTES_MAX:
            raise _too_large()
    return from_json(read_json(bytes(body)))


def from_address(parameters: Mapping[str, str]) -> Asked:
    """Read a GET, whose variables are JSON."""
    found: dict[str, Any] = {
        k: parameters[k] for k in ("query", "operationName") if parameters.get(k)
    }
    for name in ("variables", "extensions"):
        if parameters.get(name):
            found[name] = read_json(parameters[name].encode(errors="surrogatepass"))
    return from_json(found)


def from_json(found: object) -> Asked:
    if isinstance(found, list):
        raise BadRequest("one operation in one request")
    if not isinstance(found, dict):
        raise BadRequest("send a JSON object")
    query, name = found.get("query"), found.get("operationName")
    variables, extensions = found.get("variables"), found.get("extensions")
    if not isinstance(query, str) or not query:
        raise BadRequest("`query` is missing, or is not text")
    if name is not None and not isinstance(name, str):
        raise BadRequest("`operationName` is text")
    if variables is not None and not isinstance(variables, dict):
        raise BadRequest("`variables` is an object")
    if extensions is not None and not isinstance(extensions, dict):
        raise BadRequest("`extensions` is an object")
    return Asked(query=query, variables=variables or {}, operation_name=name)


def read_json(text: bytes | str) -> object:
    """Read JSON whose nesting and numbers stay within what everything behind this can hold."""
    try:
        found: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"this is not JSON in UTF-8: {error}") from None
    rest = [(found, 1)]
    while rest:
        value, depth = rest.pop()
        if depth > JSON_DEPTH_MAX:
            raise BadRequest(f"JSON is nested {JSON_DEPTH_MAX} levels at the most")
        if isinstance(value, dict):
            rest.extend((one, depth + 1) for one in value.values())
        elif isinstance(value, list):
            rest.extend((one, depth + 1) for one in value)
        elif isinstance(value, int) and abs(value) > SAFE_INTEGER_MAX:
            raise BadRequest("an integer is too large; send it as text")
        elif isinstance(value, float) and (not math.isfinite(value) or abs(value) > 1e300):
            raise BadRequest("a number is too large")
    return found


def _too_large() -> BadRequest:
    return BadRequest(f"at most {BODY_BYTES_MAX} bytes", status=413, code=TOO_LARGE)
