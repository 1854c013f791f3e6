"""The whole market as one tree of processes: what `labelmarket up` runs."""

import sys
from pathlib import Path

from labelmarket.adapters.embedded.servers import DataFolderBusy, ServerUnavailable
from labelmarket.bootstrap.tokens import first_operator
from labelmarket.bootstrap.up import PortTaken, up
from labelmarket.migrations.runner import MigrationMismatch, migrate
from labelmarket.settings import environment

CHILDREN = ("serve", "follow", "work")


def run_up(*, data: Path, host: str, port: int) -> int:
    """Run until stopped. Troubles with the surroundings are one line and exit code 2."""
    surroundings = environment()
    surroundings.setdefault("NUMBA_CACHE_DIR", str(data.resolve() / "cache" / "numba"))
    try:
        return up(
            data=data,
            host=host,
            port=port,
            announce=lambda line: print(line, flush=True),
            environment=surroundings,
            migrate=_migrate,
            first_run=first_operator,
            children={n: [sys.executable, "-m", "labelmarket.cli", n] for n in CHILDREN},
        )
    except (DataFolderBusy, MigrationMismatch, PortTaken, ServerUnavailable) as error:
        print(f"labelmarket: {error}", file=sys.stderr)
        return 2


def _migrate(database_url: str) -> None:
    migrate(database_url)
