"""Views are made anew while the market runs and is read; whatever stops that breaks nothing."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from labelmarket.adapters.postgres.digests import Digest, digests
from labelmarket.adapters.postgres.feed import ViewFollower, progress
from labelmarket.adapters.postgres.rebuild import Rebuilt, Stopped, rebuild
from labelmarket.adapters.postgres.session import Occupied, open_session
from labelmarket.adapters.postgres.side_fold import FoldFailed
from labelmarket.adapters.postgres.view_table import ViewReads
from labelmarket.application.access import Viewer
from labelmarket.application.view import Entry, View
from labelmarket.application.views.all import VIEWS
from labelmarket.application.views.project_page import ProjectPage
from labelmarket.application.views.provider_record import ProviderRecord, ProviderRow
from labelmarket.bootstrap.core import Core
from labelmarket.domain.access_token import Role
from tests.adapters.postgres.scene import (
    Record,
    append_raw,
    do,
    eventually,
    launch,
    list_provider,
    one,
    select,
)

OPERATOR = Viewer(role=Role.OPERATOR, organisation_id=UUID(int=1), token_id=None)
HEAD = "SELECT max(notification_id) FROM market.facts"
SIDE_SCHEMAS = (
    "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'views%%' AND nspname <> 'views'"
)
HALF_WAY = """
import os, signal, sys
from labelmarket.adapters.postgres.rebuild import rebuild
from labelmarket.adapters.postgres.session import open_session
from labelmarket.application.mapping import FactMapper
from labelmarket.application.views.all import VIEWS
from labelmarket.domain.facts import FACTS

def tell(position, head):
    if 2 * position > head:
        os.kill(os.getpid(), signal.SIGKILL)

with open_session(sys.argv[1], name="victim") as session:
    rebuild(session, VIEWS, FactMapper(FACTS), tell=tell, batch_max=5)
"""
CUT_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
WAITS_FOR_A_TABLE = """
SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


WATCH = """
CREATE TABLE views.waited (says text);
CREATE FUNCTION views.watch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO views.waited VALUES (current_setting('synchronous_commit'));
    RETURN NEW;
END $$;
CREATE TRIGGER watch BEFORE UPDATE ON views.progress FOR EACH ROW EXECUTE FUNCTION views.watch()
"""


class Fails(ProviderRecord):
    def evolve(self, row: ProviderRow | None, entry: Entry, /) -> ProviderRow | None:
        if entry.fact.TOPIC == "ProviderVetted":
            raise ArithmeticError("cannot take this in")
        return super().evolve(row, entry)


def made_anew(
    core: Core, database_url: str, views: Sequence[View[Any]] = VIEWS, **more: Any
) -> list[Rebuilt]:
    with open_session(database_url, name="test") as session:
        return rebuild(session, views, core.mapper, **more)


def dump(database_url: str) -> list[Digest]:
    with open_session(database_url, name="test") as session:
        return digests(session, VIEWS, schema="views")


def followed(core: Core, views: Sequence[View[Any]] = VIEWS) -> None:
    for view in views:
        follower = ViewFollower(core.pool, view, core.mapper)
        follower.register()
        while follower.advance():
            pass


@contextmanager
def again_and_again(*acts: Callable[[], object]) -> Iterator[list[int]]:
    """Each act in a thread of its own, over and over; whatever goes wrong is raised at the end.

    Gives how often each was done so far.
    """
    stop = threading.Event()
    done = [0] * len(acts)

    def repeat(number: int) -> None:
        while not stop.is_set():
            acts[number]()
            done[number] += 1

    with ThreadPoolExecutor(max_workers=len(acts)) as threads:
        going = [threads.submit(repeat, number) for number in range(len(acts))]
        try:
            yield done
        finally:
            stop.set()
        for one_of_them in going:
            one_of_them.result(timeout=20)


@pytest.mark.parametrize("batch_max", [1, 2, 7, 2_000])
def test_rows_are_the_same_after_a_rebuild_in_any_batches(
    core: Core, database_url: str, batch_max: int
) -> None:
    launch(core)
    followed(core)
    before = dump(database_url)

    made = made_anew(core, database_url, batch_max=batch_max)

    head = one(database_url, HEAD)
    assert [(m.view, m.position, m.facts) for m in made] == [(v.name, head, head) for v in VIEWS]
    assert dump(database_url) == before
    assert all(digest.position == head for digest in before)
    assert select(database_url, SIDE_SCHEMAS) == []


def test_rows_are_the_same_when_few_fit_in_memory(core: Core, database_url: str) -> None:
    launch(core, ranked=4)
    followed(core)
    before = dump(database_url)

    made_anew(core, database_url, batch_max=3, rows_max=1)

    assert dump(database_url) == before


def test_views_are_made_anew_in_one_pass_over_the_log(core: Core, database_url: str) -> None:
    launch(core)
    head = one(database_url, HEAD)
    told: list[int] = []

    made_anew(core, database_url, batch_max=5, tell=lambda position, _: told.append(position))

    assert told == [*range(5, head, 5), head]


def test_a_fact_that_is_damaged_stops_only_whom_it_concerns(core: Core, database_url: str) -> None:
    launch(core)
    damaged = append_raw(core, topic="ProviderVetted", state=b"{}")
    unconcerned = [view for view in VIEWS if view.name != "provider_record"]

    assert len(made_anew(core, database_url, unconcerned)) == len(unconcerned)
    with pytest.raises(FoldFailed) as failed:
        made_anew(core, database_url)

    assert (failed.value.views, failed.value.position) == (["provider_record"], damaged)


def test_a_fact_that_is_unknown_stops_every_view(core: Core, database_url: str) -> None:
    launch(core)
    unknown = append_raw(core, topic="Unheard", state=b"{}")

    for view in VIEWS:
        with pytest.raises(FoldFailed) as failed:
            made_anew(core, database_url, [view])
        assert (failed.value.views, failed.value.position) == ([view.name], unknown)


def test_only_the_views_that_were_named_are_made_anew(core: Core, database_url: str) -> None:
    launch(core)
    followed(core)
    select(database_url, "UPDATE views.provider_record SET body = '{}'")
    select(database_url, "UPDATE views.project_page SET state = 'mistaken'")

    made_anew(core, database_url, [ProviderRecord()])

    assert one(database_url, "SELECT count(*) FROM views.provider_record WHERE body = '{}'") == 0
    assert one(database_url, "SELECT state FROM views.project_page") == "mistaken"


def test_a_rebuild_disturbs_neither_readers_nor_the_writer_nor_followers(
    core: Core, database_url: str
) -> None:
    scene = launch(core)
    followed(core)
    provider_id = scene.providers[0].viewer
    assert provider_id is not None
    projects, providers = (
        ViewReads(core.pool, ProjectPage()),
        ViewReads(core.pool, ProviderRecord()),
    )

    def read_projects() -> None:
        assert scene.project_id in projects.by_ids(OPERATOR, [scene.project_id])

    def read_providers() -> None:
        found = providers.page(OPERATOR, first=100)
        assert found[0].id == provider_id.organisation_id

    def write() -> None:
        list_provider(core, "one more")

    def follow() -> None:
        followed(core)

    acts = (read_projects, read_providers, read_projects, read_providers, write, follow)
    with again_and_again(*acts) as done:
        # From the fifth time on, statements are prepared.
        assert eventually(lambda: min(done[:4]) > 10 and done[4] > 0)
        for _ in range(3):
            times = list(done)
            made_anew(core, database_url, batch_max=50)
            assert eventually(lambda t=times: all(d > b for d, b in zip(done[:4], t, strict=False)))  # type: ignore[misc]
    followed(core)
    kept = dump(database_url)

    assert kept[0].position == one(database_url, HEAD)
    made_anew(core, database_url)
    assert dump(database_url) == kept


def test_a_killed_rebuild_leaves_the_views_alone_and_can_be_run_again(
    core: Core, database_url: str
) -> None:
    launch(core)
    followed(core)
    before = dump(database_url)

    killed = subprocess.run([sys.executable, "-c", HALF_WAY, database_url], check=False, timeout=30)

    assert killed.returncode == -9
    assert dump(database_url) == before
    do(core, Record())
    followed(core)
    made_anew(core, database_url)
    assert [(d.rows, d.sha256) for d in dump(database_url)] == [(d.rows, d.sha256) for d in before]
    assert select(database_url, SIDE_SCHEMAS) == []


def test_a_rebuild_that_loses_its_connection_leaves_the_views_alone(
    core: Core, database_url: str
) -> None:
    launch(core)
    followed(core)
    before = dump(database_url)

    def cut(_position: int, _head: int) -> None:
        assert select(database_url, CUT_OFF) == [(True,)]

    with pytest.raises(psycopg.OperationalError):
        made_anew(core, database_url, batch_max=5, tell=cut)

    assert dump(database_url) == before
    made_anew(core, database_url)
    assert dump(database_url) == before


def test_a_rebuild_that_is_asked_to_stop_clears_up(core: Core, database_url: str) -> None:
    launch(core)
    followed(core)
    before = dump(database_url)

    with pytest.raises(Stopped):
        made_anew(core, database_url, batch_max=5, keep_on=lambda: False)

    assert dump(database_url) == before
    assert select(database_url, SIDE_SCHEMAS) == []


def test_a_quarantined_view_is_mended_by_a_rebuild(core: Core, database_url: str) -> None:
    launch(core)
    followed(core, [Fails()])
    (stopped,) = progress(core.pool)
    assert stopped.quarantined_at is not None

    made_anew(core, database_url, [ProviderRecord()])

    (mended,) = progress(core.pool)
    assert (mended.quarantined_at, mended.error) == (None, None)
    assert mended.position == one(database_url, HEAD)
    assert one(database_url, "SELECT count(*) FROM views.provider_record WHERE state = 'listed'")


def test_a_fact_that_cannot_be_taken_in_is_named_and_the_old_rows_stay(
    core: Core, database_url: str
) -> None:
    launch(core)
    followed(core)
    before = dump(database_url)
    vetted = select(
        database_url,
        "SELECT notification_id FROM market.facts WHERE topic = 'ProviderVetted' ORDER BY 1",
    )

    with pytest.raises(FoldFailed, match="provider_record cannot take in") as failed:
        made_anew(core, database_url, [Fails()])

    assert failed.value.position == vetted[0][0]
    assert dump(database_url) == before
    assert select(database_url, SIDE_SCHEMAS) == []


def test_two_rebuilds_do_not_meet(core: Core, database_url: str) -> None:
    launch(core)

    def meet(_position: int, _head: int) -> None:
        with pytest.raises(Occupied):
            made_anew(core, database_url)

    with open_session(database_url, name="test") as session:
        assert rebuild(session, VIEWS, core.mapper, tell=meet)


def test_views_that_were_put_in_place_are_on_the_disk(core: Core, database_url: str) -> None:
    launch(core)
    with open_session(database_url, name="test") as session:
        session.execute("SET synchronous_commit = on")
        session.execute(WATCH)

        rebuild(session, VIEWS, core.mapper, batch_max=5)

    assert select(database_url, "SELECT says FROM views.waited") == [("on",)] * len(VIEWS)


def test_a_long_reader_is_waited_for(core: Core, database_url: str) -> None:
    launch(core)
    followed(core)
    with (
        psycopg.connect(database_url) as reader,
        ThreadPoolExecutor(max_workers=1) as threads,
    ):
        reader.execute("SELECT 1 FROM views.provider_record")
        rebuilding = threads.submit(made_anew, core, database_url)
        assert eventually(lambda: one(database_url, WAITS_FOR_A_TABLE) > 0)
        assert not rebuilding.done()
        reader.commit()
        made = rebuilding.result(timeout=20)

    assert len(made) == len(VIEWS)


def test_a_view_that_is_behind_is_put_ahead_and_never_back(core: Core, database_url: str) -> None:
    launch(core)
    for view in VIEWS:
        ViewFollower(core.pool, view, core.mapper).register()

    made_anew(core, database_url, batch_max=3)

    assert {p.position for p in progress(core.pool)} == {one(database_url, HEAD)}


def test_whoever_might_read_a_view_still_may(core: Core, database_url: str) -> None:
    role = f"analyst_{uuid4().hex}"
    select(database_url, f"CREATE ROLE {role}")
    try:
        select(database_url, f"GRANT SELECT ON views.provider_record TO {role}")

        made_anew(core, database_url)

        may = "SELECT has_table_privilege(%s, %s, 'SELECT')"
        assert one(database_url, may, role, "views.provider_record") is True
        assert one(database_url, may, role, "views.offer_board") is False
    finally:
        select(database_url, f"DROP OWNED BY {role}")
        select(database_url, f"DROP ROLE {role}")
