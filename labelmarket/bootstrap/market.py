"""The whole market as one tree of processes: what `labelmarket up` runs."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from labelmarket.adapters.embedded.servers import DataFolderBusy, ServerUnavailable
from labelmarket.bootstrap.tokens import first_operator
from labelmarket.bootstrap.up import PortTaken, up
from labelmarket.migrations.runner import MigrationMismatch, migrate
from labelmarket.settings import environment

SERVE = ("labelmarket.cli", "serve")
"""The module and its words that answer clients."""


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
    serving: Sequence[str] = SERVE,
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
            children=children(serving),
        )
    except (MigrationMismatch, PortTaken, ServerUnavailable) as error:
        print(f"labelmarket: {error}", file=sys.stderr)
        return 2


def children(serving: Sequence[str] = SERVE) -> dict[str, list[str]]:
    """What each process of the tree is started by."""
    modules = {
        "serve": serving,
        "follow": ("labelmarket.cli", "follow"),
        "work": ("labelmarket.cli", "work"),
    }
    return {name: [sys.executable, "-m", *words] for name, words in modules.items()}


def _migrate(database_url: str) -> None:
    migrate(database_url)
