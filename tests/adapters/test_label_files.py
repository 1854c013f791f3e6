"""From uploads to a report, on real files in a real blob store."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from labelmarket.adapters.blobs.container import Containers
from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.formats.column_files import ColumnFiles
from labelmarket.adapters.label_files import BlobLabelFiles
from labelmarket.application.labels import (
    BlobMissing,
    Blobs,
    Item,
    ItemsRead,
    LabelFiles,
    LabelsRead,
    MeasuredPart,
    Ranges,
    ReportMerged,
    UnreadableFile,
)
from labelmarket.workers.columns import NO_ID
from tests.adapters.formats.coco_samples import Json, annotation, coco, image

REFERENCE = Path(os.environ.get("LABELMARKET_REFERENCE_DATA", "no-such-folder"))
COCO100 = REFERENCE / "images" / "coco100" / "instances_val2014_100.json"
needs_coco100 = pytest.mark.skipif(
    not COCO100.exists(), reason="LABELMARKET_REFERENCE_DATA has no images/coco100"
)

CLASSES = ("cat", "dog")


class Desk:
    """A project's files: its manifests, and what was delivered on them."""

    def __init__(self, folder: Path, *, classes: tuple[str, ...] = CLASSES) -> None:
        self.blobs = LocalBlobs(folder)
        self.files = BlobLabelFiles(self.blobs)
        self.classes = classes
        self.manifests: tuple[str, ...] = ()
        self.gold: tuple[str, ...] = ()

    def upload(self, document: Json) -> str:
        return self.blobs.put(json.dumps(document).encode())

    def add(self, document: Json, **media: str) -> ItemsRead:
        named = {name.replace("_", "."): digest for name, digest in media.items()}
        read = self.files.read_items(self.upload(document), after=self.manifests, media=named)
        self.manifests = (*self.manifests, read.digest)
        return read

    def deliver(self, document: Json, *, within: Ranges | None = None) -> LabelsRead:
        return self.files.read_labels(
            self.upload(document), items=self.manifests, classes=self.classes, within=within
        )

    def measured(self, document: Json, *, kept: Ranges | None = None) -> MeasuredPart:
        labels = self.deliver(document).digest
        sums = self.files.measure(
            labels, items=self.manifests, classes=self.classes, gold=self.gold
        )
        return MeasuredPart(labels=labels, sums=sums, kept=kept)

    def merge(self, *parts: MeasuredPart) -> tuple[ReportMerged, Json]:
        merged = self.files.merge(parts, items=self.manifests, classes=self.classes, gold=self.gold)
        report: Json = json.loads(self.files.report(merged.digest))
        return merged, report


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.add(coco(images=[image(at, f"{at}.jpg") for at in range(4)]))
    return desk


def part(items: list[int], *annotations: Json) -> Json:
    return coco(images=[image(at, f"{at}.jpg") for at in items], annotations=list(annotations))


def test_the_adapters_fit_the_ports(desk: Desk) -> None:
    files: LabelFiles = desk.files
    blobs: Blobs = desk.blobs

    assert files.report(blobs.put(b"{}")) == b"{}"


def test_items_of_several_files_share_one_numbering(desk: Desk) -> None:
    read = desk.add(coco(images=[image(9, "1.jpg"), image(9, "x.png")]), x_png="ab" * 32)

    assert (read.items, read.problems_total, read.problems[0].code) == (1, 1, "DUPLICATE_ITEM")
    assert desk.files.items(desk.manifests, first=3, count=10) == (
        Item(ordinal=3, key="3.jpg", width=100.0, height=50.0, media=""),
        Item(ordinal=4, key="x.png", width=100.0, height=50.0, media="ab" * 32),
    )


def test_a_page_of_items_has_a_bound(desk: Desk) -> None:
    with pytest.raises(ValueError, match="at most"):
        desk.files.items(desk.manifests, first=0, count=10_001)


def test_reading_the_same_upload_again_gives_the_same_digests(desk: Desk) -> None:
    document = part([0, 1], annotation(0, segmentation=[[1, 2, 3, 4, 5, 6]]), annotation(1, 7))

    assert desk.deliver(document) == desk.deliver(document)
    assert desk.measured(document) == desk.measured(document)


def test_an_item_that_lost_a_row_is_not_covered_by_a_delivery_and_can_come_again(
    desk: Desk,
) -> None:
    lost = {**annotation(0), "bbox": [1, 1, -5, 5]}
    good = [annotation(0), annotation(1)]

    bad = desk.deliver(part([0, 1], *good, lost), within=((0, 2),))
    nothing = desk.deliver(part([0], lost), within=((0, 2),))
    again = desk.deliver(part([0], annotation(0)), within=((0, 2),))

    assert (bad.labels, bad.covered, bad.problems_total) == (1, ((1, 2),), 1)
    assert (nothing.labels, nothing.covered) == (0, ())
    assert (again.labels, again.covered) == (1, ((0, 1),))


def test_a_delivery_says_what_it_covers_and_what_it_lost(desk: Desk) -> None:
    read = desk.deliver(part([0, 1, 3], annotation(0), annotation(3, 9)), within=((0, 2),))

    assert (read.labels, read.covered, read.problems_total) == (1, ((0, 2),), 2)
    assert [problem.code for problem in read.problems] == ["NOT_IN_SLICE", "NOT_IN_SLICE"]


def test_columns_come_back_as_read_only_views_of_the_blob(desk: Desk) -> None:
    read = desk.deliver(part([0], annotation(0, segmentation=[[1, 2, 3, 4, 5, 6]])))
    files = ColumnFiles(desk.blobs)

    labels = files.labels(read.digest)

    assert not labels.boxes.flags.owndata
    assert not labels.boxes.flags.writeable
    assert labels.boxes.tolist() == [[1.0, 2.0, 3.0, 4.0]]
    assert files.outlines(read.digest).rings(0)[0].tolist() == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]


def test_columns_of_before_are_read_and_their_sums_are_of_no_use(desk: Desk) -> None:
    read = desk.deliver(part([0], annotation(0)))
    files, containers = ColumnFiles(desk.blobs), Containers(desk.blobs)
    stored = containers.open(read.digest, kind="labels")
    columns = {name: column for name, column in stored.columns.items() if name != "ids"}
    meta = {name: said for name, said in stored.meta.items() if name != "annotator_names"}
    before = containers.write("labels", meta=meta, columns=columns)
    sums = containers.write("sums", meta={"measured": [before]}, columns={"labels": np.zeros(1)})

    labels = files.labels(before)

    assert labels.ids.tolist() == [NO_ID]
    assert labels.annotator_names == ()
    assert files.sums(sums, measured=(before,)) is None


def test_outlines_lie_in_a_blob_of_their_own_that_no_measure_opens(desk: Desk) -> None:
    read = desk.deliver(part([0], annotation(0, segmentation=[[1, 2, 3, 4, 5, 6]])))
    [outlines] = [
        path
        for path in desk.blobs.path(read.digest).parent.parent.rglob("*")
        if path.is_file() and b'"kind":"outlines"' in path.read_bytes()[:4096]
    ]
    outlines.unlink()

    assert desk.files.measure(read.digest, items=desk.manifests, classes=CLASSES, gold=())


def test_parts_merge_to_the_report_of_the_whole_in_any_order(desk: Desk) -> None:
    rows = [annotation(0), annotation(1, 2), annotation(1), annotation(3)]
    desk.gold = (desk.deliver(part([0, 3], annotation(0), annotation(3, 2))).digest,)
    one = desk.measured(part([0, 1], *rows[:3]))
    other = desk.measured(part([2, 3], rows[3]))

    whole, _ = desk.merge(desk.measured(part([0, 1, 2, 3], *rows)))

    assert desk.merge(one, other)[0] == desk.merge(other, one)[0] == whole
    assert (whole.items, whole.labels, whole.covered) == (4, 4, ((0, 4),))


def test_an_item_that_two_parts_cover_counts_for_the_first(desk: Desk) -> None:
    first = desk.measured(part([0, 1], annotation(0), annotation(1)))
    again = desk.measured(part([1, 2], annotation(1, 2), annotation(1, 2), annotation(2, 2)))

    merged, report = desk.merge(first, again)

    assert (merged.items, merged.labels, merged.problems_total) == (3, 3, 2)
    assert [row["labels"] for row in report["classes"]] == [2, 1]
    assert report["problems"] == 2


def test_a_later_part_replaces_what_an_earlier_one_does_not_keep(desk: Desk) -> None:
    first = desk.measured(part([0, 1], annotation(0), annotation(1)), kept=((0, 1),))
    rework = desk.measured(part([1], annotation(1, 2), annotation(1, 2)), kept=((1, 2),))

    merged, report = desk.merge(first, rework)

    assert (merged.items, merged.labels) == (2, 3)
    assert [row["labels"] for row in report["classes"]] == [1, 2]


def test_an_answer_without_labels_holds_its_item_too(desk: Desk) -> None:
    merged, _ = desk.merge(
        desk.measured(part([0])), desk.measured(part([0, 1], annotation(0), annotation(1)))
    )

    assert (merged.items, merged.labels, merged.problems_total) == (2, 1, 1)


def test_parts_measured_before_a_class_was_added_are_measured_again(desk: Desk) -> None:
    early = desk.measured(part([0], annotation(0)))
    desk.classes = ("cat", "dog", "ant")

    _, report = desk.merge(early)

    assert [row["name"] for row in report["classes"]] == ["cat", "dog", "ant"]


def test_parts_measured_before_gold_was_added_are_measured_again(desk: Desk) -> None:
    early = desk.measured(part([0], annotation(0)))
    desk.gold = (desk.deliver(part([0], annotation(0))).digest,)

    _, report = desk.merge(early)

    assert (report["goldBoxes"], report["goldMatched"], report["meanBestIou"]) == (1, 1, 1.0)


def test_no_parts_give_an_empty_report(desk: Desk) -> None:
    merged, report = desk.merge()

    assert (merged.items, merged.labels, merged.covered) == (0, 0, ())
    assert report["meanBestIou"] is None


def test_a_report_is_canonical_json(desk: Desk) -> None:
    merged, report = desk.merge(desk.measured(part([0], annotation(0))))

    text = json.dumps(report, sort_keys=True, separators=(",", ":"))
    assert desk.files.report(merged.digest) == text.encode()


def test_a_missing_upload_is_missing(desk: Desk) -> None:
    with pytest.raises(BlobMissing):
        desk.files.read_items("0" * 64, after=(), media={})


def test_a_digest_of_something_else_is_no_manifest(desk: Desk) -> None:
    with pytest.raises(UnreadableFile, match="items columns"):
        desk.files.items((desk.deliver(part([0])).digest,), first=0, count=1)


@pytest.mark.parametrize("classes", [("cat", "cat"), tuple(map(str, range(2_001)))])
def test_classes_must_be_distinct_and_few(desk: Desk, classes: tuple[str, ...]) -> None:
    desk.classes = classes

    with pytest.raises(ValueError, match="classes"):
        desk.deliver(part([0]))


@pytest.mark.parametrize(
    "module", ["adapters.label_files", "adapters.machine_labels", "web.process"]
)
def test_whoever_measures_nothing_does_not_load_numba(module: str) -> None:
    program = f"import sys, labelmarket.{module}; print('numba' in sys.modules)"

    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert shown.stdout.strip() == b"False"


def reported_coco100(folder: Path) -> tuple[Json, Json]:
    """Give our report on the hundred images, and the figures of the reference."""
    document: Json = json.loads(COCO100.read_bytes())
    desk = Desk(folder, classes=tuple(row["name"] for row in document["categories"]))
    desk.add(document)
    desk.gold = (desk.deliver(document).digest,)
    _, report = desk.merge(desk.measured(document))
    expected = json.loads((REFERENCE / "expected" / "images.json").read_bytes())
    return report, expected["coco100_stats_with_crowd"]


@needs_coco100
def test_counts_and_pairs_of_a_hundred_coco_images_are_those_of_the_reference(
    tmp_path: Path,
) -> None:
    report, expected = reported_coco100(tmp_path)

    assert (report["images"], report["labels"]) == (expected["images"], expected["labels"])
    assert sum(row["labels"] > 0 for row in report["classes"]) == expected["classes_used"]
    pairs = {f"{pair['a']}|{pair['b']}": pair["images"] for pair in report["cooccurrence"]}
    assert pairs == expected["cooccurrence_images"]
    assert (report["goldBoxes"], report["meanBestIou"]) == (830, 1.0)


@needs_coco100
def test_density_of_a_hundred_coco_images_is_that_of_the_reference(tmp_path: Path) -> None:
    report, expected = reported_coco100(tmp_path)
    counts = {row["name"]: row for row in report["classes"]}
    used = {row["name"]: row for row in report["density"] if row["maxInOneImage"]}

    assert used.keys() == expected["density"].keys()
    for name, figures in expected["density"].items():
        row = used[name]
        held = {str(n): images for n, images in enumerate(row["histogram"]) if n and images}
        assert held == figures["hist"]
        assert sum(row["histogram"]) == 100
        assert (counts[name]["labels"], counts[name]["images"]) == (
            figures["labels"],
            figures["images"],
        )
        assert row["maxInOneImage"] == figures["max_in_one_image"]
        assert round(row["shareOfTopImage"], 6) == figures["share_of_top_image"]
        assert round(row["gini"], 6) == figures["gini_over_all_images"]


@needs_coco100
def test_location_of_a_hundred_coco_images_is_that_of_the_reference(tmp_path: Path) -> None:
    report, expected = reported_coco100(tmp_path)
    located = {row["name"]: row for row in report["location"]}

    for name, figures in expected["location_of_box_centre"].items():
        row = located[name]
        assert row["quadrants"] == figures["quadrants_rows_top_to_bottom"]
        assert thirds(row["centres"]) == figures["grid3x3"]
        assert row["unplaced"] == figures["centres_outside_0_1"]


def thirds(cells: list[list[int]]) -> list[list[int]]:
    size = len(cells) // 3
    return [
        [
            sum(sum(line[size * x : size * (x + 1)]) for line in cells[size * y : size * (y + 1)])
            for x in range(3)
        ]
        for y in range(3)
    ]
