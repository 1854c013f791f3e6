"""The whole market as one tree of processes: what `labelmarket up` runs."""

import sys
from collections.abc import Callable
from pathlib import Path

from labelmarket.adapters.embedded.servers import DataFolderBusy, ServerUnavailable
from labelmarket.bootstrap.tokens import first_operator
from labelmarket.bootstrap.up import PortTaken, up
from labelmarket.migrations.runner import MigrationMismatch, migrate
from labelmarket.settings import environment

CHILDREN = ("serve", "follow", "work")


def run_up(*, data: Path, host: str, port: int) -> int:
    """Run until stopped. Troubles with the surroundings are one line and exit code 2."""
    try:
        return start_up(
            data=data,
            host=host,
            port=port,
            announce=lambda line: print(line, flush=True),
            first_run=first_operator,
            cache=data.resolve() / "cache",
        )
    except DataFolderBusy as error:
        print(f"labelmarket: {error}", file=sys.stderr)
        return 2


def start_up(
    *,
    data: Path,
    host: str,
    port: int,
    announce: Callable[[str], None],
    first_run: Callable[[str], str | None],
    cache: Path,
) -> int:
    """Run the process tree. Raises DataFolderBusy; every other trouble is told here."""
    surroundings = environment()
    surroundings.setdefault("NUMBA_CACHE_DIR", str(cache / "numba"))
    try:
        return up(
            data=data,
            host=host,
            port=port,
            announce=announce,
            environment=surroundings,
            migrate=_migrate,
            first_run=first_run,
            children={n: [sys.executable, "-m", "labelmarket.cli", n] for n in CHILDREN},
        )
    except (MigrationMismatch, PortTaken, ServerUnavailable) as error:
        print(f"labelmarket: {error}", file=sys.stderr)
        return 2


def _migrate(database_url: str) -> None:
    migrate(database_url)
