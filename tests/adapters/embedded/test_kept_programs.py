"""A kept program comes back at a growing pace, and its stop is as hard as it must be."""

import signal
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from process_watch import eventually, is_alive

from labelmarket.adapters.embedded.kept import KeptProgram, run_to_end
from labelmarket.adapters.embedded.locks import try_lock
from labelmarket.adapters.embedded.programs import (
    LOG_BYTES_MAX,
    Program,
    Spawner,
    keep_bounded,
)


@pytest.fixture
def spawner() -> Iterator[Spawner]:
    spawner = Spawner()
    yield spawner
    spawner.close()


def program(folder: Path, code: str) -> Program:
    return Program(
        name="child",
        argv=(sys.executable, "-u", "-S", "-c", code),
        folder=folder,
        log=folder / "log",
        alive=folder / "alive",
        environment={},
        death_signal=signal.SIGKILL,
        stop_signals=((signal.SIGTERM, 0.3), (signal.SIGKILL, 5.0)),
    )


def test_each_restart_waits_longer_than_the_one_before(spawner: Spawner, tmp_path: Path) -> None:
    code = "import time; print(time.monotonic())"
    kept = KeptProgram(program=program(tmp_path, code), spawner=spawner)

    def has_died_four_times() -> bool:
        kept.tend()
        return kept.deaths_in_a_row >= 4

    assert eventually(has_died_four_times, seconds_max=20)
    starts = [float(line) for line in (tmp_path / "log").read_text(encoding="ascii").split()]
    pauses = [later - earlier for earlier, later in pairwise(starts)]
    assert len(pauses) == 3
    assert all(pause >= least for pause, least in zip(pauses, (0.1, 0.2, 0.4), strict=True))


def test_a_program_deaf_to_the_first_signal_is_killed(spawner: Spawner, tmp_path: Path) -> None:
    code = (
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf'); time.sleep(60)"
    )
    kept = KeptProgram(program=program(tmp_path, code), spawner=spawner)
    kept.tend()
    log = tmp_path / "log"
    assert eventually(lambda: "deaf" in log.read_text(encoding="ascii"), seconds_max=10)
    pid = kept.pid
    assert pid is not None
    kept.begin_stop()
    kept.end_stop()
    assert not is_alive(pid)


def test_a_program_is_not_started_beside_what_is_left_of_an_earlier_one(
    spawner: Spawner, tmp_path: Path
) -> None:
    code = (
        "import subprocess, sys, time\n"
        "command = [sys.executable, '-S', '-c', 'import time; time.sleep(0.5)']\n"
        "subprocess.Popen(command, close_fds=False, start_new_session=True)"
    )
    kept = KeptProgram(program=program(tmp_path, code), spawner=spawner)
    kept.tend()

    def has_died() -> bool:
        kept.tend()
        return kept.deaths_in_a_row == 1

    assert eventually(has_died, seconds_max=10)
    began = time.monotonic()
    assert try_lock(kept.program.alive) is None

    def runs_again() -> bool:
        kept.tend()
        return kept.pid is not None

    assert eventually(runs_again, seconds_max=10)
    assert time.monotonic() - began > 0.2
    kept.begin_stop()
    kept.end_stop()


def test_a_single_run_that_takes_too_long_is_killed(spawner: Spawner, tmp_path: Path) -> None:
    sleeper = program(tmp_path, "import time; time.sleep(60)")
    assert run_to_end(program=sleeper, spawner=spawner, seconds_max=0.2) is False
    assert run_to_end(program=program(tmp_path, ""), spawner=spawner, seconds_max=10) is True


def test_a_log_begins_anew_when_it_is_too_long_and_the_old_one_is_kept(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("ab") as writer:
        writer.write(b"x" * (LOG_BYTES_MAX + 1))
        writer.flush()
        keep_bounded(log)
        writer.write(b"after")
    assert log.read_bytes() == b"after"
    assert (tmp_path / "log.old").stat().st_size == LOG_BYTES_MAX
