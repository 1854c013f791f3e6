"""A part that nobody can read is refused, and its batch goes on."""

import pytest

from labelmarket.application.access import MARKET
from labelmarket.application.commands.batches import ApproveBatch, DeliverLabels
from labelmarket.application.measuring import give_up
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.label_batch_facts import BatchStatus
from tests.application.stage import CUSTOMER, Stage, merged, part_read

TEN = ((0, 10),)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def given_up(stage: Stage, batch: LabelBatch, *, part: int = 1) -> bool:
    job = stage.memory.recorder.jobs[f"part:{batch.id}:{part}"]
    return give_up(stage.memory.market, job.id, kind=job.kind, args=job.args)


def test_a_batch_goes_on_without_a_part_that_was_given_up(stage: Stage) -> None:
    ada = stage.provider("Ada")
    batch = stage.accepted(stage.launched(ada), by=ada)
    for digest in ("never read", "good"):
        stage.do(DeliverLabels(batch_id=batch.id, upload_digest=digest, size_bytes=9), by=ada)
    stage.do(part_read(batch.id, part=2, covered=TEN), by=MARKET)

    assert given_up(stage, batch)

    merges = [job for job in stage.memory.recorder.jobs.values() if job.kind == "merge_parts"]
    assert [dict(job.args)["parts"] for job in merges] == [1]
    stage.do(merged(batch.id, parts=1), by=MARKET)
    assert stage.get(LabelBatch, batch.id).status is BatchStatus.DELIVERED
    stage.do(ApproveBatch(batch_id=batch.id), by=CUSTOMER)


def test_a_file_that_was_given_up_may_be_delivered_again(stage: Stage) -> None:
    ada = stage.provider("Ada")
    batch = stage.accepted(stage.launched(ada), by=ada)
    deliver = DeliverLabels(batch_id=batch.id, upload_digest="file", size_bytes=9)
    stage.do(deliver, by=ada)
    given_up(stage, batch)

    assert stage.say(deliver, by=ada).answer.notes["part"] == 2

    parts = stage.row("batch_sheet", batch.id).parts
    assert [(p.number, p.refused_code) for p in parts] == [(1, "COULD_NOT_BE_READ"), (2, None)]


def test_a_job_is_given_up_once(stage: Stage) -> None:
    ada = stage.provider("Ada")
    batch = stage.accepted(stage.launched(ada), by=ada)
    stage.do(DeliverLabels(batch_id=batch.id, upload_digest="file", size_bytes=9), by=ada)
    given_up(stage, batch)
    head = stage.head()

    given_up(stage, batch)

    assert stage.head() == head


def test_nobody_can_be_told_of_a_merge(stage: Stage) -> None:
    assert not give_up(stage.memory.market, "merge", kind="merge_parts", args={})
