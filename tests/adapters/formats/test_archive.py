"""An archive of the same files is the same bytes, and can be read by anybody."""

from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

import pytest

from labelmarket.adapters.formats import archive
from labelmarket.adapters.formats.archive import Archive
from labelmarket.adapters.formats.output import CannotWrite

FILES = {"data.yaml": b"nc: 1\n", "labels/a b.txt": b"0 1 2 3 4\n" * 100, "labels/leer.txt": b""}


def packed(path: Path) -> Archive:
    with Archive(path, name="labels.zip") as output:
        for name, data in FILES.items():
            with output.file(name) as file:
                file.write(data[:3])
                file.write(data[3:])
    return output


def test_an_archive_holds_its_files_as_they_are_and_tells_their_digests(tmp_path: Path) -> None:
    output = packed(tmp_path / "a.zip")

    with ZipFile(tmp_path / "a.zip") as found:
        assert {name: found.read(name) for name in found.namelist()} == FILES
        assert found.testzip() is None
        assert {one.compress_type for one in found.infolist()} == {ZIP_STORED}
    assert [(one.name, one.bytes, one.sha256) for one in output.written] == [
        (name, len(data), sha256(data).hexdigest()) for name, data in FILES.items()
    ]


def test_the_same_files_are_the_same_bytes(tmp_path: Path) -> None:
    packed(tmp_path / "a.zip")
    packed(tmp_path / "b.zip")

    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_an_archive_has_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "FILES_MAX", 2)

    with pytest.raises(CannotWrite) as refused:
        packed(tmp_path / "a.zip")

    assert refused.value.code == "TOO_MANY_FILES"
