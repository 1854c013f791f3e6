"""An upload ends in one blob, for ever."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from labelmarket.adapters.blobs.uploads import Upload, Uploads, UploadSettled
from labelmarket.application.labels import BlobStoreFull
from tests.full_disk import full_disk

UPLOAD = UUID("018f0000-0000-7000-8000-000000000001")
ENDED = Upload(digest="ab" * 32, bytes=7, organisation_id=UUID(int=5), name="läbels.json")


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path / "uploads")


def test_a_settled_upload_is_found_by_another_process(uploads: Uploads, tmp_path: Path) -> None:
    uploads.settle(UPLOAD, ENDED)

    assert Uploads(tmp_path / "uploads").find(UPLOAD) == ENDED


def test_an_upload_that_never_ended_is_not_found(uploads: Uploads) -> None:
    assert uploads.find(UPLOAD) is None


def test_settling_twice_is_harmless(uploads: Uploads, tmp_path: Path) -> None:
    uploads.settle(UPLOAD, ENDED)
    uploads.settle(UPLOAD, ENDED)

    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_another_end_is_refused_and_the_first_stays(uploads: Uploads) -> None:
    uploads.settle(UPLOAD, ENDED)

    with pytest.raises(UploadSettled):
        uploads.settle(UPLOAD, msgspec.structs.replace(ENDED, digest="cd" * 32))
    assert uploads.find(UPLOAD) == ENDED


def test_of_many_that_settle_at_once_exactly_one_end_stays(uploads: Uploads) -> None:
    ends = [msgspec.structs.replace(ENDED, bytes=size) for size in range(8)]

    def settled(end: Upload) -> bool:
        try:
            uploads.settle(UPLOAD, end)
        except UploadSettled:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = [end for end, first in zip(ends, pool.map(settled, ends), strict=True) if first]

    assert won == [uploads.find(UPLOAD)]


def test_a_name_has_a_bound(uploads: Uploads) -> None:
    with pytest.raises(ValueError, match="255"):
        uploads.settle(UPLOAD, msgspec.structs.replace(ENDED, name="x" * 256))


def test_a_full_disk_is_said_and_the_upload_may_be_sent_again(
    uploads: Uploads, tmp_path: Path
) -> None:
    with full_disk(), pytest.raises(BlobStoreFull):
        uploads.settle(UPLOAD, ENDED)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    uploads.settle(UPLOAD, ENDED)

    assert uploads.find(UPLOAD) == ENDED
