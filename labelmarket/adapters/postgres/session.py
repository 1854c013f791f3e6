"""A connection of its own for long work: what it locks is held as long as it lives."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

from labelmarket.adapters.postgres.pool import LOCK_TIMEOUT_MS, T
from labelmarket.adapters.postgres.roles import AS_APPLICATION

STATEMENT_TIMEOUT_S = 60
ANSWER_S_MAX = 70.0
IDLE_IN_TRANSACTION_TIMEOUT_S = 60
CONNECT_TIMEOUT_S = 5
HOLD_TIMEOUT_MS = 1_000
"""One that was killed may still be finishing a statement."""


class Session(psycopg.Connection[TupleRow]):
    """Waits for long statements, but not for ever for a server that stands still."""

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        bound = ANSWER_S_MAX if timeout is None else timeout
        try:
            return super().wait(gen, interval=interval, timeout=bound)
        except psycopg.OperationalError:
            # Whatever was asked may still be answered: nobody else may get that answer.
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise


class Occupied(Exception):
    """Somebody else does the same work right now."""


@contextmanager
def open_session(database_url: str, *, name: str) -> Iterator[Session]:
    with Session.connect(
        database_url,
        autocommit=True,
        application_name=f"labelmarket {name}",
        connect_timeout=CONNECT_TIMEOUT_S,
    ) as session:
        session.execute(
            f"SET statement_timeout = '{STATEMENT_TIMEOUT_S}s';"
            f"SET lock_timeout = {LOCK_TIMEOUT_MS};"
            f"SET idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION_TIMEOUT_S}s';"
            # The server lets go soon of what a client held that is gone.
            "SET client_connection_check_interval = '2s';"
            "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5;"
            "SET tcp_keepalives_count = 3;"
            f"{AS_APPLICATION}"
        )
        yield session


def hold(session: Session, work: str) -> None:
    """Be the only one at some work until the session ends. Raises `Occupied`.

    All that the work does goes through the same session, so whoever loses the lock with
    its connection can do no more either.
    """
    try:
        with session.transaction():
            session.execute(f"SET LOCAL lock_timeout = {HOLD_TIMEOUT_MS}")
            session.execute("SELECT pg_advisory_lock(8, hashtext(%s))", (work,))
    except psycopg.errors.LockNotAvailable:
        raise Occupied(f"somebody else is at it right now: {work}") from None
