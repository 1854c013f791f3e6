"""What is written is there as a whole or not at all, and never stands in the way of the next."""

import subprocess
import sys
from pathlib import Path

import pytest

from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.growing import Growing
from labelmarket.adapters.formats.output import CannotWrite, output_at
from labelmarket.adapters.formats.reading import read
from labelmarket.adapters.formats.writing import write
from labelmarket.domain.label_format import LabelFormat

HALFWAY = """
import sys
from pathlib import Path
from labelmarket.adapters.formats.output import output_at
with output_at(Path(sys.argv[1]), folder=sys.argv[2] == "folder") as output:
    with output.file("half" if sys.argv[2] == "folder" else "") as file:
        file.write(b"half")
        file.flush()
        print("halfway", flush=True)
        sys.stdin.read()
"""


def dataset(*, name: str = "cat") -> Dataset:
    growing = Growing()
    for at in range(3):
        item = growing.item(f"{at}.jpg", width=8.0, height=6.0)
        growing.label(item, name if at == 2 else "dog", box=(1.0, 1.0, 2.0, 2.0))
    return growing.dataset()


def halfway(target: Path, kind: str) -> "subprocess.Popen[str]":
    """Start a process that writes to a place and stops in the middle of it."""
    process = subprocess.Popen(
        [sys.executable, "-c", HALFWAY, str(target), kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "halfway\n"
    return process


def end(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.communicate()


@pytest.mark.parametrize(
    ("kind", "format"), [("folder", LabelFormat.YOLO), ("file", LabelFormat.COCO)]
)
def test_after_a_kill_the_next_run_succeeds_and_clears_what_was_left(
    tmp_path: Path, kind: str, format: LabelFormat
) -> None:
    target = tmp_path / "out.json"
    process = halfway(target, kind)

    assert not target.exists()
    assert len(list(tmp_path.iterdir())) == 1
    end(process)
    write(dataset(), target, format=format)

    assert list(tmp_path.iterdir()) == [target]
    assert len(read(target).labels) == 3


def test_what_another_process_is_writing_is_left_alone(tmp_path: Path) -> None:
    process = halfway(tmp_path / "other", "folder")
    try:
        write(dataset(), tmp_path / "out", format=LabelFormat.VOC)

        process.communicate(input="")
    finally:
        end(process)
    assert (tmp_path / "other" / "half").read_bytes() == b"half"


@pytest.mark.parametrize("format", [LabelFormat.VOC, LabelFormat.CVAT])
def test_what_fails_midway_leaves_nothing_and_can_be_said_again(
    tmp_path: Path, format: LabelFormat
) -> None:
    with pytest.raises(CannotWrite, match="XML"):
        write(dataset(name="b\x01"), tmp_path / "deep" / "out", format=format)

    assert list((tmp_path / "deep").iterdir()) == []
    assert write(dataset(), tmp_path / "deep" / "out", format=format).labels_written == 3


def test_who_comes_second_to_a_place_is_refused(tmp_path: Path) -> None:
    def write_second() -> None:
        with output_at(tmp_path / "out", folder=False) as output:
            with output.file() as file:
                file.write(b"mine")
            (tmp_path / "out").write_bytes(b"yours")

    with pytest.raises(CannotWrite) as refused:
        write_second()

    assert refused.value.code == "PLACE_TAKEN"
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"yours"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()

    manifest = write(dataset(), tmp_path / "out", format=LabelFormat.VOC)

    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        file.name for file in manifest.files
    }


def test_the_folder_that_one_stands_in_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(CannotWrite, match="name a folder in it"):
        write(dataset(), Path(), format=LabelFormat.VOC)

    assert list(tmp_path.iterdir()) == []
