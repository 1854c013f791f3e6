"""Views read what they name of the log, and still learn how far the log goes."""

from collections.abc import Sequence

import pytest

from labelmarket.adapters.postgres.pages import Page, Pages, entry_in
from labelmarket.application.mapping import FactUnreadable
from labelmarket.application.views.all import VIEWS
from labelmarket.bootstrap.core import Core
from tests.adapters.postgres.scene import Record, append_raw, do, launch, list_provider, select

LOG = "SELECT notification_id, topic FROM market.facts ORDER BY notification_id"
RATES = frozenset({"RateCardPublished"})


def read(
    core: Core, topics: frozenset[str], *, after: int = 0, limit: int = 500, to: int = 10**9
) -> Page | None:
    with core.pool.connection() as connection:
        return Pages(core.mapper, topics).read(connection, after=after, limit=limit, to=to)


def whole(core: Core, topics: frozenset[str], *, limit: int) -> list[Page]:
    pages: list[Page] = []
    while page := read(core, topics, after=pages[-1].position if pages else 0, limit=limit):
        pages.append(page)
    return pages


def positions(pages: Sequence[Page]) -> list[int]:
    return [row[0] for page in pages for row in page.rows]


@pytest.mark.parametrize("limit", [1, 2, 7, 500])
def test_a_view_is_given_what_it_names_in_order_and_nothing_else(
    core: Core, database_url: str, limit: int
) -> None:
    launch(core)
    log = select(database_url, LOG)

    for view in VIEWS:
        pages = whole(core, view.topics, limit=limit)

        assert positions(pages) == [position for position, topic in log if topic in view.topics]
        assert sum(page.facts for page in pages) == len(log)
        assert max(page.facts for page in pages) <= limit
        assert pages[-1].position == log[-1][0]


def test_a_page_without_anything_for_a_view_takes_it_on_all_the_same(core: Core) -> None:
    for _ in range(3):
        do(core, Record())

    page = read(core, RATES, limit=2)

    assert page == Page(position=2, facts=2, rows=[])
    assert read(core, RATES, after=3) is None


def test_nothing_behind_the_bound_is_read(core: Core) -> None:
    list_provider(core, "p")

    page = read(core, RATES, to=2)

    assert page == Page(position=2, facts=2, rows=[])
    assert read(core, RATES, after=2, to=2) is None


def test_a_fact_that_nobody_knows_is_everybodys(core: Core) -> None:
    unknown = append_raw(core, topic="Unheard", state=b"{}")
    do(core, Record())

    page = read(core, RATES)

    assert page is not None
    assert positions([page]) == [unknown]
    with pytest.raises(FactUnreadable, match="no kind of fact"):
        entry_in(core.mapper, page.rows[0])


def test_an_entry_has_its_place_and_whose_it_is(core: Core, database_url: str) -> None:
    scene = launch(core)
    (expected,) = select(
        database_url,
        "SELECT notification_id, recorded_at, originator_id, originator_version, project_id,"
        " provider_id FROM market.facts WHERE topic = 'OfferSent'",
    )

    page = read(core, frozenset({"OfferSent"}))

    assert page is not None
    entry = entry_in(core.mapper, page.rows[0])
    assert expected == (
        entry.position,
        entry.recorded_at,
        entry.fact.originator_id,
        entry.fact.originator_version,
        entry.project_id,
        entry.provider_id,
    )
    assert entry.project_id == scene.project_id
