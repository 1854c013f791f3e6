"""The youngest rows of a view, of all, and of each provider in one statement."""

from uuid import UUID, uuid4

import pytest

from labelmarket.adapters.postgres.pool import Pool
from labelmarket.adapters.postgres.view_table import ViewReads, ViewTable
from labelmarket.application.access import EVERYTHING, Viewer
from labelmarket.application.views.provider_record import ProviderRecord, ProviderRow
from labelmarket.domain.access_token import Role
from labelmarket.domain.provider import Standing
from labelmarket.domain.values import Workforce

ADA, BEL = UUID(int=1), UUID(int=2)


def row(born: int, provider_id: UUID, standing: Standing = Standing.LISTED) -> ProviderRow:
    return ProviderRow(
        id=uuid4(),
        born=born,
        state=standing,
        provider_id=provider_id,
        name=str(born),
        workforce=Workforce.STAFF,
        region="DE",
        contact="desk",
    )


@pytest.fixture
def reads(pool: Pool) -> ViewReads[ProviderRow]:
    """Ten rows of Ada, and behind them one of Bel that is not listed."""
    rows = [row(born, ADA) for born in range(1, 11)]
    rows.append(row(11, BEL, Standing.REMOVED))
    with pool.connection() as connection:
        ViewTable(ProviderRecord()).put(connection, {one.id: one for one in rows})
    return ViewReads(pool, ProviderRecord())


def test_the_youngest_come_first(reads: ViewReads[ProviderRow]) -> None:
    found = reads.latest(EVERYTHING, first=3, state=Standing.LISTED)
    assert [one.born for one in found] == [10, 9, 8]


def test_each_provider_has_its_own_share(reads: ViewReads[ProviderRow]) -> None:
    found = reads.latest_of_each(EVERYTHING, provider_ids=[BEL, ADA], first=2)
    assert sorted(one.born for one in found) == [9, 10, 11]


def test_nobody_reads_more_than_it_may_see(reads: ViewReads[ProviderRow]) -> None:
    bel = Viewer(role=Role.PROVIDER, organisation_id=BEL)
    assert reads.latest(bel, first=3, state=Standing.LISTED) == []
    found = reads.latest_of_each(bel, provider_ids=[ADA, BEL], first=2)
    assert [one.born for one in found] == [11]
