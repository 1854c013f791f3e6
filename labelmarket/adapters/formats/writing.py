"""A dataset written in any format, with a manifest of what was written and what was lost."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from labelmarket.adapters.formats.coco_dataset import write_coco, write_results
from labelmarket.adapters.formats.dataset import Dataset, Manifest
from labelmarket.adapters.formats.detect import Format
from labelmarket.adapters.formats.flat_writing import write_json_lines, write_table
from labelmarket.adapters.formats.label_studio_writing import write_label_studio
from labelmarket.adapters.formats.losses import lacking, losses
from labelmarket.adapters.formats.marking import MACHINE_MARKS
from labelmarket.adapters.formats.native import write_native
from labelmarket.adapters.formats.output import Output, output_at
from labelmarket.adapters.formats.xml_writing import write_cvat, write_voc
from labelmarket.adapters.formats.yolo_writing import write_yolo

FOLDERS: dict[Format, Callable[[Output, Dataset], int]] = {
    Format.YOLO: write_yolo,
    Format.VOC: write_voc,
}
FILES: dict[Format, Callable[[BinaryIO, Dataset], int]] = {
    Format.COCO: write_coco,
    Format.COCO_RESULTS: write_results,
    Format.LABEL_STUDIO: write_label_studio,
    Format.CSV: write_table,
    Format.JSON_LINES: write_json_lines,
    Format.NATIVE: write_native,
    Format.CVAT: write_cvat,
}

OUTLINES = frozenset({"polygons", "polygons of several rings", "masks"})
WHOLE = "labels of whole items"
UNSIZED = "labels on images of unknown size"
SCORES = frozenset({"scores", "scores of polygons"})
NAMES = frozenset({"names of items", "names of classes"})
MAKERS = frozenset({"annotators", MACHINE_MARKS})
EVERYTHING = (
    OUTLINES
    | SCORES
    | NAMES
    | MAKERS
    | {
        *("boxes", WHOLE, UNSIZED, "areas", "crowd marks", "ids of labels"),
        *("sizes of images", "ids of items", "ids of classes"),
        *("classes without labels", "items without labels"),
    }
)
UNNAMED = frozenset({"sizes of images", "classes without labels", "items without labels"})
EMPTY = "items without labels"
HOLDS: dict[Format, frozenset[str]] = {
    Format.NATIVE: EVERYTHING,
    Format.COCO: EVERYTHING,
    Format.COCO_RESULTS: EVERYTHING - UNNAMED - NAMES,
    Format.YOLO: UNNAMED | NAMES | {"boxes", "polygons", "scores"},
    Format.VOC: NAMES | {"boxes", UNSIZED, "sizes of images", EMPTY},
    Format.CVAT: UNNAMED | NAMES | SCORES | MAKERS | {"boxes", "polygons", "masks", WHOLE, UNSIZED},
    Format.LABEL_STUDIO: SCORES | NAMES | MAKERS | {"boxes", "polygons", WHOLE, EMPTY},
    Format.CSV: SCORES | NAMES | MAKERS | {"boxes", WHOLE, UNSIZED, EMPTY},
    Format.JSON_LINES: SCORES | NAMES | MAKERS | {WHOLE, UNSIZED, EMPTY},
}
AS_BOX = {
    Format.YOLO: OUTLINES,
    Format.VOC: OUTLINES,
    Format.CVAT: OUTLINES,
    Format.LABEL_STUDIO: OUTLINES,
    Format.CSV: OUTLINES,
}


def write(dataset: Dataset, path: Path, *, format: Format) -> Manifest:
    """Write a file, or for YOLO and VOC a folder, where nothing is yet: as a whole or not at all.

    Raises CannotWrite when something is there, or when the format cannot spell a name.
    """
    with output_at(path, folder=format in FOLDERS) as output:
        return write_to(output, dataset, format=format)


def write_to(output: Output, dataset: Dataset, *, format: Format) -> Manifest:
    """Write the one file, or the files, of a format. Raises CannotWrite as `write` does."""
    if format in FOLDERS:
        written = FOLDERS[format](output, dataset)
    else:
        with output.file() as file:
            written = FILES[format](file, dataset)
    return Manifest(
        format=format,
        items=len(dataset.items),
        labels=len(dataset.labels),
        labels_written=written,
        files=tuple(output.written),
        losses=(
            *losses(dataset, holds=HOLDS[format], as_box=AS_BOX.get(format, frozenset())),
            *(lacking(dataset) if format is Format.COCO_RESULTS else ()),
        ),
    )
