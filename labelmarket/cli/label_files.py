"""What the verbs on label files share: their words, progress, rows that were left out, endings."""

import argparse
import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from labelmarket.cli.codes import DONE, FAILED, WRONG
from labelmarket.cli.troubles import leave_stdout

if TYPE_CHECKING:
    from labelmarket.adapters.formats.dataset import Problem
    from labelmarket.bootstrap.offline.reading import FileRead, Hints

CODES = (
    "Exit codes: 0 done; 1 a file cannot be read or nothing in it can be used, or with --strict "
    "something is wrong in a row; 2 the words are wrong."
)
PROBLEMS_TOLD_MAX = 10
COMPILING = "compiling kernels, up to a minute, and only once: they are kept for the next time"
LAYOUTS = ("yolo", "score-centre", "score-xywh", "score-xyxy")
"""The values of `adapters.formats.yolo.TextLayout`, said again so that --help loads no reader."""

Act = Callable[[argparse.Namespace], int]


def add_common(action: argparse.ArgumentParser, act: Act, *, measures: bool = False) -> None:
    """Take what all these verbs know; one that `measures` needs compiled kernels."""
    action.add_argument("--json", action="store_true", help="one JSON object on stdout")
    action.add_argument(
        "--strict", action="store_true", help="fail where something is wrong in a row"
    )
    action.set_defaults(verb=lambda arguments: _tried(act, arguments, measures=measures))


def add_hints(action: argparse.ArgumentParser) -> None:
    """Take what text files of YOLO and its relatives do not say themselves."""
    action.add_argument("--images", type=folder, metavar="DIR", help="the images, for their sizes")
    action.add_argument(
        "--sizes", type=Path, metavar="FILE", help="of images: a CSV table of name, width, height"
    )
    action.add_argument(
        "--names", type=Path, metavar="FILE", help="of YOLO's classes: one a line, or a data.yaml"
    )
    action.add_argument(
        "--layout",
        choices=LAYOUTS,
        default=LAYOUTS[0],
        help="what the numbers of a text file are, of the predictions where there are any",
    )


def hints_of(arguments: argparse.Namespace) -> "Hints":
    from labelmarket.bootstrap.offline.reading import hints_from

    return hints_from(
        images=arguments.images,
        sizes=arguments.sizes,
        names=arguments.names,
        layout=arguments.layout,
    )


def in_plain_layout(hints: "Hints") -> "Hints":
    """Give the hints for true labels, which have no scores to be written before the boxes."""
    return replace(hints, layout=type(hints.layout)(LAYOUTS[0]))


def folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{printable(text)} is no folder")
    return path


def tell(line: str) -> None:
    print(f"labelmarket: {printable(line)}", file=sys.stderr, flush=True)


def ending(files: "list[FileRead]", *, strict: bool) -> int:
    """Name the rows that something is wrong with, and give the exit code."""
    total = sum(one.dataset.problems_total for one in files)
    for one in files:
        _tell_problems(one)
        _tell_unread(one)
    return FAILED if strict and total else DONE


def wrong_rows(file: "FileRead") -> list[dict[str, str | bool]]:
    """Give the problems that are named, as JSON has them."""
    return [
        {
            "file": one.file,
            "place": one.place,
            "item": one.item,
            "code": one.code,
            "message": one.message,
            "kept": one.kept,
        }
        for one in file.dataset.problems
    ]


def told_files(files: "list[FileRead]") -> list[dict[str, object]]:
    """Give what was read, as JSON has it."""
    return [
        {
            "file": str(one.path),
            "items": len(one.dataset.items),
            "labels": len(one.dataset.labels),
            "problems": one.dataset.problems_total,
            "unread": [asdict(loss) for loss in one.dataset.unread],
            "rows": wrong_rows(one),
        }
        for one in files
    ]


def print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def print_line(line: str) -> None:
    print(printable(line))


def printable(text: str) -> str:
    """Give text that cannot move a terminal's cursor or turn its lines around."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


def _telling_of_compiling() -> AbstractContextManager[None]:
    """Say so when kernels are compiled first: whoever waits shall know why, and that it ends."""
    from labelmarket.workers.kernels.compiling import WhenCompiling

    return WhenCompiling(lambda: tell(COMPILING))


def _tell_problems(file: "FileRead") -> None:
    found = file.dataset.problems
    for one in found[:PROBLEMS_TOLD_MAX]:
        tell(_said(file, one))
    more = file.dataset.problems_total - min(len(found), PROBLEMS_TOLD_MAX)
    if more > 0:
        tell(f"{file.path}: {more} more rows with problems")


def _tell_unread(file: "FileRead") -> None:
    for loss in file.dataset.unread:
        tell(f"{file.path}: not read: {loss.count:,} {loss.what}: {loss.why}")


def _said(file: "FileRead", problem: "Problem") -> str:
    place = " ".join(part for part in (problem.file, problem.place) if part)
    item = f", {problem.item}" if problem.item else ""
    kept = "kept" if problem.kept else "left out"
    return f"{file.path}: {place}{item}: {problem.message} ({problem.code}, {kept})"


def _tried(act: Act, arguments: argparse.Namespace, *, measures: bool) -> int:
    from labelmarket.bootstrap.offline.reading import Unusable, WrongWords

    try:
        with _telling_of_compiling() if measures else nullcontext():
            code = act(arguments)
        sys.stdout.flush()
    except Unusable as error:
        tell(str(error))
        return FAILED
    except WrongWords as error:
        tell(str(error))
        return WRONG
    except BrokenPipeError:
        raise
    except OSError as error:
        # A full disk, most often: what has been printed so far is no whole answer.
        tell(error.strerror or str(error))
        leave_stdout()
        return FAILED
    return code
