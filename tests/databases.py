"""Migrated databases for tests: emptied and used again, which is far cheaper than a new one."""

from uuid import uuid4

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow

from labelmarket.migrations.runner import migrate

SHAPE = """
SELECT md5(string_agg(part, ' ' ORDER BY part)) FROM (
    SELECT format('%s %s %s', c.relkind, n.nspname, c.relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    UNION ALL SELECT format('%s %s %s', n.nspname, n.oid, n.nspacl) FROM pg_namespace n
        WHERE n.nspname !~ '^pg_'
    UNION ALL SELECT format('%s %s', t.oid, t.tgenabled) FROM pg_trigger t
    UNION ALL
    SELECT format('%s %s %s %s', a.attrelid::regclass, a.attname, a.atttypid, a.attnotnull)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
        WHERE c.relnamespace::regnamespace::text IN ('market', 'views') AND a.attnum > 0
    UNION ALL SELECT format('%s %s', n.conrelid::regclass, n.conname) FROM pg_constraint n
    UNION ALL SELECT format('%s %s %s', p.oid, p.xmin, p.proname) FROM pg_proc p
        WHERE p.pronamespace::regnamespace::text IN ('market', 'views', 'public')
) AS parts (part)
"""
LEFT_OVER = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
TABLES = """
SELECT format('%I.%I', schemaname, tablename) FROM pg_tables
WHERE schemaname IN ('market', 'views') AND tablename <> 'identity'
"""
SEQUENCES = """
SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences
WHERE schemaname IN ('market', 'views')
"""
ANOTHER_ONE = "UPDATE market.identity SET id = gen_random_uuid()"


class Databases:
    """Give a database back only after its test has closed what it had opened there."""

    def __init__(self, servers_url: str) -> None:
        self.servers_url = servers_url
        self._spare: list[str] = []
        self._shapes: dict[str, str] = {}

    def take(self) -> str:
        """The address of a database that is as the migrations make it."""
        if self._spare:
            return self._spare.pop()
        name = f"test_{uuid4().hex}"
        with psycopg.connect(self.servers_url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
            # Nothing here outlives the server, so no commit waits for the disk.
            connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off".encode())
        url = make_conninfo(self.servers_url, dbname=name)
        migrate(url)
        with psycopg.connect(url, autocommit=True) as connection:
            self._shapes[url] = _shape(connection)
        return url

    def give_back(self, url: str) -> None:
        """Empty a database for the next test; one whose shape was changed is not used again."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(LEFT_OVER)
            if _shape(connection) == self._shapes[url]:
                _empty(connection)
                self._spare.append(url)


def _shape(connection: psycopg.Connection[TupleRow]) -> str:
    row = connection.execute(SHAPE).fetchone()
    assert row is not None
    return str(row[0])


def _empty(connection: psycopg.Connection[TupleRow]) -> None:
    # History is never changed, so the triggers have to look away.
    connection.execute("SET session_replication_role = replica")
    for (table,) in connection.execute(TABLES).fetchall():
        connection.execute(f"DELETE FROM {table}".encode())  # noqa: S608 - as just read
    connection.execute(SEQUENCES)
    connection.execute(ANOTHER_ONE)
