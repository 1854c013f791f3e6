"""Where running servers answer, written down for other commands on the same data folder."""

import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

FILE = "addresses.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    database_url: str
    redis_url: str


def write_addresses(data: Path, addresses: Addresses) -> None:
    fresh = data / f"{FILE}.new"
    fresh.write_text(json.dumps(asdict(addresses)), encoding="utf-8")
    fresh.replace(data / FILE)


def forget_addresses(data: Path) -> None:
    with suppress(OSError):  # a folder that is gone or read-only must not hold up a stop
        (data / FILE).unlink(missing_ok=True)


def read_addresses(data: Path) -> Addresses | None:
    """Return where the servers of this data folder answer, or None when none were started.

    After a kill the file stays, and nobody answers there until the next start.
    """
    try:
        known = json.loads((data / FILE).read_text(encoding="utf-8"))
        return Addresses(database_url=known["database_url"], redis_url=known["redis_url"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
