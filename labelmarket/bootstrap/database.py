"""Which database a command speaks to, and whether it answers at all."""

import time
from pathlib import Path

import psycopg

from labelmarket.adapters.embedded.addresses import read_addresses
from labelmarket.settings import SettingMissing, database_url_in, environment

PATIENCE_S = 3.0
PAUSE_S = 0.25
CONNECT_S_MAX = 5


class DatabaseUnreachable(Exception):
    """Nobody can be spoken to there; the sentence says why."""


def find_database(data: Path | None) -> str:
    """The database of a running market's data folder, or the one that is configured."""
    if data is None:
        return database_url_in(environment())
    try:
        addresses = read_addresses(data)
    except OSError as error:
        raise SettingMissing(f"cannot read {data}: {error.strerror}") from error
    if addresses is None:
        raise SettingMissing(f"no market runs on {data}; start `labelmarket up --data {data}`")
    return addresses.database_url


def reach(database_url: str) -> None:
    """Return when the database answers. A server that restarts is waited for a little.

    Raises `DatabaseUnreachable`.
    """
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            psycopg.connect(database_url, connect_timeout=CONNECT_S_MAX).close()
        except psycopg.ProgrammingError as error:
            # What libpq says here may repeat a password.
            raise DatabaseUnreachable("DATABASE_URL is no address of a PostgreSQL") from error
        except psycopg.OperationalError as error:
            if time.monotonic() + PAUSE_S >= deadline:
                raise DatabaseUnreachable(f"no database answers: {first_line(error)}") from error
            time.sleep(PAUSE_S)
        else:
            return


def first_line(error: Exception) -> str:
    """What an error says, without the hints below it."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
