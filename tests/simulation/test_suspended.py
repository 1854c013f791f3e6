"""Plain code runs as a task: each port call is asked once, and told again on the way."""

import pytest

from simulation.scheduler import Sleep, Steps
from simulation.suspended import Ports


def answered(asked: list[str], what: str) -> Steps[str]:
    asked.append(what)
    yield Sleep(1)
    return f"the {what}"


def test_each_call_is_asked_once_and_its_answer_kept() -> None:
    ports, asked = Ports(), list[str]()

    def plain() -> tuple[str, str]:
        first = ports.ask(lambda: answered(asked, "first"))
        return first, ports.ask(lambda: answered(asked, "second"))

    steps = ports.run(plain)
    waits = [next(steps), next(steps)]
    with pytest.raises(StopIteration) as end:
        next(steps)

    assert end.value.value == ("the first", "the second")
    assert asked == ["first", "second"]
    assert waits == [Sleep(1), Sleep(1)]


def test_a_failure_reaches_the_plain_code_each_time_at_its_place() -> None:
    ports, asked = Ports(), list[str]()

    def fails() -> Steps[str]:
        yield Sleep(1)
        raise TimeoutError

    def plain() -> str:
        try:
            return ports.ask(fails)
        except TimeoutError:
            return ports.ask(lambda: answered(asked, "second"))

    steps = ports.run(plain)
    next(steps)
    next(steps)
    with pytest.raises(StopIteration) as end:
        next(steps)

    assert end.value.value == "the second"


def test_what_is_at_hand_is_made_once_though_the_code_runs_again() -> None:
    ports, made, asked = Ports(), list[int](), list[str]()

    def plain() -> None:
        ports.once(lambda: made.append(1))
        ports.ask(lambda: answered(asked, "thing"))
        ports.once(lambda: made.append(2))

    list(ports.run(plain))

    assert made == [1, 2]


def test_two_tasks_of_one_process_do_not_hear_each_others_answers() -> None:
    ports, asked = Ports(), list[str]()
    one = ports.run(lambda: ports.ask(lambda: answered(asked, "one")))
    other = ports.run(lambda: ports.ask(lambda: answered(asked, "other")))
    next(one)
    next(other)

    with pytest.raises(StopIteration) as end:
        next(one)
    assert end.value.value == "the one"
    with pytest.raises(StopIteration) as end:
        next(other)
    assert end.value.value == "the other"
