"""What is configured from outside: read once, at the start of a process."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

DEFAULT_PORT = 8000


class SettingMissing(Exception):
    """A setting that this process cannot do without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the servers are, and where files lie."""

    database_url: str
    redis_url: str
    data: Path
    host: str
    port: int

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        missing = [n for n in ("DATABASE_URL", "REDIS_URL") if not environment.get(n)]
        if missing:
            raise SettingMissing(f"set {' and '.join(missing)}, or use `labelmarket up`")
        return cls(
            database_url=environment["DATABASE_URL"],
            redis_url=environment["REDIS_URL"],
            data=Path(environment.get("LABELMARKET_DATA", "labelmarket-data")).resolve(),
            host=environment.get("LABELMARKET_HOST", "127.0.0.1"),
            port=int(environment.get("LABELMARKET_PORT", str(DEFAULT_PORT))),
        )


def database_url_in(environment: Mapping[str, str]) -> str:
    """Where the database answers, for commands that need nothing else."""
    if not environment.get("DATABASE_URL"):
        raise SettingMissing("set DATABASE_URL, or use `labelmarket up`")
    return environment["DATABASE_URL"]


def environment() -> dict[str, str]:
    """The process's environment, as it is now."""
    return dict(os.environ)
