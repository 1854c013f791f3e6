"""The environment is made once, kept while it fits, and remade when it does not."""

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.ground.conftest import Ground
from tools import locks, stamp
from tools.stamp import Stamp

WAIT_S = 20.0


def until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < give_up, "waited in vain"
        time.sleep(0.02)


def changed(ground: Ground, change: Callable[[Stamp], Stamp]) -> None:
    found = stamp.read(ground.checkout.venv)
    assert found is not None
    stamp.write(ground.checkout.venv, change(found))


@pytest.fixture
def made(ground: Ground) -> Ground:
    """A ground whose runtime environment stands."""
    ground.with_uv()
    assert ground.run("up").returncode == 0
    return ground


def test_a_second_start_installs_nothing_and_is_quick(made: Ground) -> None:
    calls = made.calls
    started = time.monotonic()

    done = made.run("up")

    assert time.monotonic() - started < 2
    assert (done.stderr, made.calls) == ("", calls)


def test_a_runtime_environment_grows_into_a_development_one(made: Ground) -> None:
    done = made.run("test")

    assert done.stderr == "./dev: adding to .venv what requirements-dev.lock has more\n"
    assert made.calls == ["venv --no-project", "pip install", "pip install"]


def test_a_development_environment_serves_the_demo(ground: Ground) -> None:
    ground.with_uv()
    ground.run("test")

    assert ground.run("demo").stderr == ""


def test_a_changed_lock_remakes_it(made: Ground) -> None:
    (made.root / locks.RUNTIME).write_text("numpy==2.4.1\n")

    assert made.run("up").stderr == "./dev: remaking .venv: the lock has changed\n"


def test_a_moved_checkout_remakes_it(made: Ground) -> None:
    elsewhere = made.root.with_name("elsewhere")
    made.root.rename(elsewhere)
    moved = replace(made, checkout=replace(made.checkout, root=elsewhere))

    assert moved.run("up").stderr == "./dev: remaking .venv: the checkout has moved\n"
    assert moved.run("up").stderr == ""


def test_another_python_remakes_it(made: Ground) -> None:
    changed(made, lambda found: replace(found, interpreter="cpython-310-linux-x86_64"))

    assert "another Python made it (cpython-310-" in made.run("up").stderr


def test_a_python_that_was_removed_remakes_it(made: Ground) -> None:
    made.checkout.venv_python.unlink()

    assert made.run("up").stderr == "./dev: remaking .venv: its Python is gone\n"


def test_an_environment_of_other_making_is_remade(ground: Ground) -> None:
    (ground.checkout.venv / "bin").mkdir(parents=True)
    ground.with_uv()

    assert "it was left half made, or made by other means" in ground.run("up").stderr


def test_an_environment_without_the_servers_is_remade_where_they_run(made: Ground) -> None:
    changed(made, lambda found: replace(found, servers=False))

    assert "it lacks the bundled servers" in made.run("up").stderr


def test_a_spoiled_stamp_counts_as_none(made: Ground) -> None:
    (made.checkout.venv / stamp.NAME).write_text('{"root": 1}')

    assert made.run("up").stderr.startswith("./dev: remaking .venv: it was left half made")


def test_a_kill_while_installing_leaves_nothing_that_is_taken_for_whole(ground: Ground) -> None:
    ground.with_uv(install="touch installing; exec sleep 60")
    with ground.start("up") as process:
        until((ground.root / "installing").exists)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=WAIT_S)
    ground.with_uv()

    done = ground.run("up")

    assert done.returncode == 0
    assert done.stderr.startswith("./dev: remaking .venv: it was left half made")


def test_an_interrupt_while_installing_is_one_line(ground: Ground) -> None:
    ground.with_uv(install="touch installing; exec sleep 60")
    with ground.start("up") as process:
        until((ground.root / "installing").exists)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=WAIT_S)

    assert process.returncode == 130
    assert err.endswith("./dev: interrupted; an unfinished .venv is remade next time\n")
    assert "Traceback" not in err


def test_two_starts_at_once_make_it_once(ground: Ground) -> None:
    ground.with_uv(
        install="n=0; while [ ! -e go ] && [ $n -lt 400 ]; do sleep 0.05; n=$((n+1)); done"
    )
    with ground.start("up") as first, ground.start("up") as second:
        until(lambda: "pip install" in ground.calls)
        (ground.root / "go").touch()
        for process in (first, second):
            process.communicate(timeout=WAIT_S)

    assert (first.returncode, second.returncode) == (0, 0)
    assert ground.calls == ["venv --no-project", "pip install"]


def test_the_checkout_is_importable_and_callable_from_the_environment(made: Ground) -> None:
    (paths,) = made.checkout.venv.rglob("labelmarket.pth")
    script = made.checkout.venv / "bin" / "labelmarket"

    assert paths.read_text() == f"{made.root}\n"
    assert os.access(script, os.X_OK)
    assert f"{made.checkout.venv_python} -P -m labelmarket.cli" in script.read_text()
