"""Two workers may have one job, when the first was thought to be dead; the first ending stands."""

from pathlib import Path

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.application.access import MARKET
from labelmarket.application.commands.batches import DeliverLabels, RefusePart
from labelmarket.bootstrap.work import measuring_on
from labelmarket.domain.label_batch import LabelBatch
from tests.application.stage import Stage


def test_a_job_that_another_worker_has_ended_differently_is_done(tmp_path: Path) -> None:
    stage = Stage()
    ada = stage.provider("Ada")
    batch = stage.accepted(stage.launched(ada), by=ada)
    deliver = DeliverLabels(batch_id=batch.id, upload_digest="file", size_bytes=100)
    stage.do(deliver, by=ada)
    (job,) = stage.memory.recorder.jobs.values()
    refuse = RefusePart(batch_id=batch.id, part=1, code="TORN", message="torn")
    stage.say(refuse, by=MARKET, key=f"job:{job.id}")
    head = stage.head()

    measuring = measuring_on(stage.memory.market, LocalBlobs(tmp_path))
    measuring.run(job.id, kind=job.kind, args=job.args)

    assert stage.head() == head
    assert stage.get(LabelBatch, batch.id).refused_parts
