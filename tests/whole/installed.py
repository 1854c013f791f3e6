"""The servers that a machine's packages brought, as in a market on servers of one's own.

PostgreSQL from the folders of Debian's packages or from the PATH, Redis or Valkey from the PATH;
the bundled programs stand in for what is not there, or is too old.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from labelmarket.adapters.embedded.binaries import Binaries, find_binaries
from labelmarket.adapters.embedded.kept import run_to_end
from labelmarket.adapters.embedded.postgres import ROLE, STOP_SIGNALS
from labelmarket.adapters.embedded.premises import Premises
from labelmarket.adapters.embedded.programs import Spawner, last_lines
from labelmarket.migrations.runner import SERVER_MIN

DEBIAN = Path("/usr/lib/postgresql")
BROKERS = ("redis-server", "valkey-server")
VERSION_S_MAX = 10.0
INITDB_S_MAX = 120.0
INITDB_OPTIONS = (
    f"--username={ROLE}",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    # Words in the order of a language, as on most servers, and unlike on the bundled ones.
    *("--locale-provider=icu", "--icu-locale=en"),
    "--no-instructions",
)


def installed_binaries() -> Binaries:
    """The machine's own servers, each where there is one."""
    bundled = find_binaries()
    home = next((home for home in _homes() if _fits(home)), bundled.postgres_home)
    broker = next((found for name in BROKERS if (found := shutil.which(name))), None)
    return Binaries(
        postgres_home=home, valkey=bundled.valkey if broker is None else Path(broker).absolute()
    )


def make_cluster(folder: Path, *, premises: Premises, binaries: Binaries, spawner: Spawner) -> None:
    """Make the database's files as a machine's owner would, with programs of any version."""
    program = premises.program(
        name="initdb",
        argv=(str(binaries.initdb), "-D", premises.as_seen_inside(folder), *INITDB_OPTIONS),
        folder=folder,
        death_signal=STOP_SIGNALS[0][0],
        stop_signals=STOP_SIGNALS,
    )
    made = run_to_end(program=program, spawner=spawner, seconds_max=INITDB_S_MAX)
    assert made, last_lines(program.log, since_bytes=0)


def version_of(program: Path) -> str:
    """What a server says of itself."""
    said = subprocess.run(
        [program, "--version"], check=True, capture_output=True, text=True, timeout=VERSION_S_MAX
    )
    return said.stdout.strip()


def _homes() -> Iterator[Path]:
    """Newest first; a link on the PATH leads to where the programs are."""
    numbered = [home for home in DEBIAN.glob("*") if home.name.isdigit()]
    yield from sorted(numbered, key=lambda home: int(home.name), reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parents[1]


def _fits(home: Path) -> bool:
    programs = [home / "bin" / name for name in ("postgres", "initdb")]
    if not all(program.is_file() for program in programs):
        return False
    major = re.search(r"(\d+)", version_of(programs[0]))
    return major is not None and int(major[1]) >= SERVER_MIN
