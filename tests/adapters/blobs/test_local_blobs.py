"""Blobs are there in full or not at all."""

import errno
import hashlib
import os
import resource
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import pytest

from labelmarket.adapters.blobs.local import LocalBlobs, LocalReceiving
from labelmarket.application.labels import BlobMissing, BlobStoreFull, DigestMismatch, TooLarge


@pytest.fixture
def blobs(tmp_path: Path) -> LocalBlobs:
    return LocalBlobs(tmp_path / "blobs")


def files(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]


def send(receiving: LocalReceiving, *chunks: bytes) -> str:
    with receiving:
        for chunk in chunks:
            receiving.write(chunk)
        return receiving.finish()


def test_a_blob_is_read_back_by_its_sha256(blobs: LocalBlobs) -> None:
    digest = blobs.put(b"labels")

    assert digest == hashlib.sha256(b"labels").hexdigest()
    assert blobs.read(digest) == b"labels"
    assert blobs.size(digest) == 6
    with blobs.open(digest) as file:
        assert file.read(3) == b"lab"


def test_the_same_bytes_are_kept_once(blobs: LocalBlobs, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        digests = set(pool.map(blobs.put, [b"same"] * 16))

    assert len(digests) == 1
    assert files(tmp_path) == [blobs.path(digests.pop())]


def test_other_users_of_the_machine_cannot_read_a_blob(blobs: LocalBlobs) -> None:
    path = blobs.path(blobs.put(b"private"))

    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "name", ["0" * 64, "", "../../etc/passwd", "A" * 64, "0" * 63 + "\n", "0" * 64 + "\n"]
)
def test_what_names_no_blob_is_missing(blobs: LocalBlobs, name: str) -> None:
    for look in (blobs.read, blobs.open, blobs.size):
        with pytest.raises(BlobMissing):
            look(name)


def test_an_abandoned_upload_leaves_nothing_and_can_be_sent_again(
    blobs: LocalBlobs, tmp_path: Path
) -> None:
    whole = os.urandom(300_000)
    with blobs.receive(bytes_max=len(whole)) as first:
        first.write(whole[:200_000])

    assert files(tmp_path) == []
    with blobs.receive(bytes_max=len(whole)) as again:
        again.write(whole[:200_000])
        again.write(whole[200_000:])
        assert blobs.read(again.finish()) == whole


def test_two_uploads_of_one_file_that_race_end_in_one_blob(
    blobs: LocalBlobs, tmp_path: Path
) -> None:
    with blobs.receive(bytes_max=9) as one, blobs.receive(bytes_max=9) as other:
        one.write(b"same")
        other.write(b"same")
        assert one.finish() == other.finish()

    assert len(files(tmp_path)) == 1


def test_bytes_beyond_the_cap_are_refused(blobs: LocalBlobs, tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        send(blobs.receive(bytes_max=4), b"1234", b"5")

    assert files(tmp_path) == []


def test_a_wrong_digest_is_refused(blobs: LocalBlobs, tmp_path: Path) -> None:
    with pytest.raises(DigestMismatch):
        send(blobs.receive(bytes_max=9, sha256="0" * 64), b"other")

    assert files(tmp_path) == []


def test_a_finished_blob_takes_no_more_bytes(blobs: LocalBlobs) -> None:
    with blobs.receive(bytes_max=99) as receiving:
        receiving.write(b"done")
        digest = receiving.finish()
        with pytest.raises(ValueError, match="closed"):
            receiving.write(b"more")

    assert blobs.read(digest) == b"done"


def test_bytes_and_names_are_on_the_disk_when_a_blob_has_its_digest(
    blobs: LocalBlobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def watched(handle: int) -> None:
        mode = os.fstat(handle).st_mode
        synced.append("folder" if stat.S_ISDIR(mode) else f"{os.fstat(handle).st_size} bytes")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", watched)

    blobs.put(b"durable")

    assert synced == ["7 bytes", "folder", "folder"]


def test_a_finished_draft_is_a_blob_like_any_other(blobs: LocalBlobs, tmp_path: Path) -> None:
    with blobs.draft() as place:
        place.write_bytes(b"written in several goes")
        digest = blobs.adopt(place)

    assert digest == hashlib.sha256(b"written in several goes").hexdigest()
    assert blobs.read(digest) == b"written in several goes"
    assert blobs.path(digest).stat().st_mode & 0o077 == 0
    assert files(tmp_path) == [blobs.path(digest)]


def test_a_draft_that_was_given_up_leaves_nothing(blobs: LocalBlobs, tmp_path: Path) -> None:
    with blobs.draft() as place:
        place.write_bytes(b"half")

    assert files(tmp_path) == []


class FullDisk(LocalReceiving):
    """A receiving whose file lies on a device that takes no byte."""

    def _create(self, path: Path) -> BinaryIO:
        path.touch()
        return Path("/dev/full").open("wb")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device /dev/full")
@pytest.mark.parametrize("size", [10, 1 << 20])
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, size: int) -> None:
    blobs = LocalBlobs(tmp_path / "blobs")
    incoming = tmp_path / "blobs" / "incoming"
    receiving = FullDisk(incoming=incoming, place=blobs.path, bytes_max=1 << 21, sha256=None)

    with pytest.raises(BlobStoreFull) as refused:
        send(receiving, bytes(size))

    assert isinstance(refused.value.__cause__, OSError)
    assert refused.value.__cause__.errno == errno.ENOSPC
    assert files(tmp_path) == []


def test_a_file_size_limit_of_the_system_is_a_full_store(tmp_path: Path) -> None:
    program = """
import sys
from pathlib import Path
from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.application.labels import BlobStoreFull
try:
    LocalBlobs(Path(sys.argv[1])).put(bytes(1 << 20))
except BlobStoreFull:
    print("full")
"""

    shown = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "blobs"],
        capture_output=True,
        check=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, 1 << 16)),
    )

    assert shown.stdout == b"full\n"
    assert files(tmp_path) == []


def test_what_a_killed_process_left_is_removed_a_day_later(tmp_path: Path) -> None:
    incoming = tmp_path / "blobs" / "incoming"
    incoming.mkdir(parents=True)
    for name, age_s in (("old", 90_000), ("fresh", 60)):
        (incoming / name).write_bytes(b"half")
        then = time.time() - age_s
        os.utime(incoming / name, (then, then))

    LocalBlobs(tmp_path / "blobs")

    assert [path.name for path in files(tmp_path)] == ["fresh"]
