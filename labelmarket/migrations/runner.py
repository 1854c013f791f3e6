"""Brings a database to the newest schema: numbered steps, each once, under a lock."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files

import psycopg
from psycopg.rows import TupleRow

SERVER_MIN = 15
LOCK = (7_101_001,)
LOCK_TIMEOUT_S = 60
_NAME = re.compile(r"(\d{4})_[a-z0-9_]+\.sql")

LEDGER = """
CREATE TABLE IF NOT EXISTS public.labelmarket_migrations (
    number integer PRIMARY KEY,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
)
"""
APPLIED = "SELECT number, name, sha256 FROM public.labelmarket_migrations ORDER BY number"
APPLY = "INSERT INTO public.labelmarket_migrations (number, name, sha256) VALUES (%s, %s, %s)"
HAS_ROLES = "SELECT to_regprocedure('market.grant_roles()') IS NOT NULL"
GRANT_ROLES = "SELECT market.grant_roles()"

log = logging.getLogger(__name__)


class MigrationMismatch(Exception):
    """The database was migrated with other steps than this program has."""


class ServerTooOld(MigrationMismatch):
    """The schema needs what this PostgreSQL does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return sha256(self.sql.encode()).hexdigest()


def steps() -> tuple[Step, ...]:
    """The steps that come with the program, in order."""
    return tuple(sorted(_steps(), key=lambda step: step.number))


def _steps() -> Iterator[Step]:
    for file in files("labelmarket.migrations").iterdir():
        if match := _NAME.fullmatch(file.name):
            yield Step(number=int(match[1]), name=file.name, sql=file.read_text("utf-8"))


def migrate(database_url: str, *, plan: tuple[Step, ...] | None = None) -> list[str]:
    """Apply what is missing and give the names of it. A killed run can be run again.

    Each step and its ledger row are one transaction, so a step is applied whole or not
    at all. Within it, and in every run, the roles are granted what they need, if that may
    be: processes of the market go on meanwhile. A warning tells when it may not. Raises
    `ServerTooOld`, and `MigrationMismatch` when an applied step has changed since, or when
    the database is newer than the program.
    """
    wanted = steps() if plan is None else plan
    with psycopg.connect(database_url, autocommit=True) as connection:
        _check_server(connection.info.server_version)
        connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT_S}s'")
        connection.execute("SELECT pg_advisory_lock(%s)", LOCK)
        connection.execute(LEDGER)
        applied = {row[0]: row for row in connection.execute(APPLIED).fetchall()}
        _compare(wanted, applied)
        missing = [step for step in wanted if step.number not in applied]
        for step in missing:
            with connection.transaction():
                connection.execute(step.sql.encode())
                connection.execute(APPLY, (step.number, step.name, step.sha256))
                _grant_roles(connection)
        _warn_of(_grant_roles(connection))
    return [step.name for step in missing]


def _compare(wanted: tuple[Step, ...], applied: dict[int, tuple[int, str, str]]) -> None:
    known = {step.number: step for step in wanted}
    for number, name, digest in applied.values():
        if number not in known:
            raise MigrationMismatch(f"the database has step {name}, which this program has not")
        if known[number].sha256 != digest:
            raise MigrationMismatch(f"step {name} was applied with another content")


def _check_server(version: int) -> None:
    found = version // 10_000
    if found < SERVER_MIN:
        raise ServerTooOld(f"PostgreSQL {SERVER_MIN} or later is needed, this is {found}")


def _grant_roles(connection: psycopg.Connection[TupleRow]) -> str | None:
    """Give the roles what they need; or what stood in the way, which changes nothing."""
    if connection.execute(HAS_ROLES).fetchone() != (True,):
        return None
    row = connection.execute(GRANT_ROLES).fetchone()
    assert row is not None
    hindrance: str | None = row[0]
    return hindrance


def _warn_of(hindrance: str | None) -> None:
    """Let the triggers alone keep the facts where roles may not be made or granted."""
    if hindrance is not None:
        log.warning(
            "the roles labelmarket_app and labelmarket_audit are not in force (%s); triggers "
            "still refuse changes of facts; decision 0010 has the statements for an administrator",
            hindrance,
        )
