"""Writes the questions of the table for a caller, and says which letter an answer is."""

import re
from typing import Any

import orjson
from graphql import (
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_composite_type,
)

from tests.api.authorization_scene import Caller, Json, missing
from tests.api.authorization_table import Kind

_NAME = re.compile(r"\$(\w+)")
_KEPT = frozenset({"start", "upload"})
"""What even a question about nothing names: a place in the log, and a file of one's own."""

_LETTERS = {"UNAUTHENTICATED": "U", "FORBIDDEN": "F", "NOT_FOUND": "N"}
NAMING = ("id", "position", "key", "code", "name")
"""What tells one thing from another, where it has it."""


def filled(ask: str, caller: Caller, *, absent: bool = False) -> str:
    """Put the caller's ids in; when `absent`, ids of the same kinds that name nothing."""

    def word(match: re.Match[str]) -> str:
        name = match[1]
        known = caller.things[name]
        kept = not absent or name in _KEPT
        return orjson.dumps(known if kept else missing(known)).decode()

    return _NAME.sub(word, ask)


def names_a_thing(ask: str) -> bool:
    return bool(set(_NAME.findall(ask)) - _KEPT)


def selection(kind: GraphQLObjectType) -> str:
    """Every field of a kind of thing; of things behind it what names them."""
    return " ".join(
        name + (_naming(field.type) if is_composite_type(get_named_type(field.type)) else "")
        for name, field in kind.fields.items()
    )


def _naming(type_: Any) -> str:
    kind = get_named_type(type_)
    named = [name for name in NAMING if name in getattr(kind, "fields", {})]
    inner = "nodes { __typename }" if "nodes" in getattr(kind, "fields", {}) else ""
    return f" {{ __typename {' '.join(named[:1])} {inner} }}"


def field_question(kind: Kind, schema: GraphQLSchema) -> str:
    found = schema.type_map[kind.type_name]
    assert isinstance(found, GraphQLObjectType)
    return f"{{ {kind.reach.replace('%', selection(found))} }}"


def payload_question(name: str, given: str, schema: GraphQLSchema) -> str:
    """A mutation with everything that its payload can say."""
    mutation = schema.mutation_type
    assert mutation is not None
    payload = get_named_type(mutation.fields[name].type)
    assert isinstance(payload, GraphQLObjectType)
    rest = [
        field + (_naming(kind.type) if is_composite_type(get_named_type(kind.type)) else "")
        for field, kind in payload.fields.items()
        if field != "errors"
    ]
    said = "errors { code message path }"
    return f"mutation {{ {name}(input: {{{given}}}) {{ {said} {' '.join(rest)} }} }}"


def refusal_letter(answer: Json) -> str | None:
    """The letter of an answer with an error; None when there is none."""
    errors = answer.get("errors")
    if not errors:
        return None
    code = str(errors[0]["extensions"]["code"])
    return _LETTERS.get(code, code)


def things_at(answer: Json, reach: str) -> list[Json]:
    """The things that a path leads to, lists opened on the way."""
    found: list[Any] = [answer["data"]]
    for step in re.sub(r"\([^)]*\)", "", reach.partition("%")[0]).split():
        if step == "{":
            continue
        found = [one[step] for one in found]
        found = [inner for one in found for inner in (one if isinstance(one, list) else [one])]
        found = [one for one in found if one is not None]
    return found


def letter(told: Any, true: Any) -> str:
    """How a value compares with the true one."""
    if told == true:
        return "Y"
    if is_empty(told):
        return "0"
    if _is_part(told, true):
        return "~"
    return f"other: {told!r}"


def root_letter(answer: Json, true: Json) -> str:
    refused = refusal_letter(answer)
    if refused is not None:
        return refused
    if is_empty(answer["data"]):
        return "-"
    return letter(answer["data"], true["data"])


def payload_letter(payload: Json) -> str:
    errors = payload["errors"]
    if not errors:
        return "Y"
    return _LETTERS.get(errors[0]["code"], "C")


def is_empty(value: Any) -> bool:
    """Whether a value says nothing: null, zero, an empty text or list, or only such."""
    if isinstance(value, dict):
        return all(is_empty(inner) for name, inner in value.items() if name != "__typename")
    if isinstance(value, list):
        return all(is_empty(inner) for inner in value)
    return value in (None, 0, "", False)


def steady(name: str, value: Any, *, moving: frozenset[str]) -> Any:
    """A value without what differs from answer to answer."""
    if name in moving:
        return value is not None
    if name == "mediaUrl" and value is not None:
        return str(value).partition("?")[0]
    return value


def _is_part(told: Any, true: Any) -> bool:
    """Whether nothing is told that is not true; one thing of its own stands for itself."""
    if isinstance(told, dict) and isinstance(true, dict):
        return all(name in true and _fits(inner, true[name]) for name, inner in told.items())
    if isinstance(told, list) and isinstance(true, list):
        if len(told) == len(true):
            return all(_fits(*pair) for pair in zip(told, true, strict=True))
        return all(any(_fits(one, other) for other in true) for one in told)
    return isinstance(told, str) and isinstance(true, str)


def _fits(told: Any, true: Any) -> bool:
    return told == true or is_empty(told) or _is_part(told, true)
