"""Facts survive being stored and read, and nothing else is taken for one."""

import json
import sys
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import msgspec
import pytest
from eventsourcing.persistence import StoredEvent
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.application.mapping import FactMapper, FactUnreadable, FactUnstorable
from labelmarket.domain.access_token import Role, TokenIssued, TokenRevoked
from labelmarket.domain.aggregate import Envelope, Fact
from labelmarket.domain.facts import FACTS
from labelmarket.domain.oracle_facts import RoutingThresholdApplied
from labelmarket.domain.project_facts import ItemsAdded, ProjectCreated, Target
from labelmarket.domain.provider import CapabilitiesPublished
from labelmarket.domain.values import Capability
from tests.application.fact_samples import (
    MOMENT,
    SAMPLES,
    STREAM,
    fact_of,
    field_types,
    kept_samples,
    values,
)

NAIVE = datetime(2026, 3, 1, 12, 30)  # noqa: DTZ001 - what must be refused
MAPPER = FactMapper(FACTS)


def stored(topic: str, state: bytes) -> StoredEvent:
    return StoredEvent(STREAM, 3, topic, state)


def read(topic: str, state: object) -> Fact:
    return MAPPER.to_domain_event(stored(topic, msgspec.json.encode(state)))


def issued(**changed: Any) -> TokenIssued:
    said: dict[str, Any] = {
        "originator_id": STREAM,
        "originator_version": 1,
        "timestamp": MOMENT,
        "name": "n",
        "role": Role.AUDITOR,
        "organisation_id": STREAM,
        "secret_sha256": "0" * 64,
        "expires_at": MOMENT,
        "originator_topic": "AccessToken",
    }
    names = {field.name for field in fields(TokenIssued)}
    return TokenIssued(**{k: v for k, v in {**said, **changed}.items() if k in names})


REVOKED = {"timestamp": "2026-03-01T12:30:15Z", "envelope": None}


@pytest.mark.parametrize("topic", sorted(FACTS))
@settings(max_examples=5)
@given(data=st.data())
def test_every_kind_of_fact_comes_back_as_it_was(topic: str, data: st.DataObject) -> None:
    kind = FACTS[topic]
    fact = data.draw(st.builds(kind, **{n: values(h) for n, h in field_types(kind).items()}))

    back = MAPPER.to_domain_event(MAPPER.to_stored_event(fact))

    assert type(back) is kind
    assert back == fact
    assert back.__dict__ == fact.__dict__


@pytest.mark.parametrize("topic", sorted(FACTS))
def test_facts_of_the_past_can_still_be_read(topic: str) -> None:
    kept = [line for line in kept_samples() if line["topic"] == topic]
    versions = {line["state"].get("class_version", 1) for line in kept}

    assert versions == set(range(1, FACTS[topic].class_version + 1)), (
        f"run {SAMPLES.with_name('fact_samples.py')} to keep a sample of {topic}"
    )
    for line in kept:
        state = msgspec.json.encode(line["state"])
        fact = MAPPER.to_domain_event(stored(topic, state))
        if line["state"].get("class_version", 1) == FACTS[topic].class_version:
            # Nothing of a value inside got lost on the way either.
            assert json.loads(MAPPER.to_stored_event(fact).state) == line["state"]


def test_every_kept_sample_is_of_a_kind_that_is_still_known() -> None:
    assert {line["topic"] for line in kept_samples()} <= set(FACTS)


def test_no_two_kinds_of_facts_share_a_name() -> None:
    assert all(topic == kind.TOPIC for topic, kind in FACTS.items())
    assert len(set(FACTS.values())) == len(FACTS)


@pytest.mark.parametrize(
    "state",
    [
        {**REVOKED, "surprise": 1},
        {"envelope": None},
        {**REVOKED, "timestamp": 12},
        {**REVOKED, "timestamp": "yesterday"},
        {**REVOKED, "timestamp": "2026-03-01T12:30:15"},
        {**REVOKED, "envelope": {"actor": "a"}},
        {**REVOKED, "class_version": 2},
        {**REVOKED, "class_version": 0},
        {**REVOKED, "class_version": "1"},
        [],
        None,
    ],
)
def test_a_state_that_is_not_exactly_the_facts_is_refused(state: object) -> None:
    assert isinstance(read("TokenRevoked", REVOKED), TokenRevoked)

    with pytest.raises(FactUnreadable):
        read("TokenRevoked", state)


@pytest.mark.parametrize("state", [b"", b"\xff", b'{"timestamp":', b"[" * 100_000])
def test_what_is_not_json_is_refused(state: bytes) -> None:
    with pytest.raises(FactUnreadable):
        MAPPER.to_domain_event(stored("TokenRevoked", state))


@pytest.mark.parametrize(
    "changed",
    [
        {"name": 12},
        {"name": None},
        {"role": "emperor"},
        {"organisation_id": "not an id"},
        {"expires_at": "2026-03-01"},
        {"expires_at": NAIVE},
        {"timestamp": NAIVE},
    ],
)
def test_a_fact_with_a_wrong_value_is_never_stored(changed: dict[str, Any]) -> None:
    assert MAPPER.to_stored_event(issued()).topic == "TokenIssued"

    with pytest.raises(FactUnstorable):
        MAPPER.to_stored_event(issued(**changed))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_never_stored(value: float) -> None:
    for fact in (
        fact_of(RoutingThresholdApplied, threshold=value),
        fact_of(ProjectCreated, target=Target(accuracy=value)),
    ):
        with pytest.raises(FactUnstorable):
            MAPPER.to_stored_event(fact)


def test_a_moment_without_a_time_zone_is_refused_inside_a_value_too() -> None:
    capability = Capability(task_type="t", units_per_hour=Decimal(1), valid_from=NAIVE)
    for fact in (
        fact_of(ProjectCreated, target=Target(deadline=NAIVE)),
        fact_of(CapabilitiesPublished, capabilities=(capability,)),
    ):
        with pytest.raises(FactUnstorable, match="time zone"):
            MAPPER.to_stored_event(fact)


@pytest.mark.parametrize("value", [True, 1.5, "7"])
def test_a_number_is_not_taken_for_another_kind_of_number(value: object) -> None:
    with pytest.raises(FactUnstorable):
        MAPPER.to_stored_event(fact_of(ItemsAdded, items=value))


class Moved(Fact):
    """A fact whose second version says in two fields what the first said in one."""

    TOPIC = "MovedInTests"
    class_version: ClassVar[int] = 3
    street: str
    number: int
    by: Decimal

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        state["street"], number = state.pop("address").rsplit(" ", 1)
        state["number"] = int(number)

    @staticmethod
    def upcast_v2_v3(state: dict[str, Any]) -> None:
        state["by"] = "0"


MOVED = {
    1: b'{"timestamp":"2026-03-01T12:30:15.25Z","envelope":null,"address":"Long Lane 7"}',
    2: b'{"timestamp":"2026-03-01T12:30:15.25Z","envelope":null,"street":"Long Lane","number":7,'
    b'"class_version":2}',
    3: b'{"timestamp":"2026-03-01T12:30:15.25Z","envelope":null,"street":"Long Lane","number":7,'
    b'"by":"0","class_version":3}',
}


@pytest.mark.parametrize("version", sorted(MOVED))
def test_an_old_version_is_read_as_the_newest(version: int) -> None:
    mapper = FactMapper({Moved.TOPIC: Moved})

    fact = mapper.to_domain_event(stored(Moved.TOPIC, MOVED[version]))

    assert fact == fact_of(Moved, originator_version=3, street="Long Lane", number=7, by=Decimal(0))


def test_a_new_fact_is_stored_with_the_version_that_it_has() -> None:
    mapper = FactMapper({Moved.TOPIC: Moved})
    fact = mapper.to_domain_event(stored(Moved.TOPIC, MOVED[1]))

    state = json.loads(mapper.to_stored_event(fact).state)

    assert state["class_version"] == 3
    assert "address" not in state


def test_an_old_version_that_is_damaged_is_refused() -> None:
    mapper = FactMapper({Moved.TOPIC: Moved})

    with pytest.raises(FactUnreadable):
        mapper.to_domain_event(stored(Moved.TOPIC, MOVED[1].replace(b" 7", b" seven")))


def test_a_topic_that_is_not_in_the_table_is_never_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"planted_{uuid4().hex}"
    (tmp_path / f"{name}.py").write_text("Planted = None\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    for topic in (f"{name}:Planted", name, "builtins:print", ""):
        with pytest.raises(FactUnreadable, match="no kind of fact"):
            read(topic, {})

    assert name not in sys.modules


def test_the_envelope_comes_back_with_the_fact() -> None:
    envelope = Envelope(
        actor="a",
        organisation_id=STREAM,
        token_id=str(STREAM),
        command_id="c",
        correlation_id="r",
        causation_id=None,
        policy_version=1,
        traceparent=None,
    )

    back = MAPPER.to_domain_event(MAPPER.to_stored_event(issued(envelope=envelope)))

    assert back.envelope == envelope
