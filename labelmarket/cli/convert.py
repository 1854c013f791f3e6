"""`labelmarket convert`: labels from one format into another, with a word on all that is lost."""

import argparse
from dataclasses import asdict
from pathlib import Path

from labelmarket.cli.audit import Verbs
from labelmarket.cli.codes import FAILED
from labelmarket.cli.label_files import (
    CODES,
    add_common,
    add_hints,
    ending,
    hints_of,
    print_json,
    tell,
    told_files,
)

FORMATS = (
    "coco",
    "coco-results",
    "yolo",
    "voc",
    "csv",
    "jsonl",
    "label-studio",
    "cvat",
    "native",
)
"""The values of `adapters.formats.detect.Format`, said again so that --help loads no reader."""


def add_convert(verbs: Verbs) -> None:
    words = "write labels in another format, and tell what that format cannot hold"
    convert = verbs.add_parser("convert", help=words, description=words, epilog=CODES)
    convert.add_argument("source", type=Path, metavar="IN", help="a file, a folder or an archive")
    convert.add_argument("target", type=Path, metavar="OUT", help="where nothing is yet")
    convert.add_argument(
        "--to", required=True, choices=FORMATS, metavar="FORMAT", help=", ".join(FORMATS)
    )
    convert.add_argument(
        "--from", dest="given", choices=FORMATS, metavar="FORMAT", help="detected if not given"
    )
    add_hints(convert)
    add_common(convert, _convert)


def _convert(arguments: argparse.Namespace) -> int:
    from labelmarket.adapters.formats.output import CannotWrite
    from labelmarket.adapters.formats.writing import write
    from labelmarket.bootstrap.offline.reading import read_file
    from labelmarket.domain.label_format import LabelFormat

    given = None if arguments.given is None else LabelFormat(arguments.given)
    file = read_file(arguments.source, tell=tell, hints=hints_of(arguments), format=given)
    try:
        manifest = write(file.dataset, arguments.target, format=LabelFormat(arguments.to))
    except CannotWrite as error:
        tell(f"{arguments.target}: {error.message} ({error.code})")
        return FAILED
    except OSError as error:
        tell(f"{arguments.target}: {error.strerror or error}")
        return FAILED
    code = ending([file], strict=arguments.strict)
    for loss in manifest.losses:
        tell(f"lost: {loss.count:,} {loss.what}: {loss.why}")
    tell(
        f"wrote {arguments.target}: {manifest.items:,} items, {manifest.labels_written:,} of "
        f"{manifest.labels:,} labels, {len(manifest.files):,} files"
    )
    if arguments.json:
        unread = [asdict(loss) for loss in file.dataset.unread]
        print_json({**asdict(manifest), "unread": unread, "read": told_files([file])})
    return code
