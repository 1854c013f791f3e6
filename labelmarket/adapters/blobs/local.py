"""Blobs in a local folder: each file is named by the sha256 of what it holds."""

import errno
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from uuid import uuid4

from labelmarket.application.labels import BlobMissing, BlobStoreFull, DigestMismatch, TooLarge

DIGEST = re.compile(r"[0-9a-f]{64}\Z")
PUT_BYTES_MAX = 1 << 31
CHUNK_BYTES = 1 << 20
ABANDONED_AFTER_S = 24 * 60 * 60
FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class LocalBlobs:
    """Content-addressed files below one root; half-written ones live in `root/incoming`.

    A blob is written beside its place, flushed to the disk and renamed, so that it is either there
    in full or not at all. What a killed process left behind is removed at a start a day later.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._incoming = root / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._remove_abandoned()

    def put(self, data: bytes) -> str:
        """Store bytes that are in memory already, and no second time."""
        with self.receive(bytes_max=PUT_BYTES_MAX) as receiving:
            receiving.write(data)
            return receiving.finish()

    def read(self, digest: str) -> bytes:
        """Give the whole blob; memory peaks at its size."""
        with self.open(digest) as file:
            return file.read()

    def open(self, digest: str) -> BinaryIO:
        with _missing(digest):
            return self.path(digest).open("rb")

    def size(self, digest: str) -> int:
        with _missing(digest):
            return self.path(digest).stat().st_size

    def path(self, digest: str) -> Path:
        """Give the file that holds, or would hold, this blob; for memory mapping."""
        if not DIGEST.match(digest):
            raise BlobMissing(f"{digest[:80]!r} is not a sha256 in lower-case hex")
        return self._root / digest[:2] / digest[2:]

    def receive(self, *, bytes_max: int, sha256: str | None = None) -> "LocalReceiving":
        return LocalReceiving(
            incoming=self._incoming, place=self.path, bytes_max=bytes_max, sha256=sha256
        )

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """Give a place for a file that is not written in one go; what stays there is removed."""
        path = self._incoming / uuid4().hex
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def adopt(self, draft: Path) -> str:
        """Make a finished draft a blob, durable and visible, and give its digest."""
        digest = hashlib.sha256()
        draft.chmod(0o600)
        with naming_full(), draft.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
            os.fsync(file.fileno())
            _move_in(draft, self.path(digest.hexdigest()))
        return digest.hexdigest()

    def _remove_abandoned(self) -> None:
        oldest = time.time() - ABANDONED_AFTER_S
        for path in self._incoming.iterdir():
            # Another process may remove the same file at the same moment.
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < oldest:
                    path.unlink()


class LocalReceiving:
    """One blob on its way in; its digest runs along with the bytes."""

    def __init__(
        self,
        *,
        incoming: Path,
        place: Callable[[str], Path],
        bytes_max: int,
        sha256: str | None,
    ) -> None:
        self._path = incoming / uuid4().hex
        self._place = place
        self._left = bytes_max
        self._promised = sha256
        self._digest = hashlib.sha256()
        with naming_full():
            self._file = self._create(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Closing flushes what is buffered, which a full disk refuses; the file goes either way.
        with suppress(OSError):
            self._file.close()
        self._path.unlink(missing_ok=True)

    def write(self, chunk: bytes | memoryview) -> None:
        self._left -= len(chunk)
        if self._left < 0:
            raise TooLarge("more bytes came than this upload allows")
        with naming_full():
            self._file.write(chunk)
        self._digest.update(chunk)

    def finish(self) -> str:
        digest = self._digest.hexdigest()
        if self._promised not in {None, digest}:
            raise DigestMismatch(f"the bytes have sha256 {digest}, not {self._promised}")
        target = self._place(digest)
        with naming_full():
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            _move_in(self._path, target)
        return digest

    def _create(self, path: Path) -> BinaryIO:
        return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _move_in(path: Path, target: Path) -> None:
    target.parent.mkdir(exist_ok=True, mode=0o700)
    path.replace(target)
    sync_folder(target.parent)
    sync_folder(target.parent.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, as `fsync` does for the bytes of a file."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _missing(digest: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise BlobMissing(f"no blob is named {digest}") from None


@contextmanager
def naming_full() -> Iterator[None]:
    """Call a full disk by its name, `BlobStoreFull`."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise BlobStoreFull("the disk of the blob store is full") from error
        raise
