"""A month's capacity is booked by acceptance and never exceeded."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from labelmarket.domain.errors import NotEligible
from labelmarket.domain.provider_load import ProviderLoad, load_id, month_of
from tests.domain.domain_samples import ADA, BEL, NOON, facts_of

FIRST, SECOND = UUID(int=1), UUID(int=2)


def load() -> ProviderLoad:
    opened = ProviderLoad.open(provider_id=ADA, at=NOON)
    facts_of(opened)
    return opened


def commit(to: ProviderLoad, offer_id: UUID, items: int) -> None:
    to.commit(offer_id=offer_id, items=items, items_max=10, at=NOON)


def test_items_fit_until_the_month_is_full() -> None:
    month = load()
    commit(month, FIRST, 6)
    commit(month, SECOND, 4)
    assert month.items == 10


def test_one_item_too_many_does_not_fit() -> None:
    month = load()
    commit(month, FIRST, 6)
    facts_of(month)
    with pytest.raises(NotEligible):
        commit(month, SECOND, 5)
    assert facts_of(month) == []


def test_an_offer_is_booked_once() -> None:
    month = load()
    commit(month, FIRST, 6)
    commit(month, FIRST, 6)
    assert facts_of(month) == ["CapacityCommitted"]


def test_what_is_released_may_be_booked_again() -> None:
    month = load()
    commit(month, FIRST, 6)
    month.release(offer_id=FIRST, at=NOON)
    month.release(offer_id=FIRST, at=NOON)
    assert facts_of(month) == ["CapacityCommitted", "CapacityReleased"]
    commit(month, SECOND, 10)
    assert month.items == 10


def test_each_provider_has_a_stream_for_each_month() -> None:
    end = datetime(2026, 3, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    next_month = end + timedelta(microseconds=1)
    assert (month_of(end), month_of(next_month)) == ("2026-03", "2026-04")
    assert load_id(ADA, at=NOON) == load_id(ADA, at=end)
    assert len({load_id(p, at=at) for p in (ADA, BEL) for at in (end, next_month)}) == 4
