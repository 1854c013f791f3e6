"""The garbage collector is put off for a while, and never for longer."""

import gc
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from labelmarket.adapters.one_go import in_one_go


@pytest.fixture(autouse=True)
def collector_as_found() -> Iterator[None]:
    was_on = gc.isenabled()
    gc.enable()
    yield
    (gc.enable if was_on else gc.disable)()


def test_it_goes_on_after_the_work() -> None:
    with in_one_go():
        assert not gc.isenabled()

    assert gc.isenabled()


def test_it_goes_on_after_work_that_fails() -> None:
    with pytest.raises(ArithmeticError), in_one_go():
        raise ArithmeticError

    assert gc.isenabled()


def test_whoever_had_turned_it_off_finds_it_off() -> None:
    gc.disable()

    with in_one_go():
        pass

    assert not gc.isenabled()


def test_it_goes_on_after_works_that_overlap() -> None:
    first, second = ExitStack(), ExitStack()
    first.enter_context(in_one_go())
    second.enter_context(in_one_go())

    first.close()
    second.close()

    assert gc.isenabled()


def test_it_goes_on_after_the_last_of_those_that_overlap() -> None:
    one, other = ExitStack(), ExitStack()
    one.enter_context(in_one_go())
    other.enter_context(in_one_go())

    one.close()
    assert not gc.isenabled()
    other.close()
    assert gc.isenabled()
    with in_one_go():
        pass
    assert gc.isenabled()
