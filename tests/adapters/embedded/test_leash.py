"""The leash, in both of its ways: a program ends with its supervisor, and hears its signals."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from process_watch import eventually, is_alive

from labelmarket.adapters.embedded.kept import KeptProgram
from labelmarket.adapters.embedded.programs import Program, Spawner

PARENT = """
import os, signal, sys, time
from pathlib import Path
from labelmarket.adapters.embedded.kept import KeptProgram
from labelmarket.adapters.embedded.programs import Program, Spawner

folder = Path(sys.argv[2])
kept = KeptProgram(
    program=Program(
        name="child", argv=(sys.executable, "-c", sys.argv[3]), folder=folder,
        log=folder / "log", alive=folder / "alive", environment={},
        death_signal=signal.SIGTERM, stop_signals=((signal.SIGKILL, 5.0),),
    ),
    spawner=Spawner(how=sys.argv[1]),
)
kept.tend()
print(flush=True)
time.sleep(60)
"""
SAY_PID_AND_SLEEP = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"


@pytest.fixture(params=["kernel", "pipe"])
def how(request: pytest.FixtureRequest) -> str:
    if request.param == "kernel" and sys.platform != "linux":
        pytest.skip("only Linux has a death signal")
    return str(request.param)


@pytest.fixture
def spawner(how: str) -> Iterator[Spawner]:
    spawner = Spawner(how=how)
    yield spawner
    spawner.close()


def program(folder: Path, code: str) -> Program:
    return Program(
        name="child",
        argv=(sys.executable, "-u", "-c", code),
        folder=folder,
        log=folder / "log",
        alive=folder / "alive",
        environment={"WORD": "given"},
        death_signal=signal.SIGTERM,
        stop_signals=((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)),
    )


def said(folder: Path) -> str:
    log = folder / "log"
    return log.read_text(encoding="utf-8") if log.exists() else ""


def test_a_program_dies_when_its_supervisor_is_killed(how: str, tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, how, str(tmp_path), SAY_PID_AND_SLEEP],
        stdout=subprocess.PIPE,
    )
    with parent:
        assert eventually(lambda: said(tmp_path).endswith("\n"), seconds_max=10)
        pid = int(said(tmp_path))
        assert is_alive(pid)
        parent.kill()
    assert eventually(lambda: not is_alive(pid), seconds_max=5)


def test_a_program_gets_its_environment_and_its_folder(spawner: Spawner, tmp_path: Path) -> None:
    code = "import os, time; print(os.environ['WORD'], os.getcwd()); time.sleep(60)"
    kept = KeptProgram(program=program(tmp_path, code), spawner=spawner)
    kept.tend()
    assert eventually(lambda: said(tmp_path) == f"given {tmp_path}\n", seconds_max=10)
    kept.begin_stop()
    kept.end_stop()


def test_a_stop_lets_the_program_end_in_its_own_way(spawner: Spawner, tmp_path: Path) -> None:
    code = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(print('ending well')))\n"
        "print('ready'); time.sleep(60)"
    )
    kept = KeptProgram(program=program(tmp_path, code), spawner=spawner)
    kept.tend()
    assert eventually(lambda: "ready" in said(tmp_path), seconds_max=10)
    kept.begin_stop()
    kept.end_stop()
    assert said(tmp_path) == "ready\nending well\n"


def test_a_stop_takes_along_what_the_program_started(spawner: Spawner, tmp_path: Path) -> None:
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(child.pid); time.sleep(60)"
    )
    kept = KeptProgram(program=program(tmp_path, code), spawner=spawner)
    kept.tend()
    assert eventually(lambda: said(tmp_path).endswith("\n"), seconds_max=10)
    grandchild = int(said(tmp_path))
    assert is_alive(grandchild)
    kept.begin_stop()
    kept.end_stop()
    assert eventually(lambda: not is_alive(grandchild), seconds_max=2)


def test_a_program_that_cannot_start_is_named(spawner: Spawner, tmp_path: Path) -> None:
    missing = Program(
        name="child",
        argv=(str(tmp_path / "missing"),),
        folder=tmp_path,
        log=tmp_path / "log",
        alive=tmp_path / "alive",
        environment={},
        death_signal=signal.SIGTERM,
        stop_signals=((signal.SIGKILL, 5.0),),
    )
    kept = KeptProgram(program=missing, spawner=spawner)

    def has_died() -> bool:
        kept.tend()
        return kept.deaths_in_a_row > 0

    assert eventually(has_died, seconds_max=10)
    assert kept.last_words() == f"cannot start {tmp_path / 'missing'}: {os.strerror(2)}"
    kept.begin_stop()
    kept.end_stop()
