"""Columns in one blob: a small header, then raw arrays that begin at multiples of 64 bytes."""

import hashlib
import json
import mmap
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.application.labels import DigestMismatch, UnreadableFile

MAGIC = b"LMCOLUMN"
VERSION = 1
ALIGNMENT_BYTES = 64
HEADER_BYTES_MAX = 1 << 24
CHUNK_BYTES = 1 << 20
CHECKED_MAX = 4_096

Column = NDArray[Any]
Meta = dict[str, Any]
Mapped = mmap.mmap | bytes


class ColumnHeader(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One column: where it begins after the header, how to read it, the sha256 of its bytes."""

    name: str
    dtype: Annotated[str, msgspec.Meta(pattern=r"^(\|u1|<[iu]4|<[iuf]8)$")]
    shape: tuple[int, ...]
    offset: int
    sha256: str


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    kind: str
    meta: Meta
    columns: tuple[ColumnHeader, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """What a blob holds: its meta and its columns, read-only and mapped from the file."""

    meta: Meta
    columns: Mapping[str, Column]


class Containers:
    """Writes and maps columns. Equal columns and meta give equal bytes, so equal digests."""

    def __init__(self, blobs: LocalBlobs) -> None:
        self._blobs = blobs
        self._checked: dict[tuple[str, int, int, int], None] = {}

    def write(self, kind: str, *, meta: Meta, columns: Mapping[str, Column]) -> str:
        """Store the columns and give the digest; memory peaks at one copied column."""
        arrays = {name: _little(column) for name, column in sorted(columns.items())}
        head = _header(kind, meta=meta, arrays=arrays)
        bytes_max = len(head) + sum(_padded(array.nbytes) for array in arrays.values())
        with self._blobs.receive(bytes_max=bytes_max) as receiving:
            receiving.write(head)
            for array in arrays.values():
                receiving.write(_raw(array))
                receiving.write(bytes(_padded(array.nbytes) - array.nbytes))
            return receiving.finish()

    def open(self, digest: str, *, kind: str) -> Stored:
        """Map a blob's columns.

        The first time a process meets a file it reads it once and checks it against its name.
        Memory is that of the pages touched, which the system may take back. Raises BlobMissing,
        DigestMismatch for a damaged file, UnreadableFile for a blob of another kind.
        """
        with self._blobs.open(digest) as file:
            stat = os.fstat(file.fileno())
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if stat.st_size else b""
        self._check(data, seen=(digest, stat.st_ino, stat.st_size, stat.st_mtime_ns))
        header, start = _read_header(data, kind=kind)
        columns = {column.name: _map(data, column, start=start) for column in header.columns}
        return Stored(header.meta, columns)

    def _check(self, data: Mapped, *, seen: tuple[str, int, int, int]) -> None:
        if seen in self._checked:
            return
        digest = seen[0]
        if _sha256(data, 0, len(data)) != digest:
            raise DigestMismatch(f"blob {digest} is damaged in {_damage(data)}")
        if len(self._checked) >= CHECKED_MAX:
            del self._checked[next(iter(self._checked))]
        self._checked[seen] = None


def _header(kind: str, *, meta: Meta, arrays: Mapping[str, Column]) -> bytes:
    columns, offset = [], 0
    for name, array in arrays.items():
        sha256 = hashlib.sha256(_raw(array)).hexdigest()
        columns.append(ColumnHeader(name, array.dtype.str, array.shape, offset, sha256))
        offset += _padded(array.nbytes)
    header = msgspec.to_builtins(Header(VERSION, kind, meta, tuple(columns)))
    text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    if len(text) > HEADER_BYTES_MAX:
        raise ValueError(f"a header of columns has at most {HEADER_BYTES_MAX} bytes")
    whole = MAGIC + len(text).to_bytes(8, "little") + text
    return whole + bytes(_padded(len(whole)) - len(whole))


def _read_header(data: Mapped, *, kind: str | None = None) -> tuple[Header, int]:
    """Give the header and where the columns begin; `kind` None takes any."""
    refused = UnreadableFile(
        code="NOT_COLUMNS", message=f"this blob does not hold {kind or 'any'} columns"
    )
    length = int.from_bytes(data[8:16], "little")
    if data[:8] != MAGIC or length > min(HEADER_BYTES_MAX, len(data)):
        raise refused
    try:
        header = msgspec.json.decode(data[16 : 16 + length], type=Header)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise refused from None
    if header.kind != (kind or header.kind) or header.version != VERSION:
        raise refused
    return header, _padded(16 + length)


def _damage(data: Mapped) -> str:
    """Name the columns of a damaged file whose bytes are not the ones written."""
    try:
        header, start = _read_header(data)
    except UnreadableFile:
        return "its header"
    names = (
        column.name
        for column in header.columns
        if _sha256(data, start + column.offset, start + column.offset + _bytes(column))
        != column.sha256
    )
    return ", ".join(names) or "its header"


def _map(data: Mapped, column: ColumnHeader, *, start: int) -> Column:
    return np.ndarray(
        column.shape, np.dtype(column.dtype), buffer=data, offset=start + column.offset
    )


def _sha256(data: Mapped, begin: int, end: int) -> str:
    digest = hashlib.sha256()
    with memoryview(data) as view:
        for at in range(begin, end, CHUNK_BYTES):
            digest.update(view[at : min(at + CHUNK_BYTES, end)])
    return digest.hexdigest()


def _raw(array: Column) -> memoryview:
    return array.reshape(-1).view(np.uint8).data


def _little(column: Column) -> Column:
    return np.ascontiguousarray(column, dtype=column.dtype.newbyteorder("<"))


def _bytes(column: ColumnHeader) -> int:
    count = 1
    for side in column.shape:
        count *= side
    return count * np.dtype(column.dtype).itemsize


def _padded(size: int) -> int:
    return -(-size // ALIGNMENT_BYTES) * ALIGNMENT_BYTES
