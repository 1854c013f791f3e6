"""Ids, positions and cursors: words that clients keep and give back."""

from collections.abc import Callable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelmarket.domain.errors import NotFound
from labelmarket.graphql import ids
from labelmarket.graphql.connections import NUMBER_MAX, read_cursor, write_cursor
from labelmarket.graphql.errors import CodedError
from labelmarket.graphql.positions import Positions

HERE, ELSEWHERE = Positions(UUID(int=1 << 100)), Positions(UUID(int=1 << 101))


def _number_or_code(read: Callable[[], int]) -> object:
    try:
        return read()
    except CodedError as error:
        return (error.extensions or {}).get("code")


@given(st.uuids(), st.sampled_from(["Project", "Offer", "Batch"]))
def test_an_id_names_the_thing_it_was_made_of(identity: UUID, kind: str) -> None:
    assert ids.decode(ids.encode(kind, identity)) == (kind, identity)


@given(st.text(max_size=200))
def test_any_text_is_an_id_or_names_nothing(text: str) -> None:
    found = ids.decode(text)
    assert found is None or ids.encode(*found) == text


def test_an_id_of_another_kind_names_nothing() -> None:
    offer = ids.encode("Offer", UUID(int=5))
    assert ids.find(offer, "Project") is None
    with pytest.raises(NotFound) as refused:
        ids.must(offer, "Project", path="projectId")
    assert refused.value.path == ("projectId",)


@given(st.integers(0, (1 << 63) - 1))
def test_a_position_reads_back_as_the_number_it_was_made_of(number: int) -> None:
    assert HERE.decode(HERE.encode(number)) == number


def test_a_position_of_another_database_is_told_apart_from_garbage() -> None:
    with pytest.raises(CodedError) as foreign:
        HERE.decode(ELSEWHERE.encode(7))
    assert foreign.value.extensions == {"code": "POSITION_UNKNOWN"}


@given(st.text(max_size=80))
def test_any_other_text_is_no_position(text: str) -> None:
    assert _number_or_code(lambda: HERE.decode(text)) in {"INVALID_INPUT", "POSITION_UNKNOWN"}


@given(st.integers(0, NUMBER_MAX))
def test_a_cursor_reads_back_as_the_number_it_was_made_of(number: int) -> None:
    assert read_cursor(write_cursor(number), start=-1) == number


@given(st.text(max_size=80))
def test_any_other_text_is_no_cursor(text: str) -> None:
    found = _number_or_code(lambda: read_cursor(text, start=-1))
    assert found == "INVALID_INPUT" or (isinstance(found, int) and write_cursor(found) == text)


def test_without_a_cursor_a_list_begins_at_its_start() -> None:
    assert read_cursor(None, start=-1) == -1
