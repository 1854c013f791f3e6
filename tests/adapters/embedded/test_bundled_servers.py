"""The bundled servers, really started: they answer, hold their data, and leave nothing behind."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from process_watch import (
    end,
    eventually,
    is_alive,
    sockets_of,
    start_supervisor,
    with_children,
)
from redis import Redis
from redis.exceptions import ConnectionError as RedisUnreachable

from labelmarket.adapters.embedded.addresses import read_addresses
from labelmarket.adapters.embedded.servers import (
    Addresses,
    BundledServers,
    DataFolderBusy,
    ServerUnavailable,
)

START_WITHOUT_ROOM = """
import resource, sys
from pathlib import Path
from labelmarket.adapters.embedded.addresses import read_addresses
from labelmarket.adapters.embedded.servers import BundledServers, ServerUnavailable

resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    BundledServers(Path(sys.argv[1])).start()
except ServerUnavailable as error:
    print(error)
"""
Started = tuple[BundledServers, Addresses]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder that was started once and stopped: making one takes a second."""
    data = tmp_path_factory.mktemp("made") / "market"
    with BundledServers(data):
        pass
    yield data
    shutil.rmtree(data)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    """A place for a data folder; a database is too large to be left behind by every test."""
    yield tmp_path / "market"
    shutil.rmtree(tmp_path)


@pytest.fixture(scope="module")
def started(made: Path) -> Iterator[Started]:
    data = shutil.copytree(made, made.with_name("started"))
    with BundledServers(data) as servers:
        yield servers, servers.start()
    shutil.rmtree(data)


def rows(database_url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(database_url, autocommit=True, connect_timeout=2) as connection:
        cursor = connection.execute(statement.encode())
        return [] if cursor.description is None else cursor.fetchall()


def kill(servers: BundledServers, name: str) -> int:
    pid = servers.pids()[name]
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


def test_postgres_and_valkey_answer_once_started(started: Started) -> None:
    _, addresses = started
    assert rows(addresses.database_url, "SELECT 6 * 7") == [(42,)]
    with Redis.from_url(addresses.redis_url) as client:
        assert client.ping() is True


def test_postgres_is_durable_and_listens_on_no_port(started: Started) -> None:
    _, addresses = started
    names = "'fsync','synchronous_commit','listen_addresses','server_encoding','jit'"
    asked = f"SELECT name, setting FROM pg_settings WHERE name IN ({names})"  # noqa: S608
    assert dict(rows(addresses.database_url, asked)) == {  # type: ignore[arg-type]
        "fsync": "on",
        "synchronous_commit": "on",
        "listen_addresses": "",
        "server_encoding": "UTF8",
        "jit": "off",
    }


def test_postgres_sorts_text_by_code_point_whatever_the_machine(started: Started) -> None:
    _, addresses = started
    asked = "SELECT datlocprovider::text, datlocale FROM pg_database WHERE datname = 'postgres'"
    assert rows(addresses.database_url, asked) == [("b", "C.UTF-8")]


def test_valkey_is_durable_and_listens_on_no_port(started: Started) -> None:
    _, addresses = started
    wanted = {
        "port": "0",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
    }
    with Redis.from_url(addresses.redis_url, decode_responses=True) as client:
        assert {name: client.config_get(name)[name] for name in wanted} == wanted


def test_only_the_owner_may_enter_the_socket_folder(started: Started) -> None:
    _, addresses = started
    assert sockets_of(addresses.redis_url).stat().st_mode & 0o777 == 0o700


def test_a_second_start_on_the_folder_is_refused_and_names_folder_and_owner(
    started: Started, tmp_path: Path
) -> None:
    servers, addresses = started
    same_folder = tmp_path / "link"
    same_folder.symlink_to(servers._data)
    with pytest.raises(DataFolderBusy) as refused:
        BundledServers(same_folder).start()
    assert str(servers._data) in str(refused.value)
    assert str(os.getpid()) in str(refused.value)
    assert rows(addresses.database_url, "SELECT 1") == [(1,)]


def test_other_commands_find_the_addresses_in_the_data_folder(started: Started) -> None:
    servers, addresses = started
    assert read_addresses(servers._data) == addresses


def test_a_killed_postgres_comes_back_with_what_was_committed(started: Started) -> None:
    servers, addresses = started
    rows(addresses.database_url, "CREATE TABLE kept AS SELECT 'committed' AS word")
    killed = kill(servers, "postgres")

    def is_back() -> bool:
        servers.tend()
        try:
            return rows(addresses.database_url, "SELECT word FROM kept") == [("committed",)]
        except psycopg.OperationalError:
            return False

    assert eventually(is_back, seconds_max=10)
    assert servers.pids()["postgres"] != killed


def test_a_killed_valkey_comes_back_with_what_was_written(started: Started) -> None:
    servers, addresses = started
    with Redis.from_url(addresses.redis_url, decode_responses=True) as client:
        client.set("word", "written")
        client.execute_command("WAITAOF", 1, 0, 5000)
        killed = kill(servers, "valkey")

        def is_back() -> bool:
            servers.tend()
            try:
                return bool(client.get("word") == "written")
            except RedisUnreachable:
                return False

        assert eventually(is_back, seconds_max=10)
    assert servers.pids()["valkey"] != killed


def test_stop_leaves_no_process_no_socket_and_a_folder_that_starts_again(made: Path) -> None:
    servers = BundledServers(made)
    addresses = servers.start()
    sockets = sockets_of(addresses.redis_url)
    with psycopg.connect(addresses.database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE stopped (word text)")
        pids = with_children(pid for pid in servers.pids().values() if pid is not None)
        servers.stop()
    assert len(pids) > 2
    assert [pid for pid in pids if is_alive(pid)] == []
    assert not sockets.exists()
    assert read_addresses(made) is None
    with servers:
        again = servers.start()
        assert rows(again.database_url, "SELECT * FROM stopped") == []
    assert again == addresses


def test_a_data_folder_removed_under_the_servers_does_not_hold_up_their_stop(
    made: Path, empty: Path
) -> None:
    data = shutil.copytree(made, empty)
    servers = BundledServers(data)
    servers.start()
    pids = with_children(pid for pid in servers.pids().values() if pid is not None)
    shutil.rmtree(data)
    servers.tend()
    servers.stop()
    assert [pid for pid in pids if is_alive(pid)] == []


def test_servers_die_with_their_supervisor_and_the_folder_starts_again(made: Path) -> None:
    supervisor, addresses, pids = start_supervisor(made)
    try:
        rows(addresses["database"], "CREATE TABLE orphaned (word text)")
    finally:
        end(supervisor)
    assert eventually(lambda: not any(map(is_alive, pids.values())), seconds_max=5)
    with BundledServers(made) as servers:
        assert rows(servers.start().database_url, "SELECT * FROM orphaned") == []


def test_a_start_right_after_the_kill_waits_for_the_dying_servers(made: Path) -> None:
    supervisor, addresses, pids = start_supervisor(made)
    with psycopg.connect(addresses["database"], autocommit=True) as busy:
        busy.execute("CREATE TABLE paused (word text)")
        for pid in pids.values():
            os.kill(pid, signal.SIGSTOP)
        end(supervisor)
        for pid in pids.values():
            os.kill(pid, signal.SIGCONT)
        with BundledServers(made) as servers:
            assert rows(servers.start().database_url, "SELECT * FROM paused") == []


def test_a_pid_file_that_names_a_stranger_does_not_bar_the_start(made: Path) -> None:
    with BundledServers(made) as servers:
        owner = (made / "postgres").stat()
        text = (made / "postgres" / "postmaster.pid").read_text(encoding="utf-8")
        servers.stop()
    stale = made / "postgres" / "postmaster.pid"
    stale.write_text(f"{os.getppid()}\n{text.partition(chr(10))[2]}", encoding="utf-8")
    os.chown(stale, owner.st_uid, owner.st_gid)
    with BundledServers(made) as servers:
        assert rows(servers.start().database_url, "SELECT 1") == [(1,)]


def test_a_start_that_fails_says_what_the_server_said_last(empty: Path) -> None:
    (empty / "postgres").mkdir(parents=True)
    (empty / "postgres" / "PG_VERSION").write_text("9\n", encoding="ascii")
    with pytest.raises(ServerUnavailable, match=r"postgres does not run: .*postgresql\.conf"):
        BundledServers(empty).start()


def test_a_disk_without_room_is_told_and_the_start_can_be_repeated(empty: Path) -> None:
    limited = subprocess.run(
        [sys.executable, "-c", START_WITHOUT_ROOM, str(empty)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert "PostgreSQL could not make its database" in limited.stdout
    assert "File too large" in limited.stdout
    with BundledServers(empty) as servers:
        assert rows(servers.start().database_url, "SELECT 1") == [(1,)]


def test_foreign_files_in_the_place_of_the_database_are_left_alone(empty: Path) -> None:
    (empty / "postgres").mkdir(parents=True)
    (empty / "postgres" / "letter").write_text("not a database", encoding="ascii")
    with pytest.raises(ServerUnavailable, match=r"market/postgres holds no database"):
        BundledServers(empty).start()
    assert (empty / "postgres" / "letter").read_text(encoding="ascii") == "not a database"


def test_a_data_folder_that_is_a_file_is_refused(empty: Path) -> None:
    empty.write_text("a file", encoding="ascii")
    with pytest.raises(ServerUnavailable, match=r"cannot use .*market"):
        BundledServers(empty).start()


def test_a_very_long_data_path_still_gets_a_short_socket_path(made: Path, empty: Path) -> None:
    data = shutil.copytree(made, empty / ("long" * 20) / ("path" * 20))
    with BundledServers(data) as servers:
        path = servers.start().redis_url.removeprefix("unix://").partition("?")[0]
        assert len(path.encode()) <= 100
        assert rows(servers.start().database_url, "SELECT 1") == [(1,)]
