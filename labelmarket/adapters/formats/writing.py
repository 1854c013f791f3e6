"""A dataset written in any format, with a manifest of what was written and what was lost."""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from labelmarket.adapters.formats.coco_dataset import write_coco, write_results
from labelmarket.adapters.formats.dataset import Dataset, Manifest
from labelmarket.adapters.formats.flat_writing import write_json_lines, write_table
from labelmarket.adapters.formats.label_studio_writing import write_label_studio
from labelmarket.adapters.formats.losses import lacking, losses
from labelmarket.adapters.formats.marking import MACHINE_MARKS
from labelmarket.adapters.formats.native import write_native
from labelmarket.adapters.formats.output import Output, output_at
from labelmarket.adapters.formats.xml_writing import write_cvat, write_voc
from labelmarket.adapters.formats.yolo_writing import write_yolo
from labelmarket.domain.label_format import LabelFormat

FOLDERS: dict[LabelFormat, Callable[[Output, Dataset], int]] = {
    LabelFormat.YOLO: write_yolo,
    LabelFormat.VOC: write_voc,
}
FILES: dict[LabelFormat, Callable[[BinaryIO, Dataset], int]] = {
    LabelFormat.COCO: write_coco,
    LabelFormat.COCO_RESULTS: write_results,
    LabelFormat.LABEL_STUDIO: write_label_studio,
    LabelFormat.CSV: write_table,
    LabelFormat.JSON_LINES: write_json_lines,
    LabelFormat.NATIVE: write_native,
    LabelFormat.CVAT: write_cvat,
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
HOLDS: dict[LabelFormat, frozenset[str]] = {
    LabelFormat.NATIVE: EVERYTHING,
    LabelFormat.COCO: EVERYTHING,
    LabelFormat.COCO_RESULTS: EVERYTHING - UNNAMED - NAMES,
    LabelFormat.YOLO: UNNAMED | NAMES | {"boxes", "polygons", "scores"},
    LabelFormat.VOC: NAMES | {"boxes", UNSIZED, "sizes of images", EMPTY},
    LabelFormat.CVAT: UNNAMED
    | NAMES
    | SCORES
    | MAKERS
    | {"boxes", "polygons", "masks", WHOLE, UNSIZED},
    LabelFormat.LABEL_STUDIO: SCORES | NAMES | MAKERS | {"boxes", "polygons", WHOLE, EMPTY},
    LabelFormat.CSV: SCORES | NAMES | MAKERS | {"boxes", WHOLE, UNSIZED, EMPTY},
    LabelFormat.JSON_LINES: SCORES | NAMES | MAKERS | {WHOLE, UNSIZED, EMPTY},
}
AS_BOX = {
    LabelFormat.YOLO: OUTLINES,
    LabelFormat.VOC: OUTLINES,
    LabelFormat.CVAT: OUTLINES,
    LabelFormat.LABEL_STUDIO: OUTLINES,
    LabelFormat.CSV: OUTLINES,
}


def write(dataset: Dataset, path: Path, *, format: LabelFormat) -> Manifest:
    """Write a file, or for YOLO and VOC a folder, where nothing is yet: as a whole or not at all.

    Raises CannotWrite when something is there, or when the format cannot spell a name.
    """
    with output_at(path, folder=format in FOLDERS) as output:
        return write_to(output, dataset, format=format)


def write_to(output: Output, dataset: Dataset, *, format: LabelFormat) -> Manifest:
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
            *(lacking(dataset) if format is LabelFormat.COCO_RESULTS else ()),
        ),
    )
