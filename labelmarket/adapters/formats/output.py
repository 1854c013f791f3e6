"""Files as they are written: counted, digested, there as a whole or not at all, never over any."""

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from labelmarket.adapters.formats.dataset import WrittenFile

UNFINISHED = ".labelmarket-unfinished-"
"""How the name begins of what is still being written, beside the place that it is meant for."""


class CannotWrite(Exception):
    """The place is taken, or a name cannot be spelled in the format."""

    def __init__(self, *, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Output:
    """Writes one file, or files into a folder; `name` is what one file alone will be called."""

    def __init__(self, path: Path, *, name: str, folder: bool) -> None:
        self._path = path
        self._name = name
        self._folder = folder
        self.written: list[WrittenFile] = []

    @contextmanager
    def file(self, name: str = "") -> Iterator[BinaryIO]:
        """Open a file for writing, and note what it holds once it is whole."""
        path = self._path / name if self._folder else self._path
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            yield file
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
        said = name or self._name
        self.written.append(WrittenFile(name=said, bytes=size, sha256=digest.hexdigest()))


@contextmanager
def output_at(path: Path, *, folder: bool) -> Iterator[Output]:
    """Give an output whose files appear at `path` when the block ends well, and else nowhere.

    They are written beside it, and what killed processes left there is cleared away. A folder may
    be there when it is empty. Raises CannotWrite when something else is.
    """
    place = path.resolve()
    _check_free(place, folder=folder)
    place.parent.mkdir(parents=True, exist_ok=True)
    _clear_left(place.parent)
    with _beside(place.parent) as beside:
        whole = beside / "whole"
        if folder:
            whole.mkdir()
        yield (output := Output(whole, name=path.name, folder=folder))
        assert output.written or folder, "one file alone was asked for and is there"
        _check_free(place, folder=folder)
        whole.rename(place)


def _check_free(place: Path, *, folder: bool) -> None:
    if not place.exists():
        return
    if not (folder and place.is_dir() and not any(place.iterdir())):
        raise CannotWrite(code="PLACE_TAKEN", message=f"{place} is there already")
    if place.is_mount() or place == Path.cwd():
        # The folder that was written takes the place of the empty one, which cannot go here.
        message = f"{place} cannot be replaced as a whole; name a folder in it"
        raise CannotWrite(code="PLACE_TAKEN", message=message)


@contextmanager
def _beside(parent: Path) -> Iterator[Path]:
    """Give a folder that is locked as long as this process uses it, and gone afterwards."""
    beside = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=parent))
    descriptor = os.open(beside, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield beside
    finally:
        os.close(descriptor)
        shutil.rmtree(beside, ignore_errors=True)


def _clear_left(parent: Path) -> None:
    """Remove what nobody writes any more: no process holds its lock."""
    for left in parent.glob(f"{UNFINISHED}*"):
        try:
            descriptor = os.open(left, os.O_RDONLY | os.O_DIRECTORY)
        except OSError:
            # Another process has just cleared it, or it is none of ours.
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(left, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(descriptor)
