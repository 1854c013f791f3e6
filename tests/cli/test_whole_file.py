"""A page is there as a whole or as it was before, and a killed run leaves nothing for long."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from labelmarket.cli.whole_file import UNFINISHED, write_whole

HALFWAY = """
import sys
from pathlib import Path
from labelmarket.cli.whole_file import unfinished
with unfinished(Path(sys.argv[1])) as file:
    file.write("half")
    file.flush()
    print("halfway", flush=True)
    sys.stdin.read()
"""


def halfway(folder: Path) -> "subprocess.Popen[str]":
    """Start a process that stops in the middle of writing."""
    process = subprocess.Popen(
        [sys.executable, "-c", HALFWAY, str(folder)],
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


def test_what_a_killed_run_left_is_cleared_by_the_next_and_what_is_written_is_not(
    tmp_path: Path,
) -> None:
    page, mine = tmp_path / "page.html", tmp_path / ".page.html-mine"
    page.write_text("before")
    mine.write_text("no page")
    killed, other = halfway(tmp_path), halfway(tmp_path)
    end(killed)
    try:
        assert page.read_text() == "before"
        assert len(list(tmp_path.iterdir())) == 4

        write_whole(page, "after")

        assert page.read_text() == "after"
        assert len(list(tmp_path.iterdir())) == 3
    finally:
        end(other)
    write_whole(page, "at last")
    assert sorted(tmp_path.iterdir()) == [mine, page]


def test_a_pipe_takes_the_page_and_stays_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_whole(pipe, "a page")
        assert os.read(reader, 100) == b"a page"
    finally:
        os.close(reader)

    assert pipe.is_fifo()


def test_a_pipe_that_is_called_like_what_was_left_holds_nobody_up(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / f"{UNFINISHED}pipe")
    words = "import sys; from pathlib import Path; from labelmarket.cli.whole_file import *; "
    words += "write_whole(Path(sys.argv[1]), 'a page')"

    subprocess.run([sys.executable, "-c", words, tmp_path / "page.html"], check=True, timeout=60)

    assert (tmp_path / "page.html").read_text() == "a page"


def test_a_link_is_followed(tmp_path: Path) -> None:
    page, link = tmp_path / "page.html", tmp_path / "link.html"
    link.symlink_to(page)

    write_whole(link, "a page")

    assert link.is_symlink()
    assert page.read_text() == "a page"


def test_what_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("before")

    with pytest.raises(UnicodeEncodeError):
        write_whole(page, "half of a character: \ud800")

    assert list(tmp_path.iterdir()) == [page]
    assert page.read_text() == "before"
