"""What the machine must offer before anything is installed on it."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from tools.trouble import Trouble

SPACE_NEEDED_BYTES = 800_000_000
GLIBC_OLDEST = (2, 28)
SERVER_ADDRESSES = ("DATABASE_URL", "REDIS_URL")


def libc() -> str:
    """Name the C library and its version; empty where it is not glibc."""
    try:
        return os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (AttributeError, ValueError, OSError):
        return ""


def runs_bundled_servers(*, platform: str, libc_name: str, environ: Mapping[str, str]) -> bool:
    """Tell whether the bundled PostgreSQL and Valkey can run here.

    Raises Trouble where they cannot and no other servers are named.
    """
    if platform != "linux" or _is_new_enough(libc_name):
        return True
    if all(environ.get(name) for name in SERVER_ADDRESSES):
        return False
    raise Trouble(
        "the bundled PostgreSQL and Valkey need glibc 2.28;"
        " use a glibc system, or set DATABASE_URL and REDIS_URL"
    )


def refuse_full_disk(root: Path, *, needed_bytes: int = SPACE_NEEDED_BYTES) -> None:
    free_bytes = shutil.disk_usage(root).free
    if free_bytes < needed_bytes:
        raise Trouble(
            f"no space on the disk: .venv needs {needed_bytes // 10**6} MB,"
            f" {free_bytes // 10**6} MB are free at {root}"
        )


def _is_new_enough(libc_name: str) -> bool:
    kind, _, version = libc_name.partition(" ")
    numbers = version.split(".")
    if kind != "glibc" or len(numbers) < 2 or not all(part.isdecimal() for part in numbers[:2]):
        return False
    return (int(numbers[0]), int(numbers[1])) >= GLIBC_OLDEST
