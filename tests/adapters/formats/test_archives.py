"""An archive is read like a folder, and refused when it leads elsewhere or is too much."""

import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from labelmarket.adapters.formats import tree
from labelmarket.adapters.formats.reading import read
from labelmarket.adapters.formats.tree import opened
from labelmarket.application.labels import UnreadableFile

VOC = (
    b"<annotation><filename>a.jpg</filename><object><name>cat</name><bndbox><xmin>1</xmin>"
    b"<ymin>2</ymin><xmax>4</xmax><ymax>6</ymax></bndbox></object></annotation>"
)


def zipped(folder: Path, *entries: tuple[str, bytes], mode: int = 0) -> Path:
    path = folder / "labels.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            entry = zipfile.ZipInfo(name)
            entry.external_attr = mode << 16
            archive.writestr(entry, data, zipfile.ZIP_DEFLATED)
    return path


def tarred(folder: Path, *entries: tarfile.TarInfo, data: bytes = b"") -> Path:
    path = folder / "labels.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for entry in entries:
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return path


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableFile) as refused, opened(path):
        pass
    return refused.value.code


def test_a_zip_and_a_tar_are_read_like_their_folder(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a.xml").write_bytes(VOC)
    places = (
        tmp_path / "folder",
        zipped(tmp_path, ("deep/a.xml", VOC)),
        tarred(tmp_path, tarfile.TarInfo("deep/a.xml"), data=VOC),
    )

    boxes = [read(place).labels.boxes.tolist() for place in places]

    assert boxes == [[[1.0, 2.0, 3.0, 4.0]]] * 3


def test_what_an_archive_held_is_gone_afterwards(tmp_path: Path) -> None:
    with opened(zipped(tmp_path, ("a.xml", VOC))) as files:
        root = files.root
        assert files.names == ("a.xml",)

    assert not root.exists()


@pytest.mark.parametrize("name", ["../a.xml", "/a.xml", "x/../../a.xml", "..\\a.xml", "c:/a.xml"])
def test_an_entry_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    assert refusal(zipped(tmp_path, (name, VOC))) == "FORBIDDEN_ENTRY"
    assert refusal(tarred(tmp_path, tarfile.TarInfo(name), data=VOC)) == "FORBIDDEN_ENTRY"
    assert not (tmp_path.parent / "a.xml").exists()


def test_links_and_devices_are_refused(tmp_path: Path) -> None:
    assert refusal(zipped(tmp_path, ("a.xml", b"/etc/passwd"), mode=0o120777)) == "FORBIDDEN_ENTRY"
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
        entry = tarfile.TarInfo("a.xml")
        entry.type, entry.linkname = kind, "/etc/passwd"
        assert refusal(tarred(tmp_path, entry)) == "FORBIDDEN_ENTRY"


def test_a_name_said_twice_is_refused(tmp_path: Path) -> None:
    twice = (tarfile.TarInfo("a.xml"), tarfile.TarInfo("a.xml"))

    assert refusal(tarred(tmp_path, *twice, data=VOC)) == "FORBIDDEN_ENTRY"


def test_a_bomb_is_refused_before_it_fills_the_disk(tmp_path: Path) -> None:
    bomb = zipped(tmp_path, ("a.xml", bytes(64 << 20)))

    assert bomb.stat().st_size < 1 << 17
    assert refusal(bomb) == "ARCHIVE_TOO_LARGE"


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "FILES_MAX", 2)
    entries = [(f"{at}.xml", VOC) for at in range(3)]
    (tmp_path / "folder").mkdir()
    for name, data in entries:
        (tmp_path / "folder" / name).write_bytes(data)

    assert refusal(zipped(tmp_path, *entries)) == "TOO_MANY_FILES"
    assert refusal(tmp_path / "folder") == "TOO_MANY_FILES"


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path, ("a.xml", VOC))
    data = bytearray(path.read_bytes())
    data[40:60] = bytes(20)
    path.write_bytes(data)

    assert refusal(path) == "BAD_ARCHIVE"


def test_links_in_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.xml").write_bytes(VOC)
    (tmp_path / "folder" / "linked").symlink_to(tmp_path / "outside")
    (tmp_path / "folder" / "b.xml").symlink_to(tmp_path / "outside" / "a.xml")

    with opened(tmp_path / "folder") as files:
        assert files.names == ()


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "nothing") == "NO_FILE"
