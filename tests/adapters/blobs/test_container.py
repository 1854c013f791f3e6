"""Columns in a blob: aligned, mapped, checked, the same bytes for the same content."""

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from labelmarket.adapters.blobs.container import Containers
from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.application.labels import BlobMissing, DigestMismatch, UnreadableFile

COLUMNS: dict[str, NDArray[Any]] = {
    "flags": np.array([1, 0, 1], dtype=np.uint8),
    "boxes": np.arange(20, dtype=np.float64).reshape(5, 4),
    "none": np.zeros((0, 4)),
    "ordinals": np.array([5, 6], dtype=np.int32),
}


@pytest.fixture
def blobs(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs(tmp_path)


def test_columns_and_meta_come_back(blobs: LocalBlobs) -> None:
    digest = Containers(blobs).write("labels", meta={"names": ["ü", "b"]}, columns=COLUMNS)

    stored = Containers(blobs).open(digest, kind="labels")

    assert stored.meta == {"names": ["ü", "b"]}
    assert stored.columns.keys() == COLUMNS.keys()
    for name, column in COLUMNS.items():
        assert stored.columns[name].dtype == column.dtype
        assert stored.columns[name].tolist() == column.tolist()


def test_columns_are_read_only_views_of_the_file_on_64_byte_borders(blobs: LocalBlobs) -> None:
    containers = Containers(blobs)
    digest = containers.write("labels", meta={}, columns=COLUMNS)

    for column in containers.open(digest, kind="labels").columns.values():
        assert not column.flags.owndata
        assert not column.flags.writeable
        assert column.ctypes.data % 64 == 0


def test_equal_content_gives_equal_digests_whatever_the_layout(blobs: LocalBlobs) -> None:
    containers = Containers(blobs)
    reordered = {
        name: np.asfortranarray(column).astype(column.dtype.newbyteorder(">"))
        for name, column in reversed(COLUMNS.items())
    }

    one = containers.write("labels", meta={"a": 1, "b": 2}, columns=COLUMNS)
    other = containers.write("labels", meta={"b": 2, "a": 1}, columns=reordered)

    assert one == other


@pytest.mark.parametrize(("at", "part"), [(-1, "ordinals"), (20, "header")])
def test_a_damaged_file_is_refused_with_the_part_that_is_damaged(
    blobs: LocalBlobs, at: int, part: str
) -> None:
    digest = Containers(blobs).write("labels", meta={"n": 1}, columns=COLUMNS)
    data = bytearray(blobs.read(digest))
    start = data.index((5).to_bytes(4, "little") + (6).to_bytes(4, "little"))
    data[start if at < 0 else data.index(b'"n":1') + 4] ^= 1
    blobs.path(digest).write_bytes(data)

    with pytest.raises(DigestMismatch, match=part):
        Containers(blobs).open(digest, kind="labels")


@pytest.mark.parametrize("left", [0, 8, 100])
def test_a_file_cut_short_is_damaged_and_not_another_kind(blobs: LocalBlobs, left: int) -> None:
    digest = Containers(blobs).write("labels", meta={}, columns=COLUMNS)
    blobs.path(digest).write_bytes(blobs.read(digest)[:left])

    with pytest.raises(DigestMismatch):
        Containers(blobs).open(digest, kind="labels")


def test_damage_after_the_first_look_is_still_noticed(blobs: LocalBlobs) -> None:
    containers = Containers(blobs)
    digest = containers.write("labels", meta={}, columns=COLUMNS)
    containers.open(digest, kind="labels")
    data = bytearray(blobs.read(digest))
    data[-64] ^= 1
    blobs.path(digest).write_bytes(data)
    os.utime(blobs.path(digest), ns=(1, 1))

    with pytest.raises(DigestMismatch):
        containers.open(digest, kind="labels")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b'{"images":[]}' * 10,
        b"\x93NUMPY\x01\x00" + bytes(90),
        b"\x80\x04\x95" + bytes(90),
        b"LMCOLUMN" + b"\xff" * 90,
        b"LMCOLUMN" + (8).to_bytes(8, "little") + b"[[[[[[[[" + bytes(90),
    ],
)
def test_a_blob_that_holds_no_columns_is_refused(blobs: LocalBlobs, data: bytes) -> None:
    digest = blobs.put(data)

    with pytest.raises(UnreadableFile) as refused:
        Containers(blobs).open(digest, kind="labels")

    assert refused.value.code == "NOT_COLUMNS"


def test_columns_of_another_kind_are_refused(blobs: LocalBlobs) -> None:
    digest = Containers(blobs).write("items", meta={}, columns=COLUMNS)

    with pytest.raises(UnreadableFile, match="labels columns"):
        Containers(blobs).open(digest, kind="labels")


def test_a_missing_blob_is_missing(blobs: LocalBlobs) -> None:
    with pytest.raises(BlobMissing):
        Containers(blobs).open("0" * 64, kind="labels")
