"""Values for the fields of facts; and facts of the past, kept as they were stored.

Run as a program, this adds a sample of every kind of fact that has none yet to
`stored_facts.ndjson`. Its lines are history: they are added, never changed.
"""

import json
import types
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from hypothesis import strategies as st

from labelmarket.application.mapping import FactMapper
from labelmarket.domain.aggregate import Fact
from labelmarket.domain.facts import FACTS

SAMPLES = Path(__file__).with_name("stored_facts.ndjson")
MOMENT = datetime(2026, 3, 1, 12, 30, 15, 250_000, tzinfo=UTC)
STREAM = UUID("5f0c1f3e-7e0f-4f7b-9d5a-0d6f0f7c1a2b")
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    str: st.text(),
    UUID: st.uuids(),
    Decimal: st.decimals(allow_nan=False, allow_infinity=False),
    date: st.dates(),
    datetime: st.datetimes(timezones=st.just(UTC)),
    type(None): st.none(),
}
ONE_OF_EACH: dict[Any, Any] = {
    bool: True,
    int: 7,
    float: 0.75,
    str: "näme",
    UUID: STREAM,
    Decimal: Decimal("12.50"),
    date: date(2026, 3, 1),
    datetime: MOMENT,
    type(None): None,
}


def field_types(kind: type[Any]) -> dict[str, Any]:
    hints = {**get_type_hints(kind), "originator_id": UUID}
    return {field.name: hints[field.name] for field in fields(kind)}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Anything that a field of this type may hold."""
    if hint in PLAIN:
        return PLAIN[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(list(hint))
    if is_dataclass(hint) and isinstance(hint, type):
        return st.builds(hint, **{n: values(h) for n, h in field_types(hint).items()})
    inner = get_args(hint)
    if get_origin(hint) in {Union, types.UnionType}:
        return st.one_of([values(h) for h in inner])
    if get_origin(hint) is tuple and inner[-1] is Ellipsis:
        return st.lists(values(inner[0]), max_size=3).map(tuple)
    if get_origin(hint) is tuple:
        return st.tuples(*[values(h) for h in inner])
    raise AssertionError(f"facts are made of simpler things than {hint}")


def sample(hint: Any) -> Any:
    """One value of a type, the same each time."""
    if hint in ONE_OF_EACH:
        return ONE_OF_EACH[hint]
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    if is_dataclass(hint) and isinstance(hint, type):
        return hint(**{name: sample(h) for name, h in field_types(hint).items()})
    inner = get_args(hint)
    if get_origin(hint) is tuple and inner[-1] is not Ellipsis:
        return tuple(sample(h) for h in inner)
    return (sample(inner[0]),) if get_origin(hint) is tuple else sample(inner[0])


def fact_of(kind: type[Fact], **changed: Any) -> Fact:
    return kind(**{**{n: sample(h) for n, h in field_types(kind).items()}, **changed})


def kept_samples() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SAMPLES.read_text("utf-8").splitlines()]


def _add_missing_samples() -> None:
    known = {
        (line["topic"], line["state"].get("class_version", 1))
        for line in (kept_samples() if SAMPLES.exists() else [])
    }
    with SAMPLES.open("a", encoding="utf-8") as file:
        for topic, kind in sorted(FACTS.items()):
            if (topic, kind.class_version) not in known:
                state = FactMapper(FACTS).to_stored_event(fact_of(kind)).state.decode()
                file.write(f'{{"topic":"{topic}","state":{state}}}\n')


if __name__ == "__main__":
    _add_missing_samples()
