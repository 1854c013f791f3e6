"""Jobs: counted before work starts, done once, tried again, and kept apart in the end."""

from functools import partial

from labelmarket.adapters.postgres.jobs import CRASHES_MAX, ERRORS_MAX, PostgresJobs
from labelmarket.application.access import MARKET
from labelmarket.bootstrap.core import Core
from tests.adapters.postgres.scene import Record, all_at_once, do, eventually, one, select

STATE = "SELECT state FROM market.jobs"
ROW = "SELECT state, attempts, error FROM market.jobs"
NOW = "UPDATE market.jobs SET not_before = clock_timestamp()"
WAIT = "SELECT extract(epoch FROM not_before - clock_timestamp())::float FROM market.jobs"


def jobs(core: Core, worker: str = "w", *, lease_s: float = 30) -> PostgresJobs:
    return PostgresJobs(core.pool, worker=worker, lease_s=lease_s)


def sent_ago(database_url: str, seconds: float) -> None:
    select(
        database_url,
        "UPDATE market.jobs SET sent_at = clock_timestamp() - %s * interval '1 s'",
        seconds,
    )


def test_a_claim_counts_an_attempt_before_any_work(core: Core, database_url: str) -> None:
    do(core, Record(job="j"))

    claimed = jobs(core).claim("j")

    assert claimed is not None
    assert (claimed.id, claimed.kind, claimed.attempt) == ("j", "read_part", 1)
    assert claimed.args == {"part": 1}
    assert select(database_url, ROW) == [("leased", 1, None)]


def test_a_job_is_claimed_by_one_of_many(core: Core) -> None:
    do(core, Record(job="j"))

    claims = all_at_once([partial(jobs(core, f"w{n}").claim, "j") for n in range(8)])

    assert sum(claim is not None for claim in claims) == 1


def test_there_is_nothing_to_claim_under_an_unknown_id(core: Core) -> None:
    assert jobs(core).claim("never heard of") is None


def test_a_job_that_two_workers_finish_has_one_effect(core: Core, database_url: str) -> None:
    do(core, Record(job="j"))
    slow, quick = jobs(core, "slow", lease_s=0.0), jobs(core, "quick")
    assert slow.claim("j") is not None
    quick.to_send()
    assert quick.claim("j") is not None
    effect = Record()

    outcomes = [
        core.market.handle(effect, by=MARKET, key="job:j", done_jobs=("j",)) for _ in range(2)
    ]

    assert outcomes[0] == outcomes[1]
    assert one(database_url, "SELECT count(*) FROM market.facts") == 2
    assert one(database_url, STATE) == "done"


def test_whoever_lost_its_lease_changes_nothing(core: Core, database_url: str) -> None:
    do(core, Record(job="j"))
    slow, quick = jobs(core, "slow", lease_s=0.0), jobs(core, "quick")
    slow.claim("j")
    quick.to_send()
    quick.claim("j")
    before = select(database_url, "SELECT * FROM market.jobs")

    slow.beat("j")
    slow.fail("j", "too late")

    assert select(database_url, "SELECT * FROM market.jobs") == before


def test_a_failing_job_waits_longer_each_time_and_is_kept_apart_after_the_last(
    core: Core, database_url: str
) -> None:
    do(core, Record(job="j"))
    worker = jobs(core)
    waits = []

    for attempt in range(1, ERRORS_MAX + 1):
        claimed = worker.claim("j")
        assert claimed is not None
        assert claimed.attempt == attempt
        worker.fail("j", f"failed at attempt {attempt}")
        waits.append(one(database_url, WAIT))
        assert attempt == ERRORS_MAX or worker.claim("j") is None
        select(database_url, NOW)

    assert waits == sorted(waits)
    assert select(database_url, ROW) == [("quarantined", 5, "failed at attempt 5")]
    assert worker.claim("j") is None
    assert worker.to_send() == []
    assert worker.counts() == {"quarantined": 1}


def test_a_job_whose_worker_died_is_sent_again_after_its_lease(core: Core) -> None:
    do(core, Record(job="j"))
    died, other = jobs(core, "died", lease_s=0.3), jobs(core, "other")
    assert list(died.to_send()) == [("j", "parts")]
    died.claim("j")

    assert other.to_send() == []
    assert eventually(lambda: list(other.to_send()) == [("j", "parts")])
    again = other.claim("j")
    assert again is not None
    assert again.attempt == 2


def test_a_job_that_kills_its_workers_is_kept_apart(core: Core, database_url: str) -> None:
    do(core, Record(job="j"))
    dying = jobs(core, lease_s=0.0)

    for _ in range(CRASHES_MAX):
        assert dying.claim("j") is not None
        dying.to_send()

    assert select(database_url, ROW) == [("quarantined", 5, "the worker died while it was at it")]


def test_a_beat_keeps_the_lease(core: Core) -> None:
    do(core, Record(job="j"))
    worker, other = jobs(core, lease_s=0.4), jobs(core, "other")
    worker.claim("j")

    lasting = PostgresJobs(core.pool, worker="w", lease_s=60)
    lasting.beat("j")

    assert not eventually(lambda: len(other.to_send()) > 0, within_s=0.6)


def test_a_message_is_sent_again_ever_more_rarely(core: Core, database_url: str) -> None:
    do(core, Record(job="j"))
    sender = jobs(core)
    assert list(sender.to_send()) == [("j", "parts")]

    for wait_s in (2, 4, 8, 16, 32, 60, 60, 60):
        sent_ago(database_url, wait_s - 0.9)
        assert sender.to_send() == []
        sent_ago(database_url, wait_s)
        assert list(sender.to_send()) == [("j", "parts")]


def test_a_failed_attempt_is_sent_at_once_when_its_time_has_come(
    core: Core, database_url: str
) -> None:
    do(core, Record(job="j"))
    worker = jobs(core)
    for _ in range(4):
        worker.to_send()
        sent_ago(database_url, 100)
    worker.claim("j")
    worker.fail("j", "failed")
    select(database_url, NOW)

    assert list(worker.to_send()) == [("j", "parts")]


def test_what_the_broker_did_not_take_is_sent_at_the_next_look(core: Core) -> None:
    do(core, Record(job="j"))
    sender = jobs(core)
    sender.to_send()

    sender.not_sent(["j"])

    assert list(sender.to_send()) == [("j", "parts")]


def test_two_senders_send_each_job_once(core: Core) -> None:
    for number in range(30):
        do(core, Record(job=f"j{number}"))

    sent = all_at_once([jobs(core).to_send] * 4)

    assert sorted(job for part in sent for job, _ in part) == sorted(f"j{n}" for n in range(30))


def test_what_is_not_the_jobs_fault_is_tried_again_for_ever_at_least_once_a_minute(
    core: Core, database_url: str
) -> None:
    do(core, Record(job="j"))
    worker = jobs(core)
    waits = []

    for _ in range(12):
        assert worker.claim("j") is not None
        worker.postpone("j", "the disk is full")
        waits.append(round(one(database_url, WAIT)))
        select(database_url, NOW)

    assert waits[-4:] == [60, 60, 60, 60]
    assert select(database_url, ROW) == [("ready", 12, "the disk is full")]


def test_dead_workers_and_errors_are_counted_apart(core: Core, database_url: str) -> None:
    do(core, Record(job="j"))
    worker, dying = jobs(core), jobs(core, lease_s=0.0)

    for _ in range(4):
        dying.claim("j")
        dying.to_send()
        worker.claim("j")
        worker.fail("j", "failed")
        select(database_url, NOW)

    assert select(database_url, ROW) == [("ready", 8, "failed")]


def test_a_released_job_begins_anew(core: Core, database_url: str) -> None:
    do(core, Record(job="j"))
    worker = jobs(core)
    for _ in range(ERRORS_MAX):
        worker.claim("j")
        worker.fail("j", "failed")
        select(database_url, NOW)
    assert [job.id for job in worker.quarantined()] == ["j"]

    assert worker.release("j")

    assert worker.quarantined() == []
    assert list(worker.to_send()) == [("j", "parts")]
    again = worker.claim("j")
    assert again is not None
    assert again.attempt == 1
    assert not worker.release("j")
