"""The table of who is told what, and what of the schema it does not speak of yet."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLObjectType, GraphQLSchema

PLACE = Path(__file__).with_name("authorization.toml")
ROOTS = ("Query", "Mutation", "Subscription")
REACH, MOVING = "reach", "moving"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is asked at the root, and each caller's outcome."""

    field: str
    ask: str
    cells: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of thing, how it is reached, and each field's outcome for each caller.

    Of the fields that are `moving` only whether there is a value is compared.
    """

    name: str
    reach: str
    moving: frozenset[str]
    fields: dict[str, dict[str, str]]

    @property
    def type_name(self) -> str:
        return self.name.partition("-")[0]


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(PLACE.read_text(encoding="utf-8"))


def callers() -> list[str]:
    found: str = _read()["columns"]["names"]
    return found.split()


def lines(root: str) -> list[Line]:
    """The lines of a root type, in the order in which they stand."""
    found: list[Line] = []
    for field, entry in _read()[root].items():
        pairs = [entry] if isinstance(entry[0], str) else entry
        found += [Line(field=field, ask=ask, cells=_cells(field, row)) for ask, row in pairs]
    return found


def kinds() -> list[Kind]:
    return [_kind(name, section) for name, section in _read()["fields"].items()]


def silent_in_payloads() -> set[str]:
    """What a refused mutation leaves empty."""
    return set(_read()["payloads"]["silent"].split())


def told_of_facts() -> dict[str, set[str]]:
    """Which fields of each kind of fact a provider is told, of the kinds that it may hear of."""
    return {name: set(fields.split()) for name, fields in _read()["facts"]["told"].items()}


def hidden_of_facts() -> dict[str, set[str]]:
    return {name: set(fields.split()) for name, fields in _read()["facts"]["hidden"].items()}


def unheard() -> set[str]:
    """The kinds of things whose facts no provider reads."""
    return set(_read()["facts"]["unheard"].split())


def undecided(schema: GraphQLSchema) -> set[str]:
    """Every field, as `Type.field`, that the table says nothing about."""
    decided = set(_decided())
    return {
        f"{name}.{field}"
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not name.startswith("__")
        for field in kind.fields
        if _as_decided(name, field) not in decided
    }


def unknown(schema: GraphQLSchema) -> set[str]:
    """Every field, as `Type.field`, that the table speaks of and the schema does not have."""
    had = {
        _as_decided(name, field)
        for name, kind in schema.type_map.items()
        if isinstance(kind, GraphQLObjectType)
        for field in kind.fields
    }
    return set(_decided()) - had


def _as_decided(type_name: str, field: str) -> str:
    """Payloads are decided about together: a name means the same in each of them."""
    return f"payload.{field}" if type_name.endswith("Payload") else f"{type_name}.{field}"


def _decided() -> Iterator[str]:
    for root in ROOTS:
        yield from (f"{root}.{field}" for field in _read()[root])
    for kind in kinds():
        yield from (f"{kind.type_name}.{field}" for field in kind.fields)
    payloads = _read()["payloads"]
    for field in f"{payloads['said']} {payloads['silent']}".split():
        yield f"payload.{field}"
    yield from payloads["parts"].split()
    for name, fields in payloads["through"].items():
        yield from (f"{name}.{field}" for field in fields.split())


def _kind(name: str, section: dict[str, str]) -> Kind:
    return Kind(
        name=name,
        reach=section[REACH],
        moving=frozenset(section.get(MOVING, "").split()),
        fields={
            field: _cells(f"{name}.{field}", row)
            for fields, row in section.items()
            if fields not in (REACH, MOVING)
            for field in fields.split()
        },
    )


def _cells(name: str, row: str) -> dict[str, str]:
    letters = row.replace(" ", "")
    assert len(letters) == len(callers()), f"{name} needs a letter for each caller, not {row!r}"
    return dict(zip(callers(), letters, strict=True))
