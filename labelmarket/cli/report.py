"""`labelmarket report`: what label files tell about themselves, without a server."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from labelmarket.cli.audit import Verbs
from labelmarket.cli.codes import FAILED
from labelmarket.cli.label_files import (
    CODES,
    add_common,
    add_hints,
    ending,
    hints_of,
    in_plain_layout,
    print_json,
    print_line,
    printable,
    tell,
    told_files,
)
from labelmarket.cli.whole_file import write_whole

if TYPE_CHECKING:
    from labelmarket.bootstrap.offline.reading import FileRead, Hints
    from labelmarket.workers.insight.report_types import Report

CLASSES_PRINTED_MAX = 20
ADVICE_PRINTED_MAX = 5
DIGITS_MAX = 9


def add_report(verbs: Verbs) -> None:
    words = "report on label files: classes, co-occurrence, density, location, health, advice"
    report = verbs.add_parser(
        "report",
        help=words,
        description=f"{words}. Without --html or --json a summary is printed.",
        epilog=CODES,
    )
    report.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a folder or archive, too"
    )
    report.add_argument("--gold", type=Path, metavar="FILE", help="true labels to compare with")
    report.add_argument("--predicted", type=Path, metavar="FILE", help="predictions to compare")
    report.add_argument(
        "--predicted-with",
        type=_learned_from,
        action="append",
        default=[],
        metavar="N=FILE",
        help="predictions of a model that learned from N of the items; twice or more, of nested "
        "parts: then advice tells what more labels did",
    )
    report.add_argument("--html", type=Path, metavar="OUT", help="write one HTML file")
    add_hints(report)
    add_common(report, _report, measures=True)


def _learned_from(text: str) -> tuple[int, Path]:
    many, _, path = text.partition("=")
    if not (many.isascii() and many.isdigit() and len(many) <= DIGITS_MAX and path):
        raise argparse.ArgumentTypeError(f"{printable(text)} is not like 500=found.json")
    return int(many), Path(path)


def _report(arguments: argparse.Namespace) -> int:
    from labelmarket.bootstrap.offline.reading import WrongWords, read_file
    from labelmarket.bootstrap.offline.reporting import Beside, report_on

    if len(arguments.predicted_with) == 1:
        raise WrongWords(
            "--predicted-with is said twice or more: one model alone tells nothing of more labels"
        )
    if _reads_what_it_writes(arguments):
        raise WrongWords(f"{arguments.html}: the page would be written over labels that are read")
    hints = hints_of(arguments)
    plain = in_plain_layout(hints)
    compared = arguments.predicted is not None or arguments.predicted_with

    def read(path: Path, told: "Hints") -> "FileRead":
        return read_file(path, tell=tell, hints=told)

    files = [read(path, plain if compared else hints) for path in arguments.files]
    beside = Beside(
        gold=arguments.gold and read(arguments.gold, plain),
        predicted=arguments.predicted and read(arguments.predicted, hints),
        nested=tuple((many, read(path, hints)) for many, path in arguments.predicted_with),
    )
    report = report_on(files, beside=beside, tell=tell, images=hints.images)
    code = ending([*files, *beside.files], strict=arguments.strict)
    if arguments.html is not None and not _write_page(report, arguments):
        return FAILED
    if arguments.json:
        print_json({**report, "files": told_files([*files, *beside.files])})
    elif arguments.html is None:
        _print(report)
    return code


def _reads_what_it_writes(arguments: argparse.Namespace) -> bool:
    given = [*arguments.files, *(path for _, path in arguments.predicted_with)]
    given += [one for one in (arguments.gold, arguments.predicted) if one is not None]
    page: Path | None = arguments.html
    if page is None or not page.is_file():
        return False
    return any(one.is_file() and one.samefile(page) for one in given)


def _write_page(report: "Report", arguments: argparse.Namespace) -> bool:
    from labelmarket.adapters.pages.report_page import report_page

    title = ", ".join(path.name or str(path) for path in arguments.files)
    try:
        write_whole(arguments.html, report_page(report, title=title))
    except OSError as error:
        tell(f"{arguments.html}: {error.strerror or error}")
        return False
    tell(f"wrote {arguments.html}")
    return True


def _print(report: "Report") -> None:
    from labelmarket.adapters.pages.words import thing_of

    for line in report["summary"]:
        print_line(line)
    classes = sorted(report["classes"], key=lambda one: (-one["labels"], one["name"]))
    print_line("")
    things = f"{thing_of(report)}s"
    for one in classes[:CLASSES_PRINTED_MAX]:
        print_line(f"{one['labels']:>10,} labels {one['images']:>10,} {things}  {one['name']}")
    if len(classes) > CLASSES_PRINTED_MAX:
        print_line(f"{'':>10} and {len(classes) - CLASSES_PRINTED_MAX:,} classes more")
    if report["advice"]:
        print_line("")
        print_line("What to do next:")
    for advice in report["advice"][:ADVICE_PRINTED_MAX]:
        print_line(f"{advice['rank']:>3}. {advice['words']}")
