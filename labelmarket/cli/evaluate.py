"""`labelmarket evaluate`: predictions against gold, objects or whole items, without a server."""

import argparse
from pathlib import Path

from labelmarket.cli.audit import Verbs
from labelmarket.cli.label_files import (
    CODES,
    add_common,
    add_hints,
    ending,
    hints_of,
    in_plain_layout,
    print_json,
    print_line,
    tell,
    told_files,
)
from labelmarket.cli.quality_text import of_items, of_objects


def add_evaluate(verbs: Verbs) -> None:
    words = "compare predictions with gold: figures of all and of every class, errors, confusion"
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
    evaluate.add_argument(
        "--items",
        type=Path,
        metavar="FILE",
        help="compare only the items that this text names, one a line: by name or number",
    )
    evaluate.add_argument(
        "--metric",
        choices=("f1", "precision", "accuracy"),
        help="of whole items: the figure of each class that gets an interval (default: f1)",
    )
    add_hints(evaluate)
    add_common(evaluate, _evaluate, measures=True)


def _evaluate(arguments: argparse.Namespace) -> int:
    from labelmarket.bootstrap.offline.evaluating import Asked, evaluation_of
    from labelmarket.bootstrap.offline.reading import read_file

    hints = hints_of(arguments)
    gold = read_file(arguments.gold, tell=tell, hints=in_plain_layout(hints))
    predicted = read_file(arguments.predicted, tell=tell, hints=hints)
    asked = Asked(
        shape=arguments.iou,
        only_predicted=arguments.only_predicted,
        items=arguments.items,
        metric=arguments.metric,
    )
    quality = evaluation_of(gold, predicted, asked=asked, tell=tell)
    code = ending([gold, predicted], strict=arguments.strict)
    if arguments.json:
        print_json({**quality, "files": told_files([gold, predicted])})
        return code
    for line in of_items(quality) if quality["geometry"] == "item" else of_objects(quality):
        print_line(line)
    return code
