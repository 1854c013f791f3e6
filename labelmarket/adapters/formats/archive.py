"""Files written into one zip archive: the same files give the same bytes, everywhere."""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Self, cast
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from labelmarket.adapters.formats.dataset import WrittenFile
from labelmarket.adapters.formats.output import CannotWrite, Output

NO_TIME = (1980, 1, 1, 0, 0, 0)
"""The first moment that the format knows."""
UNIX, PLAIN_FILE = 3, 0o100644 << 16
FILES_MAX = 500_000


class Archive(Output):
    """An output whose files are members of an archive, in the order in which they are written.

    They are stored as they are: what compressed bytes look like depends on a library's version.
    """

    def __init__(self, path: Path, *, name: str) -> None:
        super().__init__(path, name=name, folder=True)
        self._zip = ZipFile(path, "x", compression=ZIP_STORED)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._zip.close()

    @contextmanager
    def file(self, name: str = "") -> Iterator[BinaryIO]:
        """Open a member for writing. Raises CannotWrite when there are too many."""
        if len(self.written) >= FILES_MAX:
            raise CannotWrite(
                code="TOO_MANY_FILES", message=f"an archive has at most {FILES_MAX:,} files"
            )
        member = ZipInfo(name, date_time=NO_TIME)
        member.create_system, member.external_attr = UNIX, PLAIN_FILE
        with self._zip.open(member, "w") as stream, _Tallied(stream) as tallied:
            yield cast(BinaryIO, tallied)
        self.written.append(
            WrittenFile(name=name, bytes=tallied.bytes, sha256=tallied.digest.hexdigest())
        )


class _Tallied(io.BufferedIOBase):
    """Counts and digests what passes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.digest = hashlib.sha256()
        self.bytes = 0

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | memoryview", /) -> int:  # type: ignore[override]  # any buffer
        self._stream.write(data)
        self.digest.update(data)
        self.bytes += len(data)
        return len(data)
