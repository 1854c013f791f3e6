"""A key is good for one command: said again it answers the same, and changes nothing."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NoReturn

import pytest
from eventsourcing.persistence import StoredEvent

from labelmarket.application.commands.orders import CancelProject
from labelmarket.application.commands.projects import CreateProject, WriteInstructions
from labelmarket.application.market import Market
from labelmarket.application.ports import Along, AlreadyRecorded, KeyReused, LogConflict, Said
from labelmarket.domain.project_facts import Target
from tests.application.stage import BOXES, CUSTOMER, OTHER_CUSTOMER, Stage
from tests.memory_log import MemoryRecorder


def test_the_same_key_gives_the_same_answer_and_one_set_of_facts(stage: Stage) -> None:
    write = WriteInstructions(project_id=stage.project(), digest="text", characters=4)
    first = stage.say(write, by=CUSTOMER, key="k")
    head = stage.head()
    assert stage.say(write, by=CUSTOMER, key="k") == first
    assert stage.head() == head == first.position


def test_the_same_key_for_something_else_is_refused(stage: Stage) -> None:
    project_id = stage.project()
    write = WriteInstructions(project_id=project_id, digest="text", characters=4)
    stage.say(write, by=CUSTOMER, key="k")
    with pytest.raises(KeyReused):
        stage.say(CancelProject(project_id=project_id, reason=""), by=CUSTOMER, key="k")
    other = WriteInstructions(project_id=project_id, digest="other", characters=5)
    with pytest.raises(KeyReused):
        stage.say(other, by=CUSTOMER, key="k")


def test_a_refusal_under_a_key_stays_a_refusal(stage: Stage) -> None:
    write = WriteInstructions(project_id=stage.project(), digest="text", characters=4)
    first = stage.say(write, by=OTHER_CUSTOMER, key="k")
    assert first.answer.refused is not None
    assert stage.say(write, by=OTHER_CUSTOMER, key="k") == first


def test_a_command_without_a_key_may_be_asked_again_after_a_refusal(stage: Stage) -> None:
    keys = len(stage.memory.recorder.keys)
    write = WriteInstructions(project_id=stage.memory.new_id(), digest="text", characters=4)
    assert stage.refusal(write, by=CUSTOMER) == "NOT_FOUND"
    assert len(stage.memory.recorder.keys) == keys


# The log in memory does what the log in the database does.


def test_whoever_comes_second_to_a_version_leaves_no_trace(stage: Stage) -> None:
    stage.project()
    recorder = stage.memory.recorder
    first = recorder.select_events(recorder.log[0].originator_id)[0]
    before = (len(recorder.log), dict(recorder.keys))
    late = Said(key="late", fingerprint=b"", answer=b"")
    along = Along(said=(late,), audiences=((None, None),))
    with pytest.raises(LogConflict):
        recorder.insert_events([first], along=along)
    assert (len(recorder.log), dict(recorder.keys)) == before


def test_a_known_key_wins_over_a_conflict(stage: Stage) -> None:
    stage.project()
    recorder = stage.memory.recorder
    first = recorder.select_events(recorder.log[0].originator_id)[0]
    once = Said(key="k", fingerprint=b"f", answer=b"a", facts=0)
    recorder.insert_events([], along=Along(said=(once,)))
    twice = Said(key="k", fingerprint=b"g", answer=b"")
    with pytest.raises(AlreadyRecorded) as again:
        recorder.insert_events([first], along=Along(said=(twice,), audiences=((None, None),)))
    assert again.value.remembered.fingerprint == b"f"


class CrowdedRecorder(MemoryRecorder):
    """A log at which somebody else is always first."""

    attempts = 0

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],  # noqa: ARG002 - the library's signature
        **kwargs: Any,  # noqa: ARG002
    ) -> NoReturn:
        self.attempts += 1
        raise LogConflict


def test_a_crowded_market_gives_up_after_a_bounded_number_of_attempts(stage: Stage) -> None:
    crowded = CrowdedRecorder(stage.memory.clock)
    market = Market(
        crowded, now=stage.memory.clock, new_id=stage.memory.new_id, pause=lambda _: None
    )
    create = CreateProject(name="n", data_type="image", tasks=(BOXES,), target=Target())
    outcome = market.handle(create, by=CUSTOMER, key="k")
    assert outcome.crowded
    assert 1 < crowded.attempts <= 8


def test_the_markets_time_only_passes(stage: Stage) -> None:
    with pytest.raises(AssertionError):
        stage.memory.clock.pass_by(timedelta(seconds=-1))
