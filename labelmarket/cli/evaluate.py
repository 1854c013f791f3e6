"""`labelmarket evaluate`: predictions against gold, with COCO's figures, without a server."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from labelmarket.cli.audit import Verbs
from labelmarket.cli.label_files import (
    CODES,
    add_common,
    ending,
    print_json,
    print_line,
    tell,
    told_files,
)

if TYPE_CHECKING:
    from labelmarket.workers.insight.report_types import Quality


def add_evaluate(verbs: Verbs) -> None:
    words = "compare predictions with gold: COCO's figures, kinds of errors, confusion"
    evaluate = verbs.add_parser("evaluate", help=words, description=words, epilog=CODES)
    evaluate.add_argument("--gold", type=Path, required=True, metavar="FILE")
    evaluate.add_argument("--predicted", type=Path, required=True, metavar="FILE")
    evaluate.add_argument(
        "--iou",
        choices=("bbox", "segm"),
        help="what overlaps: masks if every label on both sides has one, else boxes",
    )
    evaluate.add_argument(
        "--only-predicted",
        action="store_true",
        help="leave out items that no prediction is on; they count as missed otherwise",
    )
    add_common(evaluate, _evaluate)


def _evaluate(arguments: argparse.Namespace) -> int:
    from labelmarket.bootstrap.offline.evaluating import evaluation_of
    from labelmarket.bootstrap.offline.reading import read_file

    gold, predicted = (read_file(path, tell=tell) for path in (arguments.gold, arguments.predicted))
    quality = evaluation_of(
        gold,
        predicted,
        tell=tell,
        shape=arguments.iou,
        only_predicted=arguments.only_predicted,
    )
    code = ending([gold, predicted], strict=arguments.strict)
    if arguments.json:
        print_json({**quality, "files": told_files([gold, predicted])})
    else:
        _print(quality)
    return code


def _print(quality: "Quality") -> None:
    from labelmarket.adapters.pages.sections.quality import FIGURES, in_words

    print_line(in_words(quality))
    print_line("")
    for name, value in quality["figures"].items():
        print_line(f"{_figure(value)}  {FIGURES[name]}")
    print_line("")
    for error in quality["errors"]:
        gain = "" if error["apGain"] is None else f"  {error['apGain']:.3f} AP to be gained"
        print_line(f"{error['count']:>8,} {error['kind']:<10}{gain}")
    print_line("")
    print_line(f"{'AP':>8} {'AP50':>8} {'AP75':>8} {'gold':>8} {'found':>8} {'wrong':>8}")
    for one in quality["classes"]:
        figures = " ".join(map(_figure, (one["ap"], one["ap50"], one["ap75"])))
        counts = f"{one['gold']:>8,} {one['right']:>8,} {one['wrong']:>8,}"
        print_line(f"{figures} {counts}  {one['name']}")


def _figure(value: float | None) -> str:
    return f"{'–':>8}" if value is None else f"{value:8.6f}"
