"""Real files of many tools are read, or refused with a reason."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from labelmarket.adapters.formats.aligning import aligned
from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.reading import read
from labelmarket.adapters.formats.yolo import TextLayout
from labelmarket.adapters.formats.yolo_images import Sizes
from labelmarket.application.labels import UnreadableFile
from labelmarket.domain.label_format import LabelFormat

REFERENCE = Path(os.environ.get("LABELMARKET_REFERENCE_DATA", "no-such-folder"))
IMAGES = REFERENCE / "images"
pytestmark = pytest.mark.skipif(
    not IMAGES.is_dir(), reason="LABELMARKET_REFERENCE_DATA has no images"
)
TOY = IMAGES / "voc_toy_10img"
SUFFIXES = {".json", ".xml", ".csv", ".jsonl", ".txt"}


def boxes(dataset: Dataset) -> list[tuple[str, list[float]]]:
    labels = dataset.labels
    return sorted(
        (Path(dataset.key(int(item))).stem, box)
        for item, box in zip(labels.items, labels.boxes.tolist(), strict=True)
    )


def toy_sizes() -> Sizes:
    gold = read(TOY / "gts_vocpascal_format")
    return {
        gold.key(at): (float(gold.items.sizes[at, 0]), float(gold.items.sizes[at, 1]))
        for at in range(len(gold.items))
    }


@pytest.mark.parametrize(
    ("folder", "layout"),
    [
        ("dets_classid_abs_xywh", TextLayout.SCORE_XYWH),
        ("dets_classname_abs_xywh", TextLayout.SCORE_XYWH),
        ("dets_classid_abs_xyx2y2", TextLayout.SCORE_XYXY),
        ("dets_classname_abs_xyx2y2", TextLayout.SCORE_XYXY),
        ("dets_classid_rel_xcycwh", TextLayout.SCORE_CENTRE),
        ("dets_classname_rel_xcycwh", TextLayout.SCORE_CENTRE),
    ],
)
def test_every_convention_of_the_toy_detections_says_the_boxes_of_coco(
    folder: str, layout: TextLayout
) -> None:
    gold = read(TOY / "gts_coco_format" / "toy_example_coco.JSON")
    coco = aligned(read(TOY / "dets_coco_format" / "coco_dets.json"), gold)

    text = read(TOY / folder, format=LabelFormat.YOLO, layout=layout, sizes=toy_sizes())

    assert (text.problems_total, len(text.labels)) == (0, len(coco.labels))
    ours, theirs = boxes(text), boxes(coco)
    assert [key for key, _ in ours] == [key for key, _ in theirs]
    apart = np.abs(np.array([box for _, box in ours]) - np.array([box for _, box in theirs]))
    assert apart.max() <= (1.0 if "rel" in folder else 0.0)


def test_the_toy_gold_is_the_same_in_voc_and_in_coco() -> None:
    voc, coco = (
        read(TOY / "gts_vocpascal_format"),
        read(TOY / "gts_coco_format" / "toy_example_coco.JSON"),
    )

    assert boxes(voc) == boxes(coco)


def test_bccd_is_read_whole_and_two_boxes_without_size_are_named() -> None:
    dataset = read(IMAGES / "bccd_voc_xml")

    assert (len(dataset.items), len(dataset.labels)) == (364, 4_888)
    assert set(dataset.labels.class_names) == {"RBC", "WBC", "Platelets"}
    assert [(problem.code, problem.kept) for problem in dataset.problems] == [
        ("ZERO_SIZE", True)
    ] * 2


def test_coco_results_are_brought_onto_their_gold() -> None:
    folder = IMAGES / "coco100"
    gold = read(folder / "instances_val2014_100.json")

    for name, rows in (
        ("instances_val2014_fakebbox100_results.json", 734),
        ("segm_results_even50.json", 341),
    ):
        predicted = aligned(read(folder / name), gold)
        assert (len(predicted.labels), predicted.problems_total) == (rows, 0)
        assert predicted.labels.class_names == gold.labels.class_names


def test_masks_of_results_have_the_boxes_that_pycocotools_gives_them() -> None:
    mask = pytest.importorskip("pycocotools.mask", reason="pycocotools is not installed")
    path = IMAGES / "coco100" / "segm_results_even50.json"
    rows = json.loads(path.read_bytes())

    dataset = read(path)

    expected = mask.toBbox([row["segmentation"] for row in rows])
    assert np.array_equal(dataset.labels.boxes, expected)


CODES = {
    *("NO_SIZE", "WRONG_SHAPE", "WRONG_TYPE", "UNKNOWN_ID", "NO_BOX", "NO_LABEL", "NO_ITEM"),
    *("BAD_KEY", "BAD_CLASS", "ROTATED", "BRUSH", "ZERO_SIZE", "UNKNOWN_CLASS", "DUPLICATE_ITEM"),
    *("NOT_JSON", "OUT_OF_RANGE", "NEGATIVE_SIZE", "ODD_POLYGON", "BAD_MASK", "NOT_TEXT"),
}
REFUSALS = {
    "EMPTY_FILE",
    "UNKNOWN_FORMAT",
    "WRONG_SHAPE",
    "FORBIDDEN_XML",
    "SEVERAL_FILES",
    "NOT_CSV",
}


def fixtures() -> list[Path]:
    roots = (
        IMAGES / "datumaro_formats",
        REFERENCE / "formats",
        IMAGES / "fce_small",
        IMAGES / "keypoints",
        IMAGES / "multi_annotator_ls",
        IMAGES / "voc_ap_7img",
    )
    found = [path for root in roots for path in sorted(root.rglob("*"))]
    return [path for path in found if path.is_file() and path.suffix.lower() in SUFFIXES]


def read_or_refused(path: Path) -> Dataset | str:
    try:
        return read(path)
    except UnreadableFile as refused:
        return refused.code


def test_every_fixture_is_read_or_refused_with_a_reason() -> None:
    paths = fixtures()
    read_well = 0

    for path in paths:
        dataset = read_or_refused(path)
        if isinstance(dataset, str):
            assert dataset in REFUSALS, path
            continue
        assert {problem.code for problem in dataset.problems} <= CODES, path
        read_well += bool(len(dataset.labels)) or not dataset.problems_total

    assert len(paths) > 150
    assert read_well >= 60


@pytest.mark.parametrize(
    ("name", "items", "labels"),
    [
        ("coco_dataset/coco/annotations/instances_val.json", 1, 2),
        ("coco_dataset/coco_labels/annotations/labels_train.json", 1, 1),
        ("coco_dataset/coco_stuff/annotations/stuff_train.json", 1, 1),
        ("roboflow_dataset/coco/train/_annotations.coco.json", 2, 2),
        ("voc_dataset/voc_dataset1", 1, 2),
        ("roboflow_dataset/voc", 3, 4),
        ("cvat_dataset/for_images/export_project", 2, 6),
        ("roboflow_dataset/multiclass/train/_classes.csv", 2, 2),
        ("vott_csv_dataset/dataset/train-export.csv", 2, 3),
    ],
)
def test_fixtures_of_formats_we_read_are_read_without_a_problem(
    name: str, items: int, labels: int
) -> None:
    dataset = read(IMAGES / "datumaro_formats" / name)

    assert dataset.problems_total == 0
    assert (len(dataset.items), len(dataset.labels)) == (items, labels)


def test_yolo_fixtures_are_read_with_their_sizes() -> None:
    folder = REFERENCE / "formats" / "label_studio_converter" / "test_import_yolo_data"
    sizes = {f"img_{number}.jpg": (640.0, 329.0) for number in range(1, 8)}

    dataset = read(folder, sizes=sizes)

    assert (len(dataset.items), len(dataset.labels), dataset.problems_total) == (7, 25, 0)


def test_three_annotators_keep_their_names() -> None:
    dataset = read(IMAGES / "multi_annotator_ls" / "test_bbox.json")

    assert len(dataset.items) == 5
    assert len(dataset.labels.annotator_names) == 3
    assert (dataset.labels.annotators >= 0).all()
