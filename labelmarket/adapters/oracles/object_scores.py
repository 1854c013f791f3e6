"""Predicted objects: COCO results, or a COCO file whose annotations have scores."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from labelmarket.adapters.formats.coco_annotations import Annotations, annotations
from labelmarket.adapters.formats.coco_file import coco_file, results
from labelmarket.adapters.formats.coco_labels import (
    Ordinals,
    Refused,
    label_columns,
    ordinals_in,
    refused_rows,
)
from labelmarket.adapters.formats.coco_places import Place, Places, categories, images
from labelmarket.adapters.formats.label_columns import boxed
from labelmarket.adapters.formats.problems import BadRow, Problems
from labelmarket.adapters.oracles.numbered import places_of
from labelmarket.adapters.oracles.repeated import repeated
from labelmarket.adapters.oracles.wrong_task import not_objects
from labelmarket.application.labels import UnreadableFile
from labelmarket.workers.columns import GEOMETRY_BOX, GEOMETRY_ITEM, ItemTable, LabelColumns
from labelmarket.workers.insight import spans
from labelmarket.workers.outlines import Outlines

HARMLESS = frozenset({"UNKNOWN_CLASS", "DUPLICATE"})
"""Rows that are lost with these codes cost their items nothing."""

BOX_CODES = frozenset({"NEGATIVE_SIZE", "OUT_OF_RANGE", "ODD_POLYGON", "BAD_MASK"})

Bools = NDArray[np.bool_]
Read = tuple[LabelColumns, Outlines, Problems]


def read_instances(path: Path, *, items: ItemTable, classes: tuple[str, ...]) -> Read:
    """Read a file of images, categories and annotations, which speaks of every image it lists.

    An item that lost a row which could have changed its answer is not covered: it falls to people.
    Memory peaks as that of `coco_labels.read_labels`. Raises UnreadableFile.
    """
    problems, file = Problems(), coco_file(path)
    listed = images(file.images, items=items, within=None, known=spans.NOTHING, problems=problems)
    kinds = categories(file.categories, classes=classes, problems=problems)
    covered = np.zeros(len(items), dtype=np.bool_)
    covered[[place.ordinal for place in listed.values() if isinstance(place, Place)]] = True
    read = annotations(file.rows())
    return _judged(read, (listed, kinds), classes=classes, covered=covered, problems=problems)


def read_results(
    path: Path, *, items: ItemTable, classes: tuple[str, ...], numbered_by: Sequence[Path]
) -> Read:
    """Read a list of annotations, which speaks of the images that have a row.

    `numbered_by` are COCO files that tell what its ids mean; other ids are keys of items and names
    of classes. All else is as in `read_instances`.
    """
    read = annotations(results(path))
    places = places_of(read, items=items, classes=classes, numbered_by=numbered_by)
    covered = np.zeros(len(items), dtype=np.bool_)
    on = ordinals_in(read.values, listed=places[0], kinds=places[1]).items
    on[list(read.bad)] = -1
    covered[on[on >= 0]] = True
    return _judged(read, places, classes=classes, covered=covered, problems=Problems())


def _judged(
    read: Annotations,
    places: tuple[Places, Places],
    *,
    classes: tuple[str, ...],
    covered: Bools,
    problems: Problems,
) -> Read:
    listed, kinds = places
    values, outlines = read.values, read.values.outlines()
    _check_task(read)
    ordinals = ordinals_in(values, listed=listed, kinds=kinds)
    refused = refused_rows(read, ordinals, listed=listed, kinds=kinds, need_box=False)
    values.boxes, values.outcome = boxed(values.boxes, values.outcome, outlines)
    refused |= _unsound(read, refused)
    refused |= _repeated(read, ordinals, outlines, refused)
    for row in sorted(refused):
        bad, ident = refused[row]
        about = None if ident is None else listed.get(ident)
        named = about.key if isinstance(about, Place) else str(ident or "")
        why = renamed(bad)
        problems.add(why, row=row, item=why.item or named)
        if isinstance(about, Place) and why.code not in HARMLESS:
            covered[about.ordinal] = False
    kept = np.ones(len(values), dtype=np.bool_)
    kept[list(refused)] = False
    kept[kept] = covered[ordinals.items[kept]]
    columns = label_columns(
        values,
        kept=kept,
        ordinals=ordinals,
        class_names=classes,
        covered=spans.where(covered),
        problems=problems.total,
    )
    return columns, outlines.only(kept), problems


def _check_task(read: Annotations) -> None:
    """Refuse a file of which no row has an outline, or none has a score."""
    good = np.ones(len(read.values), dtype=np.bool_)
    good[list(read.bad)] = False
    if not good.any():
        return
    flat = np.isnan(read.values.boxes[:, 0]) & (read.values.outcome == GEOMETRY_BOX)
    if flat[good].all():
        raise not_objects("no row of the file has a box or an outline")
    if np.isnan(read.values.scores[good]).all():
        raise UnreadableFile(
            code="WRONG_SHAPE", message="no row has a score: these are labels, not predictions"
        )


def _unsound(read: Annotations, refused: Refused) -> Refused:
    """Find rows whose own score or box cannot be taken."""
    values = read.values
    reasons = (
        (np.isnan(values.scores), "SCORE_NOT_A_NUMBER", "the row has no score"),
        ((values.scores < 0) | (values.scores > 1), "SCORE_OUT_OF_RANGE", "it lies from 0 to 1"),
        (values.outcome == GEOMETRY_ITEM, "BAD_BOX", "the row has no box and no outline"),
    )
    found: Refused = {}
    for wrong, code, message in reasons:
        for row in np.flatnonzero(wrong).tolist():
            if row not in refused and row not in found:
                ident = values.named(int(values.image_ids[row]))
                found[row] = (BadRow(code, message), ident)
    return found


def _repeated(
    read: Annotations, ordinals: Ordinals, outlines: Outlines, refused: Refused
) -> Refused:
    values = read.values
    good = np.ones(len(values), dtype=np.bool_)
    good[list(refused)] = False
    again = repeated(
        np.flatnonzero(good),
        items=ordinals.items,
        kinds=ordinals.classes,
        boxes=values.boxes,
        scores=values.scores,
        outlines=outlines,
    )
    twice = BadRow("DUPLICATE", "an earlier row says exactly this")
    return {row: (twice, values.named(int(values.image_ids[row]))) for row in again.tolist()}


def renamed(bad: BadRow) -> BadRow:
    """Say of a prediction what is wrong with it: its score, its box, or something else."""
    code, of_score = bad.code, bad.message.startswith("score")
    if "$.score" in bad.message:
        code = "SCORE_NOT_A_NUMBER"
    elif code == "OUT_OF_RANGE" and of_score:
        code = "SCORE_OUT_OF_RANGE"
    elif "$.bbox" in bad.message or code in BOX_CODES:
        code = "BAD_BOX"
    return bad if code == bad.code else BadRow(code, bad.message, item=bad.item)
