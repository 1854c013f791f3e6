"""Connections to PostgreSQL, and how long anybody waits for one."""

import time
from collections.abc import Callable
from typing import TypeVar

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool

STATEMENT_TIMEOUT_MS = 5_000
LOCK_TIMEOUT_MS = 3_000
IDLE_IN_TRANSACTION_TIMEOUT_MS = 30_000
REQUEST_DEADLINE_S = 5.0
RETRY_PAUSE_S = 0.05

Pool = ConnectionPool[psycopg.Connection[TupleRow]]
T = TypeVar("T")

_LOST = (psycopg.OperationalError, psycopg.InterfaceError)
"""The connection or the server is gone, or did not answer in time."""


def open_pool(database_url: str, *, name: str, size_max: int) -> Pool:
    """A pool that opens connections as they are needed; closes with `pool.close()`."""

    def configure(connection: psycopg.Connection[TupleRow]) -> None:
        connection.autocommit = True
        connection.execute(
            f"SET statement_timeout = {STATEMENT_TIMEOUT_MS};"
            f"SET lock_timeout = {LOCK_TIMEOUT_MS};"
            f"SET idle_in_transaction_session_timeout = {IDLE_IN_TRANSACTION_TIMEOUT_MS}"
        )

    return ConnectionPool(
        database_url,
        kwargs={"application_name": f"labelmarket {name}", "connect_timeout": 5},
        min_size=1,
        max_size=size_max,
        configure=configure,
        timeout=REQUEST_DEADLINE_S,
        reconnect_timeout=REQUEST_DEADLINE_S,
        open=True,
    )


def patiently(pool: Pool, ask: Callable[[psycopg.Connection[TupleRow]], T]) -> T:
    """Ask again when the server was restarted, within the request's deadline.

    Only for what is harmless when done twice: reads, and appends under a key.
    """
    deadline = time.monotonic() + REQUEST_DEADLINE_S
    while True:
        try:
            with pool.connection(timeout=max(0.05, deadline - time.monotonic())) as connection:
                return ask(connection)
        except _LOST as error:
            refused = isinstance(error, psycopg.errors.QueryCanceled)
            if refused or time.monotonic() + RETRY_PAUSE_S >= deadline:
                raise
            time.sleep(RETRY_PAUSE_S)
