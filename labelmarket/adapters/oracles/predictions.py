"""Files of predictions on the local blob store: uploads become label columns with scores."""

from collections.abc import Sequence
from pathlib import Path

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.formats.column_files import ColumnFiles
from labelmarket.adapters.oracles.item_scores import ItemScores
from labelmarket.adapters.oracles.json_scores import read_json
from labelmarket.adapters.oracles.object_scores import Read, read_instances, read_results
from labelmarket.adapters.oracles.prediction_kinds import Kind, kind_of, without_nan
from labelmarket.adapters.oracles.table_scores import read_table
from labelmarket.adapters.oracles.wrong_task import not_items, not_objects
from labelmarket.application.labels import FILE_BYTES_MAX, LabelKind, UnreadableFile
from labelmarket.application.oracles import PredictionsRead
from labelmarket.domain.values import CLASSES_MAX
from labelmarket.workers.columns import ItemTable
from labelmarket.workers.outlines import no_outlines


class BlobPredictionFiles:
    """Implements the port `PredictionFiles`; an answer is a pure function of what is given."""

    def __init__(self, blobs: LocalBlobs) -> None:
        self._blobs = blobs
        self._files = ColumnFiles(blobs)

    def read_predictions(
        self,
        upload: str,
        *,
        kind: LabelKind,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        numbered_by: tuple[str, ...] = (),
    ) -> PredictionsRead:
        if len(classes) > CLASSES_MAX or len(set(classes)) != len(classes):
            raise ValueError(f"a project has at most {CLASSES_MAX} classes, each named once")
        size = self._blobs.size(upload)
        if not 0 < size <= FILE_BYTES_MAX:
            raise UnreadableFile(
                code="FILE_TOO_LARGE" if size else "WRONG_SHAPE",
                message=f"a file of predictions has 1 to {FILE_BYTES_MAX} bytes",
            )
        numbers = [self._blobs.path(one) for one in numbered_by]
        table = self._files.table(items)
        columns, outlines, problems = _read(
            self._blobs.path(upload), kind, items=table, classes=classes, numbered_by=numbers
        )
        return PredictionsRead(
            digest=self._files.write_labels(columns, outlines),
            labels=len(columns),
            covered=tuple((first, stop) for first, stop in columns.covered.tolist()),
            problems=problems.kept,
            problems_total=problems.total,
        )


def _read(
    path: Path,
    kind: LabelKind,
    *,
    items: ItemTable,
    classes: tuple[str, ...],
    numbered_by: Sequence[Path],
) -> Read:
    found = kind_of(path)
    if kind is LabelKind.OBJECTS:
        if found in {Kind.TABLE, Kind.ROWS}:
            raise not_objects(f"the file is {found}, and speaks of whole items")
        with without_nan(path) as strict:
            if found is Kind.INSTANCES:
                return read_instances(strict, items=items, classes=classes)
            return read_results(strict, items=items, classes=classes, numbered_by=numbered_by)
    if found in {Kind.INSTANCES, Kind.RESULTS}:
        raise not_items(f"the file is {found}, and speaks of objects in items")
    scores = ItemScores(items, classes, kind is LabelKind.ITEM_CLASS)
    if found is Kind.TABLE:
        read_table(scores, path)
    else:
        with without_nan(path) as strict:
            read_json(scores, strict)
    columns = scores.columns()
    return columns, no_outlines(len(columns)), scores.problems
