"""A batch is owed slot by slot, delivered in parts, and judged as a whole."""

from datetime import datetime, timedelta

import pytest

from labelmarket.domain.errors import Conflict, DeliveryRejected, InvalidInput
from labelmarket.domain.label_batch import TEAMS_MAX, LabelBatch
from labelmarket.domain.label_batch_facts import BatchStatus
from labelmarket.domain.slots import NONE, Ranges
from tests.domain.domain_samples import (
    DELIVER_BY,
    HAIR,
    NOON,
    TEN,
    delivered_batch,
    facts_of,
    measure,
    open_batch,
    read,
)

LATER = DELIVER_BY + timedelta(days=1)
FRONT: Ranges = ((0, 6),)
BACK: Ranges = ((6, 10),)


def start(
    batch: LabelBatch, team: str, *, slots: Ranges | None = None, at: datetime = NOON
) -> None:
    batch.start(team=team, slots=slots, leased_until=at + timedelta(hours=1), at=at)


def deliver(batch: LabelBatch, digest: str, *, at: datetime = NOON) -> int:
    return batch.deliver(upload_digest=digest, size_bytes=9, at=at)


def rework(batch: LabelBatch, slots: Ranges | None = None) -> None:
    batch.request_rework(slots=slots, reason="blurred", deliver_by=LATER, at=NOON)


# Leases.


def test_a_team_leases_all_that_is_free() -> None:
    batch = open_batch()
    start(batch, "red", slots=FRONT)
    start(batch, "blue")
    assert batch.leases["blue"][0] == BACK


def test_two_teams_never_hold_one_slot() -> None:
    batch = open_batch()
    start(batch, "red", slots=FRONT)
    with pytest.raises(Conflict):
        start(batch, "blue", slots=((5, 7),))


def test_a_lease_ends_at_its_hour() -> None:
    batch = open_batch()
    start(batch, "red")
    with pytest.raises(InvalidInput):
        start(batch, "blue", at=NOON + timedelta(hours=1) - HAIR)
    start(batch, "blue", at=NOON + timedelta(hours=1))
    assert batch.leases["blue"][0] == TEN


def test_the_same_lease_again_records_nothing() -> None:
    batch = open_batch()
    start(batch, "red")
    start(batch, "red")
    assert facts_of(batch) == ["WorkStarted"]


@pytest.mark.parametrize("team", ["", "  ", "x" * 101])
def test_a_team_has_a_name_of_sensible_length(team: str) -> None:
    with pytest.raises(InvalidInput):
        start(open_batch(), team)


def test_teams_are_bounded() -> None:
    batch = open_batch()
    for number in range(TEAMS_MAX):
        start(batch, f"team {number}", at=NOON + number * timedelta(hours=1))
    with pytest.raises(InvalidInput):
        start(batch, "one more", at=NOON + TEAMS_MAX * timedelta(hours=1))


# Parts.


def test_a_part_counts_for_what_is_owed_and_for_nothing_else() -> None:
    batch = open_batch()
    deliver(batch, "front")
    read(batch, 1, FRONT)
    deliver(batch, "all and more")
    read(batch, 2, ((0, 12),))
    assert (batch.parts[1].kept, batch.parts[2].kept) == (FRONT, BACK)
    assert batch.missing == NONE


def test_the_same_file_again_is_the_part_that_it_was() -> None:
    batch = open_batch()
    assert deliver(batch, "file") == deliver(batch, "file") == 1
    assert facts_of(batch) == ["LabelsDelivered"]


def test_a_file_that_was_refused_may_come_again() -> None:
    batch = open_batch()
    deliver(batch, "file")
    batch.refuse_part(part=1, code="TORN", message="torn", at=NOON)
    assert deliver(batch, "file") == 2


def test_a_part_is_read_once() -> None:
    batch = open_batch()
    deliver(batch, "front")
    read(batch, 1, FRONT)
    facts_of(batch)
    read(batch, 1, TEN)
    batch.refuse_part(part=1, code="TORN", message="torn", at=NOON)
    assert facts_of(batch) == []


def test_a_part_that_nobody_sent_is_not_read() -> None:
    batch = open_batch()
    read(batch, 7, TEN)
    assert facts_of(batch) == []


def test_a_batch_is_delivered_when_all_is_there_and_measured() -> None:
    batch = open_batch()
    deliver(batch, "file")
    read(batch, 1, TEN)
    assert facts_of(batch) == ["LabelsDelivered", "PartMeasured"]
    measure(batch, parts=1)
    assert batch.status is BatchStatus.DELIVERED


@pytest.mark.parametrize("parts", [0, 2])
def test_a_report_of_other_parts_is_outdated(parts: int) -> None:
    batch = open_batch()
    deliver(batch, "file")
    read(batch, 1, TEN)
    facts_of(batch)
    measure(batch, parts=parts)
    assert facts_of(batch) == []


def test_a_report_waits_for_the_part_that_is_being_read() -> None:
    batch = open_batch()
    deliver(batch, "front")
    read(batch, 1, FRONT)
    deliver(batch, "back")
    facts_of(batch)
    measure(batch, parts=1)
    assert facts_of(batch) == []


def test_a_delivered_batch_takes_no_more_labels() -> None:
    with pytest.raises(DeliveryRejected):
        deliver(delivered_batch(), "another")


# Deadlines.


@pytest.mark.parametrize(("late_by", "facts"), [(-HAIR, []), (HAIR - HAIR, ["DeliveryOverdue"])])
def test_a_delivery_is_overdue_from_its_deadline_on(late_by: timedelta, facts: list[str]) -> None:
    batch = open_batch()
    batch.fall_due(at=DELIVER_BY + late_by)
    assert facts_of(batch) == facts


def test_a_delivery_falls_due_once() -> None:
    batch = open_batch()
    batch.fall_due(at=DELIVER_BY)
    batch.fall_due(at=LATER)
    assert facts_of(batch) == ["DeliveryOverdue"]


def test_a_part_that_came_in_time_is_read_before_anything_is_overdue() -> None:
    batch = open_batch()
    deliver(batch, "file", at=DELIVER_BY - HAIR)
    batch.fall_due(at=DELIVER_BY)
    read(batch, 1, TEN, at=LATER)
    assert facts_of(batch) == ["LabelsDelivered", "PartMeasured"]


@pytest.mark.parametrize("usable", [True, False])
def test_what_is_missing_after_the_last_reading_is_overdue(*, usable: bool) -> None:
    batch = open_batch()
    deliver(batch, "file", at=DELIVER_BY - HAIR)
    batch.fall_due(at=DELIVER_BY)
    if usable:
        read(batch, 1, FRONT, at=LATER)
    else:
        batch.refuse_part(part=1, code="TORN", message="torn", at=LATER)
    assert facts_of(batch)[-1] == "DeliveryOverdue"


def test_a_part_that_comes_late_is_taken_and_known_to_be_late() -> None:
    batch = open_batch()
    deliver(batch, "file", at=DELIVER_BY)
    assert facts_of(batch) == ["DeliveryOverdue", "LabelsDelivered"]


# Judgement.


def test_a_delivered_batch_is_approved_once() -> None:
    batch = delivered_batch()
    batch.approve(at=NOON)
    batch.approve(at=NOON)
    assert facts_of(batch) == ["BatchApproved"]


def test_only_a_delivered_batch_is_approved_or_sent_back() -> None:
    batch = open_batch()
    with pytest.raises(Conflict):
        batch.approve(at=NOON)
    with pytest.raises(Conflict):
        rework(batch)


def test_rework_replaces_what_was_delivered() -> None:
    batch = delivered_batch()
    rework(batch, BACK)
    assert (batch.status, batch.missing) == (BatchStatus.STARTED, BACK)
    deliver(batch, "again")
    read(batch, 2, TEN)
    assert (batch.parts[1].kept, batch.parts[2].kept) == (FRONT, BACK)


def test_a_reworked_file_may_be_the_same_as_before() -> None:
    batch = delivered_batch()
    rework(batch)
    assert deliver(batch, "file") == deliver(batch, "file") == 2


def test_rework_has_an_end() -> None:
    batch = delivered_batch()
    for number in (2, 3):
        rework(batch)
        deliver(batch, f"file {number}")
        read(batch, number, TEN)
        measure(batch, parts=number, report=f"report {number}")
    with pytest.raises(Conflict):
        rework(batch)


def test_only_what_was_not_delivered_is_taken_away() -> None:
    batch = open_batch()
    deliver(batch, "front")
    read(batch, 1, FRONT)
    assert batch.revoke(reason="late", at=DELIVER_BY) == BACK
    assert batch.status is BatchStatus.REVOKED


def test_what_was_sent_back_is_taken_away_too() -> None:
    batch = delivered_batch()
    rework(batch, BACK)
    assert batch.revoke(reason="blurred", at=LATER) == BACK


def test_work_that_was_begun_is_not_taken_away_before_it_is_due() -> None:
    batch = open_batch()
    start(batch, "red")
    with pytest.raises(Conflict, match="has time until"):
        batch.revoke(reason="changed our mind", at=DELIVER_BY - timedelta(microseconds=1))


def test_work_that_nobody_has_begun_is_taken_away_at_once() -> None:
    assert open_batch().revoke(reason="changed our mind", at=NOON) == TEN


def test_a_revoke_says_itself_that_the_delivery_is_late() -> None:
    batch = open_batch()
    start(batch, "red")
    facts_of(batch)
    batch.revoke(reason="late", at=DELIVER_BY)
    assert facts_of(batch) == ["DeliveryOverdue", "BatchRevoked"]


def test_nothing_is_taken_away_while_a_part_is_being_read() -> None:
    batch = open_batch()
    deliver(batch, "file")
    with pytest.raises(Conflict, match="being read"):
        batch.revoke(reason="late", at=LATER)
    read(batch, 1, TEN)
    with pytest.raises(Conflict, match="every item has its labels"):
        batch.revoke(reason="late", at=LATER)


def test_a_whole_delivery_is_sent_back_before_it_is_taken_away() -> None:
    with pytest.raises(Conflict):
        delivered_batch().revoke(reason="blurred", at=NOON)


def test_a_whole_rework_that_is_turned_down_is_taken_away_whole() -> None:
    batch = delivered_batch()
    rework(batch, BACK)
    deliver(batch, "again")
    read(batch, 2, BACK)
    measure(batch, parts=2, report="second")
    assert batch.revoke(reason="blurred", at=NOON) == TEN


def test_a_batch_that_is_over_stays_over() -> None:
    batch = open_batch()
    batch.revoke(reason="late", at=NOON)
    facts_of(batch)
    with pytest.raises(Conflict):
        batch.revoke(reason="late", at=NOON)
    with pytest.raises(Conflict):
        start(batch, "red")
    with pytest.raises(DeliveryRejected):
        deliver(batch, "file")
    batch.fall_due(at=LATER)
    assert facts_of(batch) == []


def test_a_part_changes_no_other_part_but_one_that_it_replaces() -> None:
    batch = open_batch()
    for number, slots in ((1, ((0, 4),)), (2, ((4, 10),))):
        deliver(batch, f"file {number}")
        read(batch, number, slots)
    measure(batch, parts=2)
    first, second = batch.parts[1], batch.parts[2]
    rework(batch, BACK)
    deliver(batch, "again")
    read(batch, 3, BACK)
    assert batch.parts[1] is first
    assert batch.parts[2].kept == ((4, 6),) != second.kept
