"""File locks that end with the processes that hold them, so no pid is ever guessed."""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from labelmarket.adapters.embedded.troubles import DataFolderBusy

POLL_SECONDS = 0.01


def try_lock(path: Path) -> int | None:
    """Lock the file and return its descriptor, or None while somebody else holds it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def wait_until_free(path: Path, *, seconds_max: float) -> bool:
    """Tell whether the last holder let the file go within the bound."""
    deadline = time.monotonic() + seconds_max
    while (descriptor := try_lock(path)) is None:
        if time.monotonic() >= deadline:
            return False
        time.sleep(POLL_SECONDS)
    os.close(descriptor)
    return True


class FolderLock:
    """One living owner per data folder; the death of the owner frees it."""

    def __init__(self, *, folder: Path, name: str) -> None:
        self._folder = folder
        self._path = folder / name
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock or raise DataFolderBusy, naming the folder and, if known, the owner."""
        if self._descriptor is not None:
            return
        descriptor = try_lock(self._path)
        if descriptor is None:
            pid = self._path.read_text(encoding="ascii", errors="replace").strip()
            owner = f" (process {pid})" if pid.isdecimal() else ""
            raise DataFolderBusy(
                f"{self._folder} is in use by another labelmarket{owner}; "
                "stop it, or choose another data folder"
            )
        self._descriptor = descriptor
        with suppress(OSError):  # a full disk takes the owner's name, not the lock
            os.ftruncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode("ascii"))

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
