"""Two workers share the parts of a delivery, and one of them may die over it."""

from pathlib import Path

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.label_files import BlobLabelFiles
from labelmarket.application.labels import MeasuredPart
from tests.whole.delivery import CLASSES, WORKERS, Delivery, deliveries

IMAGES, BOXES, PARTS = 1_000, 15_000, 6
ENDED = """
SELECT count(*) FROM market.facts WHERE originator_id = %s AND topic = %s
"""


def test_the_report_is_the_same_though_a_worker_is_killed_half_way(tmp_path: Path) -> None:
    # Given a delivery in parts, and the report that one process makes of it
    files = Delivery.make(images=IMAGES, boxes=BOXES, parts=PARTS)
    alone = _alone(files, tmp_path / "alone")
    with deliveries(tmp_path) as market:
        # When two worker processes are at it, and one is killed half-way
        measured = market.run(files, workers=WORKERS, kill=WORKERS[1])
        # Then the report is that one, and each part was read once
        assert measured.digest == alone
        assert market.ask(ENDED, measured.batch_id, "PartMeasured") == PARTS
        assert market.ask(ENDED, measured.batch_id, "BatchMeasured") == 1


def _alone(files: Delivery, folder: Path) -> str:
    """The digest of the report, read, measured and merged right here."""
    blobs = LocalBlobs(folder)
    labels = BlobLabelFiles(blobs)
    items = (labels.read_items(blobs.put(files.items), after=(), media={}).digest,)
    parts = []
    for part in files.parts:
        read = labels.read_labels(blobs.put(part), items=items, classes=CLASSES, within=None)
        sums = labels.measure(read.digest, items=items, classes=CLASSES, gold=())
        parts.append(MeasuredPart(labels=read.digest, sums=sums))
    return labels.merge(tuple(parts), items=items, classes=CLASSES, gold=()).digest
