"""An upload of any format as labels on a project's items."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from labelmarket.adapters.formats.coco_labels import read_labels as read_boxes
from labelmarket.adapters.formats.coco_words import read_words
from labelmarket.adapters.formats.cvat import read_cvat
from labelmarket.adapters.formats.json_rows import read_json_rows
from labelmarket.adapters.formats.label_studio import read_label_studio
from labelmarket.adapters.formats.problems import Problems
from labelmarket.adapters.formats.tables import read_table
from labelmarket.adapters.formats.voc import read_voc
from labelmarket.adapters.formats.wrong_tasks import CODE
from labelmarket.adapters.formats.yolo import is_label_line
from labelmarket.adapters.intake.placing import Placing
from labelmarket.adapters.intake.sniffing import Shape, shape_of
from labelmarket.application.labels import FILE_BYTES_MAX, LabelKind, UnreadableFile
from labelmarket.workers.columns import ItemTable, LabelColumns, Spans
from labelmarket.workers.outlines import Outlines

Taken = tuple[LabelColumns, Outlines, Problems]

READERS: Final[dict[Shape, Callable[..., None]]] = {
    Shape.TEXT: read_table,
    Shape.OBJECTS: read_json_rows,
    Shape.LABEL_STUDIO: read_label_studio,
    Shape.VOC: read_voc,
    Shape.CVAT: read_cvat,
}
REFUSED: Final = {
    Shape.COCO_RESULTS: "COCO results name images by numbers alone: send instances, with `images`",
    Shape.NATIVE: "lines of labelmarket are not read here: convert them to COCO or CSV",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What labels are read against: delivered ones on items `within`, gold not on those `known`."""

    items: ItemTable
    classes: tuple[str, ...]
    within: Spans | None
    known: Spans


def read_labels(path: Path, project: Project, *, kinds: tuple[LabelKind, ...]) -> Taken:
    """Read labels of the first of these kinds that the file holds.

    A delivery does not cover an item that lost a row: it stays owed, and can be delivered again.
    Memory peaks as `coco_labels.read_labels` says, and for other formats at some 400 bytes for each
    label and each item. Raises UnreadableFile, with WRONG_TASK for a file of another kind.
    """
    assert kinds, "whoever asks says for what"
    shape = shape_of(path)
    for kind in kinds[:-1]:
        try:
            return _read(path, project, shape=shape, kind=kind)
        except UnreadableFile as refused:
            if refused.code != CODE:
                raise
    return _read(path, project, shape=shape, kind=kinds[-1])


def _read(path: Path, project: Project, *, shape: Shape, kind: LabelKind) -> Taken:
    if shape is Shape.COCO:
        return _read_coco(path, project, kind=kind)
    if shape in REFUSED:
        raise UnreadableFile(code="UNKNOWN_FORMAT", message=REFUSED[shape])
    if path.stat().st_size > FILE_BYTES_MAX:
        raise UnreadableFile(
            code="FILE_TOO_LARGE", message=f"a label file has at most {FILE_BYTES_MAX} bytes"
        )
    if shape is Shape.TEXT and is_label_line(path):
        raise UnreadableFile(
            code="UNKNOWN_FORMAT",
            message="a file of YOLO does not name its image: send COCO",
        )
    placing = Placing(
        items=project.items,
        classes=project.classes,
        within=project.within,
        known=project.known,
        kind=kind,
    )
    READERS[shape](placing, path, name=path.name)
    return *placing.placed(), placing.problems


def _read_coco(path: Path, project: Project, *, kind: LabelKind) -> Taken:
    if kind is LabelKind.OBJECTS:
        return read_boxes(
            path,
            items=project.items,
            classes=project.classes,
            within=project.within,
            known=project.known,
        )
    return read_words(
        path,
        items=project.items,
        classes=project.classes,
        within=project.within,
        known=project.known,
        kind=kind,
    )
