"""A file that two ask for at once is read once, and few are read at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Semaphore

import pytest

from labelmarket.application import readings as bounds
from labelmarket.application.ports import Unavailable
from labelmarket.application.readings import READINGS_AT_ONCE_MAX, Readings

PATIENCE_S = 10.0


class Reading:
    """A reading that lasts until it is let go, and tells each time that it begins."""

    def __init__(self, ends: Callable[[], int] = lambda: 7) -> None:
        self.begun, self.go_on = Semaphore(0), Event()
        self._ends = ends

    def __call__(self) -> int:
        self.begun.release()
        assert self.go_on.wait(PATIENCE_S)
        return self._ends()

    def begins(self, *, within_s: float = PATIENCE_S) -> bool:
        return self.begun.acquire(timeout=within_s)


class Name:
    """The name of one file; it tells when another says it as well."""

    def __init__(self) -> None:
        self.met = Event()

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        self.met.set()
        return isinstance(other, Name)


def fails() -> int:
    raise ValueError("torn")


@pytest.mark.parametrize("ends", [lambda: 7, fails], ids=["well", "badly"])
def test_who_asks_while_a_file_is_read_gets_that_reading(ends: Callable[[], int]) -> None:
    readings, reading, name = Readings(), Reading(ends), Name()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(readings.share, name, reading)
        assert reading.begins()
        second = threads.submit(readings.share, Name(), reading)
        assert name.met.wait(PATIENCE_S)
        reading.go_on.set()
        assert type(first.exception()) is type(second.exception())
        assert first.exception() or (first.result(), second.result()) == (7, 7)
    assert not reading.begins(within_s=0)


def test_a_file_is_read_anew_once_its_reading_has_ended() -> None:
    readings = Readings()
    with pytest.raises(ValueError, match="torn"):
        readings.share("file", fails)
    assert readings.share("file", lambda: 1) == 1
    assert readings.share("file", lambda: 2) == 2


def test_few_files_are_read_at_once_and_the_others_have_a_bounded_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readings, reading = Readings(), Reading()
    with ThreadPoolExecutor(READINGS_AT_ONCE_MAX) as threads:
        for name in range(READINGS_AT_ONCE_MAX):
            threads.submit(readings.share, name, reading)
            assert reading.begins()
        monkeypatch.setattr(bounds, "WAIT_S_MAX", 0.01)
        for asked in ("another", 0):
            with pytest.raises(Unavailable):
                readings.share(asked, reading)
        reading.go_on.set()
    assert readings.share("another", reading) == 7
