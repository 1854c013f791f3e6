"""A replay shows the views as they were at a position, beside the live ones."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from labelmarket.adapters.postgres.digests import Digest, digests
from labelmarket.adapters.postgres.feed import ViewFollower, entry_of
from labelmarket.adapters.postgres.log import PostgresLog
from labelmarket.adapters.postgres.replay import NotRecordedYet, SchemaRefused, replay
from labelmarket.adapters.postgres.session import open_session
from labelmarket.application.commands.offers import AcceptOffer
from labelmarket.application.view import Row, fold
from labelmarket.application.views.all import VIEWS
from labelmarket.bootstrap.core import Core
from tests.adapters.postgres.scene import do, launch, one, select

OFFER = "SELECT originator_id FROM market.facts WHERE topic = 'OfferSent' LIMIT 1"
SCHEMAS = "SELECT nspname FROM pg_namespace WHERE nspname = %s"


def played(core: Core, database_url: str) -> int:
    """A launch and an accepted offer; gives the head of the log."""
    scene = launch(core)
    do(core, AcceptOffer(offer_id=one(database_url, OFFER)), scene.providers[0])
    head: int = one(database_url, "SELECT max(notification_id) FROM market.facts")
    return head


def replayed(core: Core, database_url: str, *, to: int, schema: str = "past") -> list[Digest]:
    with open_session(database_url, name="test") as session:
        return replay(session, VIEWS, core.mapper, to=to, schema=schema, batch_max=6)


def in_memory(core: Core, *, to: int) -> dict[str, dict[UUID, Row]]:
    """Every view's rows at a position, folded without any table."""
    stored = PostgresLog(core.pool).read(after=0, limit=1_000)
    entries = [entry_of(core.mapper, fact) for fact in stored if fact.position <= to]
    folded = {view.name: fold(view, entries, {}) for view in VIEWS}
    return {
        name: {key: row for key, row in rows.items() if row is not None}
        for name, rows in folded.items()
    }


def in_schema(database_url: str, schema: str) -> dict[str, dict[UUID, Any]]:
    return {
        view.name: {
            key: msgspec.json.decode(body, type=view.row)
            for key, body in select(database_url, f"SELECT id, body FROM {schema}.{view.name}")  # noqa: S608 - our own names
        }
        for view in VIEWS
    }


def test_a_replay_is_what_the_views_were_at_that_position(core: Core, database_url: str) -> None:
    head = played(core, database_url)

    for to in (1, head // 2, head - 1, head):
        made = replayed(core, database_url, to=to)

        rows = in_memory(core, to=to)
        assert in_schema(database_url, "past") == rows
        assert [(d.view, d.rows) for d in made] == [(v.name, len(rows[v.name])) for v in VIEWS]


def test_a_replay_to_the_end_has_the_digests_of_the_live_views(
    core: Core, database_url: str
) -> None:
    head = played(core, database_url)
    for view in VIEWS:
        follower = ViewFollower(core.pool, view, core.mapper)
        follower.register()
        while follower.advance():
            pass

    made = replayed(core, database_url, to=head)

    with open_session(database_url, name="test") as session:
        live = digests(session, VIEWS, schema="views")
    assert made == live
    select(database_url, "UPDATE past.provider_record SET shared = NOT shared")
    with open_session(database_url, name="test") as session:
        changed = digests(session, VIEWS, schema="past")
    differ = [d.view for d, c in zip(made, changed, strict=True) if d != c]
    assert differ == ["provider_record"]


def test_nothing_is_there_at_the_beginning(core: Core, database_url: str) -> None:
    played(core, database_url)

    assert {digest.rows for digest in replayed(core, database_url, to=0)} == {0}


def test_a_schema_of_somebody_else_is_left_alone(core: Core, database_url: str) -> None:
    head = played(core, database_url)
    select(database_url, "CREATE SCHEMA mine")

    with pytest.raises(SchemaRefused, match="no replay made"):
        replayed(core, database_url, to=head, schema="mine")

    assert select(database_url, SCHEMAS, "mine") == [("mine",)]


def test_a_name_that_cannot_be_a_schema_is_refused(core: Core, database_url: str) -> None:
    ours = ("views", "market", "public", "pg_past", "views_next", "views_gone")
    for name in (*ours, "", "Past", 'a"; DROP', "x" * 64):
        with pytest.raises(SchemaRefused, match="is no name"):
            replayed(core, database_url, to=0, schema=name)


def test_a_word_of_the_database_is_a_good_name(core: Core, database_url: str) -> None:
    replayed(core, database_url, to=0, schema="select")

    assert select(database_url, SCHEMAS, "select") == [("select",)]


def test_a_position_that_is_not_recorded_yet_is_refused(core: Core, database_url: str) -> None:
    head = played(core, database_url)

    with pytest.raises(NotRecordedYet, match=f"ends at {head}"):
        replayed(core, database_url, to=head + 1)

    assert select(database_url, SCHEMAS, "past") == []
