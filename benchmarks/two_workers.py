"""Two worker processes against one, on the parts of one large delivery; and when one is killed.

Run as `python -m benchmarks.two_workers DATABASE-URL BLOBS BATCH-ID` it measures and merges the
stored columns of a batch in this process, and prints one JSON object.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson

from benchmarks.rows import Row
from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.label_files import BlobLabelFiles
from labelmarket.application.labels import MeasuredPart
from labelmarket.bootstrap.core import open_core
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.project import Project
from labelmarket.workers import kernels
from tests.whole.delivery import WORKERS, Delivery, deliveries
from tests.whole.ground import ROOT, Ground

IMAGES, BOXES, PARTS = 118_000, 860_000, 32
COLUMNS_S_MAX = 120.0
LEAST_RATIO = 1.6
PEAK = "VmHWM:"


def two_worker_rows(*, images: int = IMAGES, boxes: int = BOXES, parts: int = PARTS) -> list[Row]:
    files = Delivery.make(images=images, boxes=boxes, parts=parts)
    with tempfile.TemporaryDirectory() as folder, deliveries(Path(folder)) as market:
        killed = market.run(files, workers=WORKERS, kill=WORKERS[1])
        # In turns, and after a first run that has stored what all of them store.
        turns = [WORKERS[:1], WORKERS, WORKERS, WORKERS[:1]]
        runs = [(len(workers), market.run(files, workers=workers)) for workers in turns]
        columns = _from_columns(market.market, killed.batch_id)
        peak_mb = max(_peak_mb(market.pid(worker)) for worker in WORKERS)
    # Whatever else the machine does makes a run slower, never faster.
    one_s, two_s = (min(run.seconds for count, run in runs if count == n) for n in (1, 2))
    digests = {killed.digest, *(run.digest for _, run in runs), columns["digest"]}
    size = f"{images:,} images, {boxes:,} boxes"
    return [
        Row(
            work=f"delivered to report, 2 workers, {parts} parts: {size}",
            value=two_s,
            unit="s",
            peer="1 worker",
            ratio=one_s / two_s,
            floor=LEAST_RATIO,
        ),
        Row(work="the same, one of the two killed half-way", value=killed.seconds, unit="s"),
        _one_report(digests),
        Row(work=f"measured and merged from columns: {size}", value=columns["seconds"], unit="s"),
        Row(work="peak memory of that process", value=columns["peak_mb"], unit="MB"),
        Row(work="peak memory of a worker that reads, too", value=peak_mb, unit="MB"),
    ]


def _one_report(digests: set[str]) -> Row:
    return Row(
        work="different reports of that delivery",
        value=len(digests),
        unit="",
        peer="a single one",
        ratio=1.0 / len(digests),
        floor=1.0,
    )


def _from_columns(market: Ground, batch_id: UUID) -> dict[str, Any]:
    """What a process needs that finds the columns of a batch stored already."""
    blobs = market.data / "market" / "blobs"
    url = market.outside.database_url
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.two_workers", url, blobs, str(batch_id)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=COLUMNS_S_MAX,
    )
    found: dict[str, Any] = orjson.loads(done.stdout)
    return found


def _peak_mb(pid: int | str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith(PEAK):
            return int(line.split()[1]) / 1_024
    raise AssertionError("a process has a peak")


def main() -> None:
    database_url, blobs, batch_id = sys.argv[1:]
    with open_core(database_url, name="bench", connections_max=2) as core:
        batch = core.market.find(LabelBatch, UUID(batch_id))
        assert batch is not None
        project = core.market.find(Project, batch.project_id)
        assert project is not None
    files = BlobLabelFiles(LocalBlobs(Path(blobs)))
    items, classes = tuple(project.manifests.values()), project.class_names
    kernels.warm()
    began_s = time.process_time()
    parts = tuple(
        MeasuredPart(
            labels=part.labels_digest,
            sums=files.measure(part.labels_digest, items=items, classes=classes, gold=()),
            kept=part.kept,
        )
        for part in batch.measured
    )
    merged = files.merge(parts, items=items, classes=classes, gold=())
    seconds = time.process_time() - began_s
    found = {"seconds": seconds, "digest": merged.digest, "peak_mb": _peak_mb("self")}
    sys.stdout.buffer.write(orjson.dumps(found))


if __name__ == "__main__":
    main()
