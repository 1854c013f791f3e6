"""Connections to PostgreSQL, and how long anybody waits for one or for an answer."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolClosed

from labelmarket.adapters.postgres.roles import AS_APPLICATION
from labelmarket.application.ports import Unavailable

STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 3_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000
REQUEST_DEADLINE_S = 5.0
RETRY_PAUSE_S = 0.05
CONNECTION_S_MAX = 1.0
RECONNECT_S_MAX = 0.5
"""The pool's pauses between attempts double, and would sleep over a server that is back. So
an attempt is short, and whoever still wants a connection has another one made."""
ANSWER_S_MAX = 6.0
ANSWER_SLACK_S = 1.0
"""The server's own word about a timeout comes first; these are for one that is silent."""

T = TypeVar("T")

_LOST = (psycopg.OperationalError, psycopg.InterfaceError)
"""The connection or the server is gone, or did not answer in time."""


class BoundedConnection(psycopg.Connection[TupleRow]):
    """Hangs up when an answer does not come in time, even from a server that stands still."""

    _answer_by_s: float | None = None

    @contextmanager
    def answering_by(self, deadline_s: float) -> Iterator[None]:
        """Within this block, answers are waited for until a moment of the monotonic clock."""
        self._answer_by_s = deadline_s
        try:
            yield
        finally:
            self._answer_by_s = None

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        bound = ANSWER_S_MAX if timeout is None else timeout
        if self._answer_by_s is not None:
            bound = max(0.0, min(bound, self._answer_by_s - time.monotonic()))
        try:
            return super().wait(gen, interval=interval, timeout=bound)
        except psycopg.OperationalError:
            # Whatever was asked may still be answered: nobody else may get that answer.
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise


Pool = ConnectionPool[BoundedConnection]


def open_pool(
    database_url: str,
    *,
    name: str,
    size_max: int,
    connection_class: type[BoundedConnection] = BoundedConnection,
) -> Pool:
    """A pool that opens connections as they are needed; closes with `pool.close()`."""

    def configure(connection: psycopg.Connection[TupleRow]) -> None:
        connection.autocommit = True
        connection.execute(
            f"SET statement_timeout = {STATEMENT_TIMEOUT_MS};"
            f"SET lock_timeout = {LOCK_TIMEOUT_MS};"
            f"SET idle_in_transaction_session_timeout = {IDLE_IN_TRANSACTION_TIMEOUT_MS};"
            f"{AS_APPLICATION}"
        )

    return ConnectionPool(
        database_url,
        connection_class=connection_class,
        kwargs={"application_name": f"labelmarket {name}", "connect_timeout": 5},
        min_size=1,
        max_size=size_max,
        configure=configure,
        timeout=CONNECTION_S_MAX,
        reconnect_timeout=RECONNECT_S_MAX,
        open=True,
    )


def patiently(pool: Pool, ask: Callable[[psycopg.Connection[TupleRow]], T]) -> T:
    """Ask again when the server was restarted, within the request's deadline.

    Only for what is harmless when done twice: reads, and appends under a key. Raises
    `Unavailable` when there was no answer, or the server gave up on it.
    """
    deadline = time.monotonic() + REQUEST_DEADLINE_S
    while True:
        try:
            left_s = max(0.05, min(CONNECTION_S_MAX, deadline - time.monotonic()))
            with (
                pool.connection(timeout=left_s) as connection,
                connection.answering_by(deadline + ANSWER_SLACK_S),
            ):
                return ask(connection)
        except _LOST as error:
            given_up = isinstance(error, (psycopg.errors.QueryCanceled, PoolClosed))
            if given_up or time.monotonic() + RETRY_PAUSE_S >= deadline:
                raise Unavailable(str(error)) from error
            time.sleep(RETRY_PAUSE_S)
