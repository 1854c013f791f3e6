"""Roles: the application adds facts and changes none, auditors read, and the rest is said."""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from labelmarket.adapters.embedded.servers import Addresses, BundledServers
from labelmarket.adapters.postgres.audit import examine
from labelmarket.adapters.postgres.digests import digests
from labelmarket.adapters.postgres.feed import ViewFollower
from labelmarket.adapters.postgres.rebuild import SIDE, rebuild
from labelmarket.adapters.postgres.replay import replay
from labelmarket.adapters.postgres.session import open_session
from labelmarket.application.access import MARKET
from labelmarket.application.audit import Examination
from labelmarket.application.mapping import FactMapper
from labelmarket.application.views.all import VIEWS
from labelmarket.bootstrap.core import Core, open_core
from labelmarket.domain.facts import FACTS
from labelmarket.migrations.runner import Step, migrate, steps
from tests.adapters.postgres.scene import Record, launch, one, select

APP, AUDIT = "labelmarket_app", "labelmarket_audit"
MAPPER = FactMapper(FACTS)
HEAD = "SELECT count(*) FROM market.facts"
BEFORE_ROLES = tuple(step for step in steps() if step.number < 6)
VIEWS_BEFORE_ROLES = tuple(
    view for view in VIEWS if any(f"'{view.name}'" in step.sql for step in BEFORE_ROLES)
)
NOT_IN_FORCE = "not in force"
AS_FACTS = "SELECT * FROM market.facts"
MAY_APPEND = """
SELECT bool_or(has_function_privilege(oid, 'EXECUTE')) FROM pg_proc
WHERE proname = 'append' AND pronamespace = 'market'::regnamespace
"""

MakeLogin = Callable[..., str]


@pytest.fixture
def bare_url(servers: Addresses) -> Iterator[str]:
    """An empty database."""
    name = f"roles_{uuid4().hex}"
    select(servers.database_url, f"CREATE DATABASE {name}")
    yield make_conninfo(servers.database_url, dbname=name)
    select(servers.database_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def login(servers: Addresses) -> MakeLogin:
    """Makes logins that are no superusers, members of one role or of none."""

    def make(database_url: str, *, member_of: str | None = None) -> str:
        name = f"login_{uuid4().hex}"
        select(servers.database_url, f"CREATE ROLE {name} LOGIN")
        if member_of is not None:
            select(servers.database_url, f"GRANT {member_of} TO {name}")
        return make_conninfo(database_url, user=name)

    return make


def follow(core: Core) -> None:
    for view in VIEWS:
        follower = ViewFollower(core.pool, view, core.mapper)
        follower.register()
        while follower.advance():
            pass


def play(database_url: str) -> None:
    """A launched project, followed by all views."""
    with open_core(database_url, name="test", connections_max=4) as core:
        launch(core)
        follow(core)


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("UPDATE market.facts SET state = ''", "permission denied for table facts"),
        ("DELETE FROM market.facts", "permission denied for table facts"),
        ("TRUNCATE market.facts", "permission denied for table facts"),
        (f"INSERT INTO market.facts {AS_FACTS}", "permission denied for table facts"),
        ("ALTER TABLE market.facts ADD COLUMN more text", "must be owner of table facts"),
        ("ALTER TABLE market.facts DISABLE TRIGGER ALL", "must be owner of table facts"),
        ("DROP TRIGGER facts_stay ON market.facts", "must be owner of relation facts"),
        ("DROP TABLE market.facts", "must be owner of table facts"),
        ("DROP SCHEMA market CASCADE", "must be owner of schema market"),
        ("SELECT setval('market.facts_notification_id_seq', 1)", "permission denied for sequence"),
        ("UPDATE market.commands SET answer = ''", "permission denied for table commands"),
        ("UPDATE market.identity SET id = gen_random_uuid()", "permission denied for table"),
        ("CREATE TABLE market.more (id integer)", "permission denied for schema market"),
        ("SET session_replication_role = replica", "permission denied to set parameter"),
        ("SELECT market.grant_roles()", "permission denied for function"),
    ],
)
def test_the_application_is_refused_what_would_change_history(
    database_url: str, statement: str, refusal: str
) -> None:
    # Given a market in use
    with open_core(database_url, name="test", connections_max=4) as core:
        core.market.handle(Record(), by=MARKET)
        before = select(database_url, AS_FACTS)
        # When one of its own connections asks for more than it may
        with (
            core.pool.connection() as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege, match=refusal),
        ):
            connection.execute(statement.encode())
    # Then all is as it was
    assert select(database_url, AS_FACTS) == before


def test_connections_act_as_the_application(database_url: str) -> None:
    with (
        open_core(database_url, name="test", connections_max=4) as core,
        core.pool.connection() as pooled,
        open_session(database_url, name="test") as session,
    ):
        for connection in (pooled, session):
            assert connection.execute("SELECT current_user").fetchone() == (APP,)


def test_a_login_that_is_only_a_member_runs_the_market_and_makes_its_views_anew(
    database_url: str, login: MakeLogin
) -> None:
    # Given a login that owns nothing
    url = login(database_url, member_of=APP)
    # When it plays, follows, and makes every view anew
    play(url)
    with open_session(url, name="test") as session:
        before = digests(session, VIEWS, schema="views")
        made = rebuild(session, VIEWS, MAPPER)
        after = digests(session, VIEWS, schema="views")
    # Then the new views are as the old ones were, and can be followed and made anew once more
    assert after == before
    assert {one_made.position for one_made in made} == {one(database_url, HEAD)}
    play(url)
    with open_session(url, name="test") as session:
        assert len(rebuild(session, VIEWS, MAPPER)) == len(VIEWS)


def test_a_login_for_audits_verifies_the_log_and_reads_rebuilt_views(
    database_url: str, login: MakeLogin
) -> None:
    # Given views that were made anew
    play(database_url)
    with open_session(database_url, name="test") as session:
        rebuild(session, VIEWS, MAPPER)
    # When an auditor looks
    with open_session(login(database_url, member_of=AUDIT), name="test") as session:
        examination = Examination(MAPPER)
        finding = examine(session, examination, tell=lambda _position: None)
        rows = digests(session, VIEWS, schema="views")
    # Then all of it is there
    assert finding is None
    assert examination.position == one(database_url, HEAD)
    assert sum(digest.rows for digest in rows) > 0


def test_a_login_for_audits_changes_nothing(database_url: str, login: MakeLogin) -> None:
    url = login(database_url, member_of=AUDIT)
    tables = select(
        database_url,
        "SELECT schemaname || '.' || tablename FROM pg_tables"
        " WHERE schemaname IN ('market', 'views')",
    )
    assert len(tables) > len(VIEWS)
    attempts = [f"{act} {table}" for (table,) in tables for act in ("DELETE FROM", "TRUNCATE")]
    for attempt in [*attempts, f"CREATE SCHEMA {SIDE}", f"SET ROLE {APP}"]:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            select(url, attempt)
    assert one(database_url, MAY_APPEND) is True
    assert one(url, MAY_APPEND) is False


def test_somebody_without_a_role_sees_nothing(database_url: str, login: MakeLogin) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        select(login(database_url), AS_FACTS)


def test_a_database_from_before_the_roles_goes_on(bare_url: str) -> None:
    # Given a market of an earlier program, played, with a replay and what a rebuild left
    migrate(bare_url, plan=BEFORE_ROLES)
    play(bare_url)
    with open_session(bare_url, name="test") as session:
        replay(session, VIEWS_BEFORE_ROLES, MAPPER, to=3, schema="past")
        session.execute(f"CREATE SCHEMA {SIDE}; CREATE TABLE {SIDE}.offer_board (id integer)")
        before = digests(session, VIEWS_BEFORE_ROLES, schema="views")
    # When it is brought to the newest schema
    assert migrate(bare_url)[0] == "0006_roles.sql"
    # Then its connections are the application's, and it replays, rebuilds and goes on
    with open_session(bare_url, name="test") as session:
        assert session.execute("SELECT current_user").fetchone() == (APP,)
        replay(session, VIEWS, MAPPER, to=4, schema="past")
        rebuild(session, VIEWS, MAPPER)
        assert digests(session, VIEWS_BEFORE_ROLES, schema="views") == before
    play(bare_url)


def test_the_market_goes_on_between_a_step_that_replaces_the_append_and_the_next_one(
    bare_url: str,
) -> None:
    # Given a market in use, whose append is replaced by the next step
    migrate(bare_url, plan=tuple(step for step in steps() if step.number < 7))
    with open_core(bare_url, name="test", connections_max=4) as core:
        core.market.handle(Record(), by=MARKET)
        # When the migration dies at the step after it
        dying = Step(number=9999, name="9999_dying.sql", sql="SELECT 1 / 0")
        with pytest.raises(psycopg.errors.DivisionByZero):
            migrate(bare_url, plan=(*steps(), dying))
        # Then the application records as before
        core.market.handle(Record(), by=MARKET)
    assert one(bare_url, HEAD) == 2


def test_what_later_steps_add_is_granted_too(bare_url: str) -> None:
    migrate(bare_url)
    select(bare_url, "CREATE TABLE market.later (id integer)")
    select(bare_url, "SELECT views.make_table('later')")

    migrate(bare_url)

    with open_session(bare_url, name="test") as session:
        session.execute("INSERT INTO market.later VALUES (1)")
        session.execute("ALTER TABLE views.later SET SCHEMA views")


def test_an_owner_who_may_not_grant_is_told_and_the_triggers_stay(
    bare_url: str, login: MakeLogin, caplog: pytest.LogCaptureFixture
) -> None:
    # Given a database whose user may make schemas and nothing else
    url = login(bare_url)
    dbname = one(bare_url, "SELECT current_database()")
    user = one(url, "SELECT current_user")
    select(bare_url, f'GRANT CREATE ON DATABASE {dbname} TO "{user}"')
    select(bare_url, f'GRANT CREATE ON SCHEMA public TO "{user}"')
    # When it migrates
    with caplog.at_level(logging.WARNING):
        migrate(url)
    # Then it is told, the market works as that user, and facts still cannot be changed
    assert NOT_IN_FORCE in caplog.text
    play(url)
    with open_session(url, name="test") as session:
        assert session.execute("SELECT current_user").fetchone() == (user,)
        rebuild(session, VIEWS, MAPPER)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="facts are never changed"):
        select(url, "DELETE FROM market.facts")
    # And when an administrator has said the statements of decision 0010
    for statement in _statements():
        select(bare_url, statement.replace("the_database", dbname).replace("the_owner", user))
    caplog.clear()
    migrate(url)
    # Then the roles are in force
    assert NOT_IN_FORCE not in caplog.text
    play(url)
    with open_session(url, name="test") as session:
        assert session.execute("SELECT current_user").fetchone() == (APP,)
        rebuild(session, VIEWS, MAPPER)


def test_databases_of_one_server_are_migrated_at_once(tmp_path: Path) -> None:
    # Given a server that has no roles yet
    with BundledServers(tmp_path) as servers:
        url = servers.start().database_url
        names = [f"market_{number}" for number in range(3)]
        for name in names:
            select(url, f"CREATE DATABASE {name}")
        urls = [make_conninfo(url, dbname=name) for name in names]
        # When several databases are migrated at the same moment
        with ThreadPoolExecutor(max_workers=len(urls)) as threads:
            list(threads.map(migrate, urls))
        # Then each of them knows the roles
        for one_url in urls:
            with open_session(one_url, name="test") as session:
                assert session.execute("SELECT current_user").fetchone() == (APP,)


def _statements() -> list[str]:
    """What the decision tells an administrator to say, as far as it is not said yet."""
    text = (Path(__file__).parents[2] / "docs/decisions/0010-roles.md").read_text("utf-8")
    block = text.split("```sql\n")[1].split("```")[0]
    return [line for line in block.splitlines() if line and not line.startswith("CREATE ROLE")]
