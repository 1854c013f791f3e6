"""Troubles with what is around the program, told in one line; the rest is a fault of ours."""

import os
import sys

from labelmarket.cli.codes import FAILED, WRONG


def leave_stdout() -> None:
    """Let go of an output that takes nothing more: what is left would fail again at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def told(error: Exception) -> tuple[int, str] | None:
    """The exit code and the line for a trouble with the database; None for anything else."""
    import psycopg

    from labelmarket.application.ports import Unavailable
    from labelmarket.bootstrap.database import DatabaseUnreachable, first_line
    from labelmarket.bootstrap.tokens import TokenRefused
    from labelmarket.migrations.runner import MigrationMismatch

    match error:
        case MigrationMismatch():
            return WRONG, str(error)
        case psycopg.errors.UndefinedTable() | psycopg.errors.InvalidSchemaName():
            return FAILED, "this database holds no market yet; run `labelmarket migrate`"
        case DatabaseUnreachable() | TokenRefused() | Unavailable() | psycopg.Error():
            return FAILED, first_line(error)
    return None
