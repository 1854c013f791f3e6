"""Acting side by side and waiting: bounded, and no failure is lost."""

import time
from threading import Event

import pytest

from labelmarket.demo.crew import Crew
from labelmarket.demo.refusals import ApiError
from labelmarket.demo.stage import Message, PlayFailed, step
from labelmarket.demo.waits import TookTooLong, wait_for

WITHIN_S = 5.0


def test_a_failure_of_one_is_raised_where_the_play_looks() -> None:
    def fail(_stop: Event) -> None:
        raise PlayFailed(step="Harbour delivers", code="DELIVERY_REJECTED", message="no")

    def failure(crew: Crew) -> PlayFailed | None:
        try:
            crew.check()
        except PlayFailed as error:
            return error
        return None

    with Crew() as crew:
        crew.start(fail, name="Harbour")
        found = wait_for(lambda: failure(crew), what="the failure", within_s=WITHIN_S)
    assert found.code == "DELIVERY_REJECTED"


def test_leaving_stops_everybody() -> None:
    stopped = Event()

    def act(stop: Event) -> None:
        stop.wait(WITHIN_S)
        stopped.set()

    began = time.monotonic()
    with Crew() as crew:
        crew.start(act, name="Harbour")
    assert stopped.is_set()
    assert time.monotonic() - began < WITHIN_S


def test_a_wait_gives_what_it_found() -> None:
    answers = iter([None, None, "found"])
    assert wait_for(lambda: next(answers), what="it", within_s=WITHIN_S, every_s=0.01) == "found"


def test_a_wait_ends_at_its_bound() -> None:
    with pytest.raises(TookTooLong, match=r"the report did not come within 0\.05 s"):
        wait_for(lambda: None, what="the report", within_s=0.05, every_s=0.01)


def test_a_refused_step_is_named_with_its_code() -> None:
    told: list[Message] = []
    with (
        pytest.raises(PlayFailed, match="customer launches: NOTHING_TO_DO: no items") as failed,
        step("customer", "launches", say=told.append),
    ):
        raise ApiError(code="NOTHING_TO_DO", message="no items")
    assert failed.value.step == "customer launches"
    assert len(told) == 1
