"""A text file that is there as a whole, or as it was; what a killed run leaves is cleared."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

UNFINISHED: Final = ".labelmarket-unfinished-page-"
"""How the name begins of what is still being written, beside the place that it is meant for."""


def write_whole(path: Path, text: str) -> None:
    """Write a file, or leave there what was there. Raises OSError.

    A link is followed; a device or a pipe takes the text, for in its place nobody wants a file.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        path.write_text(text, encoding="utf-8")
        return
    path = Path(os.path.realpath(path))
    with unfinished(path.parent) as file:
        file.write(text)
        file.flush()
        place = Path(file.name)
        place.chmod(0o666 & ~_umask())
        place.replace(path)


@contextmanager
def unfinished(folder: Path) -> Iterator[IO[str]]:
    """Give a file that is locked as long as it is written; what killed runs left is cleared."""
    _clear_left(folder)
    file = _locked(folder)
    try:
        yield file
    finally:
        with suppress(FileNotFoundError):
            Path(file.name).unlink()
        file.close()


def _locked(folder: Path) -> IO[str]:
    while True:
        file = tempfile.NamedTemporaryFile(  # noqa: SIM115 - whoever asked closes it
            "w", dir=folder, prefix=UNFINISHED, encoding="utf-8", delete=False
        )
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return file
        # Another run took it for one that was left, before it was locked.
        file.close()


def _clear_left(folder: Path) -> None:
    """Remove what nobody writes any more: no process holds its lock."""
    for left in folder.glob(f"{UNFINISHED}*"):
        try:
            descriptor = os.open(left, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError:
            # Another process has just cleared it, or it is none of ours.
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink(missing_ok=True)
        except BlockingIOError:
            pass
        finally:
            os.close(descriptor)


def _umask() -> int:
    before = os.umask(0o077)
    os.umask(before)
    return before
