"""Loops go on whatever a step raises, wait when there is nothing, and stop when asked."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from labelmarket.adapters.postgres.bell import Ring
from labelmarket.bootstrap.loops import BETWEEN_STEPS_S, Loop, run_all

WITHIN_S = 5.0


@contextmanager
def running(*loops: Loop) -> Iterator[threading.Event]:
    stopping = threading.Event()
    thread = threading.Thread(target=run_all, args=(list(loops), stopping))
    thread.start()
    try:
        yield stopping
    finally:
        stopping.set()
        thread.join(timeout=10)
        assert not thread.is_alive()


class Steps:
    """Steps that are counted: each gives what it is told, or raises it."""

    def __init__(self, *results: int | Exception) -> None:
        self._results = iter(results)
        self.taken_at_s: list[float] = []
        self._taken = threading.Semaphore(0)

    def __call__(self) -> int:
        self.taken_at_s.append(time.monotonic())
        self._taken.release()
        result = next(self._results, 0)
        if isinstance(result, Exception):
            raise result
        return result

    def wait_for(self, number: int) -> bool:
        return all(self._taken.acquire(timeout=WITHIN_S) for _ in range(number))

    def another_within(self, seconds: float) -> bool:
        return self._taken.acquire(timeout=seconds)


def test_a_loop_steps_on_while_there_is_something_to_do() -> None:
    step = Steps(5, 5, 5)

    with running(Loop(name="l", step=step, ring=Ring(), idle_s=60)):
        assert step.wait_for(4)

    assert step.taken_at_s[3] - step.taken_at_s[0] < WITHIN_S


def test_a_ring_wakes_a_loop_that_waits() -> None:
    step, ring = Steps(), Ring()

    with running(Loop(name="l", step=step, ring=ring, idle_s=60)):
        assert step.wait_for(1)
        ring.ring()
        assert step.wait_for(1)


def test_a_ring_during_a_step_is_not_lost() -> None:
    ring = Ring()
    steps: list[int] = []
    again = threading.Event()

    def step() -> int:
        steps.append(1)
        if len(steps) == 1:
            ring.ring()
        else:
            again.set()
        return 0

    with running(Loop(name="l", step=step, ring=ring, idle_s=60)):
        assert again.wait(WITHIN_S)


def test_a_loop_looks_by_itself_after_a_while() -> None:
    step = Steps()

    with running(Loop(name="l", step=step, ring=Ring(), idle_s=0.05)):
        assert step.wait_for(3)

    assert step.taken_at_s[2] - step.taken_at_s[0] >= 0.08


def test_a_loop_wakes_for_its_next_date() -> None:
    step = Steps()

    with running(Loop(name="l", step=step, ring=Ring(), idle_s=60, next_due_in_s=lambda: 0.05)):
        assert step.wait_for(3)


def test_a_late_date_is_no_reason_to_wait() -> None:
    step = Steps()

    with running(Loop(name="l", step=step, ring=Ring(), idle_s=60, next_due_in_s=lambda: -3.0)):
        assert step.wait_for(3)


def test_a_step_that_fails_is_told_and_tried_again_later_each_time(
    caplog: pytest.LogCaptureFixture,
) -> None:
    step = Steps(ValueError("no"), ValueError("no"), ValueError("no"))
    told: list[str] = []

    with (
        caplog.at_level(logging.WARNING),
        running(
            Loop(
                name="ailing",
                step=step,
                ring=Ring(),
                idle_s=60,
                failed=lambda error: told.append(str(error)),
            )
        ),
    ):
        assert step.wait_for(4)

    waits = [b - a for a, b in zip(step.taken_at_s, step.taken_at_s[1:], strict=False)]
    assert told == ["no"] * 3
    assert waits[0] >= 0.1
    assert waits[1] >= 0.2
    assert waits[2] >= 0.4
    assert caplog.text.count("ailing stands still: ValueError: no") == 3


def test_a_loop_goes_on_though_its_failure_cannot_be_told() -> None:
    step = Steps(ValueError("no"))

    def failed(error: Exception) -> None:
        raise ConnectionError("nobody listens") from error

    with running(Loop(name="l", step=step, ring=Ring(), idle_s=0.05, failed=failed)):
        assert step.wait_for(2)


def test_one_loop_that_fails_stops_no_other() -> None:
    good = Steps(1, 1, 1)

    with running(
        Loop(name="bad", step=Steps(*[ValueError("no")] * 99), ring=Ring()),
        Loop(name="good", step=good, ring=Ring(), idle_s=60),
    ):
        assert good.wait_for(4)


def test_loops_that_wait_or_stand_still_stop_when_asked() -> None:
    waiting, failing = Steps(), Steps(*[ValueError("no")] * 99)
    began = time.monotonic()

    with running(
        Loop(name="waiting", step=waiting, ring=Ring(), idle_s=60),
        Loop(name="failing", step=failing, ring=Ring()),
    ):
        assert waiting.wait_for(1)
        assert failing.wait_for(1)

    assert time.monotonic() - began < WITHIN_S


def test_a_step_that_was_not_full_waits_for_news() -> None:
    step, ring = Steps(5, 4, 5), Ring()

    with running(Loop(name="l", step=step, ring=ring, idle_s=60, full=5)):
        assert step.wait_for(2)
        assert not step.another_within(0.1)
        ring.ring()
        assert step.wait_for(2)


def test_news_in_quick_succession_are_taken_together() -> None:
    step, ring = Steps(*[1] * 1_000), Ring()

    with running(Loop(name="l", step=step, ring=ring, idle_s=60, full=500)):
        began_s = time.monotonic()
        while time.monotonic() < began_s + 0.2:
            ring.ring()
            time.sleep(0.001)

    assert 2 <= len(step.taken_at_s) <= 0.5 / BETWEEN_STEPS_S
