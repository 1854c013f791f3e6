"""Rows that are held in memory are the same as if each change had been written at once."""

import random
from uuid import UUID

import pytest

from labelmarket.adapters.postgres.held_rows import HeldRows
from labelmarket.adapters.postgres.pool import Pool
from labelmarket.adapters.postgres.view_table import ViewTable
from labelmarket.application.views.provider_record import ProviderRecord, ProviderRow
from labelmarket.domain.provider import Standing
from labelmarket.domain.values import Workforce

IDS = [UUID(int=number) for number in range(1, 13)]
TABLE = ViewTable(ProviderRecord())


def row(key: UUID, born: int) -> ProviderRow:
    return ProviderRow(
        id=key,
        born=born,
        state=Standing.LISTED,
        provider_id=key,
        name=f'the "{born}th" \\ of many',
        workforce=Workforce.STAFF,
        region="DE",
        contact="{desk}, NULL",
    )


@pytest.mark.parametrize("rows_max", [1, 4, 100])
@pytest.mark.parametrize("seed", range(5))
def test_what_is_held_and_what_was_written_are_the_rows_together(
    pool: Pool, rows_max: int, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - any order will do
    expected: dict[UUID, ProviderRow] = {}
    held = HeldRows(TABLE, empty=True, rows_max=rows_max)
    with pool.connection() as connection:
        for step in range(40):
            some = chance.sample(IDS, 3)
            changed = {key: row(key, step) if chance.random() < 0.8 else None for key in some}
            held.put(connection, changed)
            for key, after in changed.items():
                expected.pop(key, None)
                if after is not None:
                    expected[key] = after
            assert held.get(connection, IDS) == expected, step

        held.write(connection)

        assert TABLE.get(connection, IDS) == {**expected}
        assert held.get(connection, IDS) == expected


def test_no_more_rows_are_held_than_may_be(pool: Pool) -> None:
    held = HeldRows(TABLE, empty=True, rows_max=4)
    with pool.connection() as connection:
        held.put(connection, {key: row(key, 1) for key in IDS[:4]})
        assert TABLE.get(connection, IDS) == {}
        held.put(connection, {IDS[0]: row(IDS[0], 2), IDS[4]: row(IDS[4], 2)})

        # The half that changed last stays.
        assert TABLE.get(connection, IDS).keys() == set(IDS[1:4])


def test_rows_that_were_there_before_are_found(pool: Pool) -> None:
    with pool.connection() as connection:
        TABLE.put(connection, {IDS[0]: row(IDS[0], 1)})

        held = HeldRows(TABLE, empty=False)

        assert held.get(connection, IDS) == {IDS[0]: row(IDS[0], 1)}
