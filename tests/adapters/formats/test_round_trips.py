"""What a format holds comes back from it; what it does not hold is told when it is written."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from labelmarket.adapters.formats.dataset import Dataset, Manifest
from labelmarket.adapters.formats.detect import detect
from labelmarket.adapters.formats.growing import Growing
from labelmarket.adapters.formats.marking import MACHINE_MARKS, annotator_of
from labelmarket.adapters.formats.output import CannotWrite
from labelmarket.adapters.formats.reading import read
from labelmarket.adapters.formats.writing import write
from labelmarket.domain.label_format import LabelFormat
from tests.adapters.formats.format_samples import (
    BOX,
    ITEM,
    MASK,
    POLYGON,
    RINGS,
    datasets,
    items,
    mask,
    rows,
    without,
)

EXAMPLES = settings(max_examples=40, deadline=None)
EVERY_VALUE = ("score", "area", "crowd", "annotator", "ident")


def there_and_back(dataset: Dataset, kind: LabelFormat, *, detected: bool = True) -> Dataset:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"labels.{SUFFIX.get(kind, 'json')}"
        write(dataset, path, format=kind)
        if detected:
            assert detect(path) is kind
        back = read(path, format=kind)
    assert back.problems_total == sum(problem.kept for problem in back.problems)
    return back


SUFFIX = {
    LabelFormat.CVAT: "xml",
    LabelFormat.CSV: "csv",
    LabelFormat.JSON_LINES: "jsonl",
    LabelFormat.NATIVE: "ndjson",
}


@given(datasets(kinds=(BOX, POLYGON, RINGS, MASK, ITEM), said=EVERY_VALUE))
@EXAMPLES
def test_the_native_format_loses_nothing(dataset: Dataset) -> None:
    back = there_and_back(dataset, LabelFormat.NATIVE)

    assert (rows(back), items(back)) == (rows(dataset), items(dataset))
    assert back.labels.class_names == dataset.labels.class_names
    assert back.labels.annotator_names == dataset.labels.annotator_names
    assert (back.item_ids, back.class_ids) == (dataset.item_ids, dataset.class_ids)
    assert np.array_equal(back.labels.items, dataset.labels.items)


@given(datasets(kinds=(BOX, POLYGON, RINGS, MASK, ITEM), said=EVERY_VALUE))
@EXAMPLES
def test_coco_brings_back_every_value_and_gives_ids_to_labels_without(dataset: Dataset) -> None:
    back = there_and_back(dataset, LabelFormat.COCO)

    assert rows(without(back, "ids")) == rows(without(dataset, "ids"))
    assert items(back) == items(dataset)
    assert back.labels.class_names == dataset.labels.class_names
    given_ids = dataset.labels.ids != -(2**63)
    assert np.array_equal(back.labels.ids[given_ids], dataset.labels.ids[given_ids])
    assert (back.item_ids, back.class_ids) == (dataset.item_ids, dataset.class_ids)


@given(datasets(kinds=(BOX, POLYGON, MASK), said=("score", "area")))
@EXAMPLES
def test_coco_results_bring_back_labels_by_their_numbers(dataset: Dataset) -> None:
    back = there_and_back(dataset, LabelFormat.COCO_RESULTS, detected=False)

    assert back.numbered
    assert back.labels.boxes.tolist() == dataset.labels.boxes.tolist()
    assert [back.item_ids[at] for at in back.labels.items] == [
        dataset.item_ids[at] for at in dataset.labels.items
    ]


@given(datasets(kinds=(BOX, POLYGON), said=()))
@EXAMPLES
def test_yolo_brings_back_boxes_and_polygons(dataset: Dataset) -> None:
    back = there_and_back(dataset, LabelFormat.YOLO, detected=False)

    assert items(back) == items(dataset)
    assert back.labels.class_names == dataset.labels.class_names
    boxed = [row for row in range(len(dataset.labels)) if dataset.labels.geometry[row] == 0]
    assert near_boxes(back, 0) == near_boxes(dataset, 0)
    assert len(back.labels) - len(boxed) == int((back.labels.geometry == 1).sum())


def near_boxes(dataset: Dataset, kind: int) -> list[str]:
    chosen = dataset.labels.geometry == kind
    near = np.round(dataset.labels.boxes[chosen], 6) + 0.0
    return sorted(map(repr, near.tolist()))


@given(datasets(kinds=(BOX,), said=("score",)))
@EXAMPLES
def test_yolo_brings_back_scores(dataset: Dataset) -> None:
    back = there_and_back(dataset, LabelFormat.YOLO, detected=False)

    assert sorted(map(repr, back.labels.scores)) == sorted(map(repr, dataset.labels.scores))


@given(datasets(kinds=(BOX,)))
@EXAMPLES
def test_voc_brings_back_boxes_images_and_classes(dataset: Dataset) -> None:
    back = there_and_back(dataset, LabelFormat.VOC, detected=bool(len(dataset.items)))

    assert sorted(items(back)) == sorted(items(dataset))
    assert rows(without(back, "ids"), digits=9) == rows(without(dataset, "ids"), digits=9)


@given(datasets(kinds=(BOX, MASK, ITEM, POLYGON), said=("score", "annotator")))
@EXAMPLES
def test_cvat_brings_back_every_kind_of_label_and_who_made_it(dataset: Dataset) -> None:
    back = there_and_back(dataset, LabelFormat.CVAT)

    assert items(back) == items(dataset)
    assert back.labels.class_names == dataset.labels.class_names
    assert made(back) == made(dataset)
    for kind in (0, 2):
        assert near_boxes(back, kind) == near_boxes(dataset, kind)
    assert sorted(outline_texts(back)) == sorted(outline_texts(dataset))


def made(dataset: Dataset) -> list[tuple[str, str, str]]:
    """Give the item, the maker and the score of every label."""
    labels = dataset.labels
    return sorted(
        (dataset.key(int(labels.items[row])), annotator_of(labels, row), repr(labels.scores[row]))
        for row in range(len(labels))
    )


def outline_texts(dataset: Dataset) -> list[str]:
    shapes = dataset.outlines
    return [
        repr((shapes.runs(row).tolist(), [ring.tolist() for ring in shapes.rings(row)]))
        for row in range(len(shapes))
    ]


@given(datasets(kinds=(BOX, POLYGON, ITEM), said=("score", "annotator")))
@EXAMPLES
def test_label_studio_brings_back_regions_choices_and_people(dataset: Dataset) -> None:
    back = there_and_back(dataset, LabelFormat.LABEL_STUDIO, detected=bool(len(dataset.items)))

    assert [key for key, _ in items(back)] == [key for key, _ in items(dataset)]
    assert near_boxes(back, 0) == near_boxes(dataset, 0)
    for column in ("scores", "geometry"):
        ours, theirs = getattr(dataset.labels, column), getattr(back.labels, column)
        assert sorted(map(repr, theirs)) == sorted(map(repr, ours))
    assert made(back) == made(dataset)


@given(datasets(kinds=(BOX, ITEM), said=("score", "annotator"), sized=False))
@EXAMPLES
def test_a_table_brings_back_classes_boxes_and_people(dataset: Dataset) -> None:
    back = there_and_back(dataset, LabelFormat.CSV)

    assert items(back) == items(dataset)
    assert rows(without(back, "ids"), digits=9) == rows(without(dataset, "ids"), digits=9)


@given(datasets(kinds=(ITEM,), said=("score", "annotator"), sized=False))
@EXAMPLES
def test_json_lines_bring_back_classes_and_people(dataset: Dataset) -> None:
    back = there_and_back(dataset, LabelFormat.JSON_LINES, detected=bool(len(dataset.items)))

    assert items(back) == items(dataset)
    assert rows(back) == rows(without(dataset, "ids"))


def everything() -> Dataset:
    """Give one label of every kind, with every value."""
    growing = Growing()
    item = growing.item("a.jpg", width=8.0, height=6.0)
    growing.item("b.jpg")
    growing.kind("never")
    square = (0.0, 0.0, 2.0, 0.0, 2.0, 2.0)
    more = {"score": 0.5, "area": 4.0, "crowd": 1, "annotator": "Ann", "ident": 9}
    growing.label(item, "cat", box=(1.0, 1.0, 2.0, 3.0), **more)  # type: ignore[arg-type]
    growing.label(item, "cat", polygons=(square,), annotator="machine: detector 2")
    growing.label(item, "cat", polygons=(square, square))
    growing.label(item, "cat", mask=mask([0, 1] * 24))
    growing.label(item, "cat")
    growing.label(growing.item("c.jpg"), "dog", box=(0.0, 0.0, 1.0, 1.0))
    return growing.dataset()


def lost(manifest: Manifest) -> set[str]:
    return {loss.what for loss in manifest.losses}


@pytest.mark.parametrize("kind", [LabelFormat.NATIVE, LabelFormat.COCO])
def test_formats_that_hold_everything_report_no_loss(tmp_path: Path, kind: LabelFormat) -> None:
    assert lost(write(everything(), tmp_path / "out", format=kind)) == set()


@pytest.mark.parametrize(
    ("kind", "some"),
    [
        (
            LabelFormat.YOLO,
            {"masks", "polygons of several rings", "labels of whole items", "annotators"},
        ),
        (LabelFormat.YOLO, {"areas", "crowd marks", "labels on images of unknown size"}),
        (LabelFormat.VOC, {"polygons", "masks", "scores", "classes without labels"}),
        (LabelFormat.CVAT, {"polygons of several rings", "areas", "ids of labels"}),
        (LabelFormat.YOLO, {MACHINE_MARKS}),
        (LabelFormat.VOC, {MACHINE_MARKS, "annotators"}),
        (LabelFormat.LABEL_STUDIO, {"masks", "classes without labels", "ids of labels"}),
        (LabelFormat.CSV, {"polygons", "masks", "sizes of images"}),
        (LabelFormat.JSON_LINES, {"boxes", "polygons", "masks"}),
        (LabelFormat.COCO_RESULTS, {"items without labels", "classes without labels"}),
        (LabelFormat.COCO_RESULTS, {"names of items", "names of classes"}),
    ],
)
def test_what_a_format_cannot_hold_is_told(
    tmp_path: Path, kind: LabelFormat, some: set[str]
) -> None:
    assert some <= lost(write(everything(), tmp_path / "out", format=kind))


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        *(
            (kind, 6)
            for kind in (
                LabelFormat.NATIVE,
                LabelFormat.COCO,
                LabelFormat.COCO_RESULTS,
                LabelFormat.CVAT,
            )
        ),
        *((LabelFormat.YOLO, 4), (LabelFormat.VOC, 5), (LabelFormat.LABEL_STUDIO, 5)),
        *((LabelFormat.CSV, 6), (LabelFormat.JSON_LINES, 1)),
    ],
)
def test_a_manifest_counts_the_labels_read_and_those_written(
    tmp_path: Path, kind: LabelFormat, written: int
) -> None:
    path = tmp_path / f"out.{SUFFIX.get(kind, 'json')}"

    manifest = write(everything(), path, format=kind)

    assert (manifest.labels, manifest.labels_written) == (6, written)
    assert len(read(path, format=kind).labels) == written


@pytest.mark.parametrize("kind", [LabelFormat.YOLO, LabelFormat.VOC])
def test_marks_of_a_machine_that_a_format_cannot_hold_are_counted(
    tmp_path: Path, kind: LabelFormat
) -> None:
    growing = Growing()
    item = growing.item("a.jpg", width=8.0, height=6.0)
    for who in ("machine: detector 2", "machine: detector 2", "Ann", ""):
        growing.label(item, "cat", box=(1.0, 1.0, 2.0, 3.0), annotator=who)

    manifest = write(growing.dataset(), tmp_path / "out", format=kind)

    found = {loss.what: loss.count for loss in manifest.losses}
    assert (found[MACHINE_MARKS], found["annotators"]) == (2, 3)


def test_scores_of_polygons_in_yolo_are_told_and_those_of_boxes_stay(tmp_path: Path) -> None:
    growing = Growing()
    item = growing.item("a.jpg", width=8.0, height=6.0)
    growing.label(item, "cat", polygons=((0.0, 0.0, 2.0, 0.0, 2.0, 2.0),), score=0.5)
    growing.label(item, "cat", box=(1.0, 1.0, 2.0, 3.0), score=0.25)

    manifest = write(growing.dataset(), tmp_path / "out", format=LabelFormat.YOLO)

    assert [(loss.what, loss.count) for loss in manifest.losses] == [("scores of polygons", 1)]
    assert read(tmp_path / "out").labels.scores[1] == 0.25


def test_names_that_are_their_numbers_are_not_lost_in_results(tmp_path: Path) -> None:
    growing = Growing()
    growing.label(growing.item("1"), "1", box=(1.0, 1.0, 2.0, 3.0), ident=1, score=0.5)

    manifest = write(growing.dataset(), tmp_path / "out", format=LabelFormat.COCO_RESULTS)

    assert manifest.losses == ()


def test_results_tell_how_many_labels_have_no_score(tmp_path: Path) -> None:
    growing = Growing()
    for score in (0.5, float("nan"), float("nan")):
        growing.label(growing.item("1"), "1", box=(1.0, 1.0, 2.0, 3.0), score=score)

    manifest = write(growing.dataset(), tmp_path / "out", format=LabelFormat.COCO_RESULTS)

    lost = {loss.what: loss.count for loss in manifest.losses}
    assert (lost["labels without a score"], manifest.labels_written) == (2, 3)


def test_a_manifest_names_every_file_with_its_digest(tmp_path: Path) -> None:
    manifest = write(everything(), tmp_path / "out", format=LabelFormat.VOC)

    assert (manifest.items, manifest.labels, len(manifest.files)) == (3, 6, 3)
    for file in manifest.files:
        data = (tmp_path / "out" / file.name).read_bytes()
        assert (len(data), sha256(data)) == (file.bytes, file.sha256)


def sha256(data: bytes) -> str:
    import hashlib  # noqa: PLC0415

    return hashlib.sha256(data).hexdigest()


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")

    with pytest.raises(CannotWrite) as refused:
        write(everything(), tmp_path / "out", format=LabelFormat.COCO)

    assert refused.value.code == "PLACE_TAKEN"
    assert (tmp_path / "out").read_text() == "mine"


def test_no_key_leads_out_of_the_folder(tmp_path: Path) -> None:
    growing = Growing()
    for key in ("../../x.jpg", "/etc/passwd", "a/b.jpg", "c/b.jpg", "con", "train.jpg", ".."):
        growing.item(key, width=1.0, height=1.0)

    manifest = write(growing.dataset(), tmp_path / "out", format=LabelFormat.YOLO)

    assert len({file.name for file in manifest.files}) == 9
    assert all(
        (tmp_path / "out" / file.name).resolve().is_relative_to(tmp_path / "out")
        for file in manifest.files
    )
    assert items(read(tmp_path / "out", format=LabelFormat.YOLO)) == items(growing.dataset())


def test_no_cell_of_a_table_is_a_formula(tmp_path: Path) -> None:
    growing = Growing()
    for text in ("=1+1", "+x", "-x", "@x", "\tx", "\rx", "'=x"):
        growing.label(growing.item(text), text, annotator=text)

    write(growing.dataset(), tmp_path / "out.csv", format=LabelFormat.CSV)

    with (tmp_path / "out.csv").open(newline="") as file:
        import csv  # noqa: PLC0415

        cells = [cell for row in list(csv.reader(file))[1:] for cell in row if cell]
    assert all(cell.startswith("'") for cell in cells)
    assert items(read(tmp_path / "out.csv")) == items(growing.dataset())


def test_a_name_that_xml_cannot_spell_is_refused(tmp_path: Path) -> None:
    growing = Growing()
    growing.label(growing.item("a"), "b\x01")

    with pytest.raises(CannotWrite, match="XML"):
        write(growing.dataset(), tmp_path / "out", format=LabelFormat.CVAT)
