"""The files of a dataset: one file, a folder, or an archive unpacked into a folder of its own."""

import lzma
import os
import stat
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from labelmarket.application.labels import UnreadableFile

FILES_MAX = 500_000
UNPACKED_BYTES_MAX = 1 << 32
RATIO_MAX = 200
"""How many bytes an archive may hold for each of its own, beyond the first mebibyte."""

FREE_BYTES = 1 << 20
CHUNK_BYTES = 1 << 20
NAME_BYTES_MAX = 1_024

DAMAGE = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError),
    *(EOFError, OSError, RuntimeError),
)


@dataclass(frozen=True, slots=True)
class Tree:
    """Files below a folder, by their names in it; links are not followed, and only counted."""

    root: Path
    names: tuple[str, ...]
    links: int = 0

    def path(self, name: str) -> Path:
        return self.root / name

    def ending(self, *suffixes: str) -> tuple[str, ...]:
        return tuple(name for name in self.names if name.lower().endswith(suffixes))

    def called(self, *names: str) -> tuple[str, ...]:
        return tuple(one for one in self.names if PurePosixPath(one).name.lower() in names)


@contextmanager
def opened(path: Path) -> Iterator[Tree]:
    """Give the files of a path; what an archive held is gone afterwards. Raises UnreadableFile."""
    if path.is_dir():
        yield _listed(path)
    elif not path.is_file():
        raise UnreadableFile(code="NO_FILE", message=f"{path} is no file and no folder")
    elif zipfile.is_zipfile(path) or _is_tar(path):
        with tempfile.TemporaryDirectory(prefix="labels-") as folder:
            _unpack(path, Path(folder))
            yield _listed(Path(folder))
    else:
        yield Tree(path.parent, (path.name,))


def _is_tar(path: Path) -> bool:
    return path.suffix.lower() in {".tar", ".tgz", ".gz", ".bz2", ".xz"} and tarfile.is_tarfile(
        path
    )


def _listed(root: Path) -> Tree:
    names: list[str] = []
    links = 0
    for folder, folders, files in os.walk(root):
        links += sum(Path(folder, inner).is_symlink() for inner in folders)
        for file in files:
            whole = Path(folder, file)
            if whole.is_symlink():
                links += 1
                continue
            if not whole.is_file():
                continue
            names.append(whole.relative_to(root).as_posix())
            if len(names) > FILES_MAX:
                raise UnreadableFile(
                    code="TOO_MANY_FILES", message=f"a folder has at most {FILES_MAX} files"
                )
    return Tree(root, tuple(sorted(names)), links)


def _unpack(path: Path, into: Path) -> None:
    allowance = _Allowance(max(path.stat().st_size, 1) * RATIO_MAX + FREE_BYTES)
    try:
        if zipfile.is_zipfile(path):
            _unpack_zip(path, into, allowance)
        else:
            _unpack_tar(path, into, allowance)
    except DAMAGE as error:
        # The libraries raise all of these for damage, passwords and unknown compression.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise UnreadableFile(code="BAD_ARCHIVE", message=f"the archive: {error}") from None


def _unpack_zip(path: Path, into: Path, allowance: "_Allowance") -> None:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            if stat.S_IFMT(entry.external_attr >> 16) not in {0, stat.S_IFREG}:
                raise _forbidden(entry.filename, "is a link or no file")
            with archive.open(entry) as source:
                _copy(source, entry.filename, into, allowance)


def _unpack_tar(path: Path, into: Path, allowance: "_Allowance") -> None:
    with tarfile.open(path) as archive:
        for entry in archive:
            if entry.isdir():
                continue
            if not entry.isreg():
                raise _forbidden(entry.name, "is a link or no file")
            source = archive.extractfile(entry)
            assert source is not None, "a regular file can be read"
            with source:
                _copy(source, entry.name, into, allowance)


def _copy(source: IO[bytes], name: str, into: Path, allowance: "_Allowance") -> None:
    """Write one entry below the folder, counting every byte before it is written."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    bad = not parts or parts[0] == "/" or ".." in parts or ":" in parts[0] or "\0" in name
    if bad or len(os.fsencode(name)) > NAME_BYTES_MAX:
        raise _forbidden(name, "leads out of the archive, or has no usable name")
    allowance.take_file()
    target = into.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        raise _forbidden(name, "is there twice")
    with target.open("xb") as file:
        while chunk := source.read(CHUNK_BYTES):
            allowance.take(len(chunk))
            file.write(chunk)


class _Allowance:
    """How much an archive may still unpack."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes = min(bytes_max, UNPACKED_BYTES_MAX)
        self._files = FILES_MAX

    def take(self, count: int) -> None:
        self._bytes -= count
        if self._bytes < 0:
            raise UnreadableFile(
                code="ARCHIVE_TOO_LARGE", message="the archive unpacks to too many bytes"
            )

    def take_file(self) -> None:
        self._files -= 1
        if self._files < 0:
            raise UnreadableFile(
                code="TOO_MANY_FILES", message=f"an archive has at most {FILES_MAX} files"
            )


def _forbidden(name: str, why: str) -> UnreadableFile:
    return UnreadableFile(code="FORBIDDEN_ENTRY", message=f"the entry {name[:80]!r} {why}")
