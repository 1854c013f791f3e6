"""Files as they are written: counted, digested, and never over something that is there."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from labelmarket.adapters.formats.dataset import WrittenFile


class CannotWrite(Exception):
    """The place is taken, or a name cannot be spelled in the format."""

    def __init__(self, *, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Output:
    """Writes one file, or files into a folder that is new or empty."""

    def __init__(self, path: Path, *, folder: bool) -> None:
        if path.exists() and not (folder and path.is_dir() and not any(path.iterdir())):
            raise CannotWrite(code="PLACE_TAKEN", message=f"{path} is there already")
        if folder:
            path.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._folder = folder
        self.written: list[WrittenFile] = []

    @contextmanager
    def file(self, name: str = "") -> Iterator[BinaryIO]:
        """Open a file for writing, and note what it holds once it is whole."""
        path = self._path / name if self._folder else self._path
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            try:
                yield file
            except BaseException:
                # Half a file would stand in the way of the next attempt.
                path.unlink(missing_ok=True)
                raise
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
        said = name or path.name
        self.written.append(WrittenFile(name=said, bytes=size, sha256=digest.hexdigest()))
