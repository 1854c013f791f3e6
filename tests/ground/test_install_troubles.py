"""Each trouble of installing is one line that says what to do, and code 2."""

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.ground.conftest import Ground
from tools import environment, installers, locks, machine, verbs
from tools.trouble import Trouble


def trouble(ground: Ground) -> Trouble:
    with pytest.raises(Trouble) as caught:
        environment.ready(ground.checkout, lock=locks.RUNTIME)
    return caught.value


def test_no_network_is_said_and_the_log_is_named(ground: Ground) -> None:
    fails = "echo 'Failed to establish a new connection: [Errno 101]'; exit 1"

    found = trouble(ground.with_python(install=fails))

    assert found.line.startswith("pip: the package index cannot be reached")
    assert found.line.endswith("see .labelmarket/dev/install.log")
    assert "Errno 101" in found.detail
    assert "Errno 101" in ground.checkout.log.read_text()


def test_a_missing_venv_names_the_package_to_install(ground: Ground) -> None:
    fails = "echo 'ensurepip is not available'; exit 1"

    assert "apt install python3-venv" in trouble(ground.with_python(make=fails)).line


def test_a_full_disk_while_installing_is_said(ground: Ground) -> None:
    fails = "echo 'OSError: [Errno 28] No space left on device'; exit 1"

    assert "no space on the disk" in trouble(ground.with_python(install=fails)).line


def test_too_little_space_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match=r"no space on the disk: \.venv needs 1000000000000 MB"):
        machine.refuse_full_disk(tmp_path, needed_bytes=10**18)


def test_a_package_that_differs_from_the_lock_is_refused() -> None:
    output = "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE"

    assert "differs from the lock" in installers.meaning(output)


def test_a_missing_wheel_is_said() -> None:
    output = "ERROR: No matching distribution found for numba==0.68"

    assert "no wheel of some package" in installers.meaning(output)


def test_when_uv_fails_pip_is_tried(ground: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    ground.with_uv(install="echo 'dns error'; exit 1")
    ground = ground.with_python()

    environment.ready(ground.checkout, lock=locks.RUNTIME)

    assert "; now with pip" in capsys.readouterr().err
    environment.ready(ground.checkout, lock=locks.RUNTIME)
    assert capsys.readouterr().err == ""


def test_settings_that_mislead_pip_do_not_reach_it_while_the_index_does(ground: Ground) -> None:
    shows = 'echo "<$PIP_USER$PIP_REQUIRE_VIRTUALENV$PIP_TARGET$PYTHONHOME> $PIP_INDEX_URL"; exit 1'
    misleading = {"PIP_USER": "1", "PIP_REQUIRE_VIRTUALENV": "1", "PIP_TARGET": "elsewhere"}
    ground = ground.with_python(install=shows)
    environ = {**ground.checkout.environ, **misleading, "PYTHONHOME": "x", "PIP_INDEX_URL": "mine"}

    found = trouble(replace(ground, checkout=replace(ground.checkout, environ=environ)))

    assert found.detail == "<00> mine"


@pytest.mark.parametrize("libc", ["", "glibc 2.17", "musl 1.2"])
def test_a_system_that_the_servers_do_not_run_on_is_refused(libc: str) -> None:
    with pytest.raises(Trouble, match=r"need glibc 2\.28; use a glibc system, or set DATABASE_URL"):
        machine.runs_bundled_servers(platform="linux", libc_name=libc, environ={"REDIS_URL": "r"})


def test_such_a_system_goes_on_when_it_names_its_own_servers() -> None:
    named = {"DATABASE_URL": "d", "REDIS_URL": "r"}

    assert not machine.runs_bundled_servers(platform="linux", libc_name="", environ=named)


@pytest.mark.parametrize(("platform", "libc"), [("linux", "glibc 2.28"), ("darwin", "")])
def test_a_system_that_the_servers_run_on_goes_on(platform: str, libc: str) -> None:
    assert machine.runs_bundled_servers(platform=platform, libc_name=libc, environ={})


def test_the_lock_without_servers_lacks_only_them(tmp_path: Path) -> None:
    lock = tmp_path / "a.lock"
    lock.write_text(
        "a==1 \\\n    --hash=x\nvalkeylite==9 \\\n    --hash=y\nz==2 \\\n    --hash=w\n"
    )

    kept = locks.without_servers(lock, into=tmp_path).read_text()

    assert kept == "a==1 \\\n    --hash=x\nz==2 \\\n    --hash=w\n"


def test_a_trouble_is_one_line_without_verbose_and_shows_its_end_with_it(ground: Ground) -> None:
    ground.with_uv(install="echo dns error >&2; exit 1")

    silent, shown = (ground.run(*flag, "lock") for flag in ((), ("--verbose",)))

    assert (silent.returncode, shown.returncode) == (2, 2)
    assert silent.stderr.count("\n") == 1
    assert "Traceback" not in silent.stderr + shown.stderr
    assert shown.stderr.splitlines()[-1] == "dns error"


def test_a_problem_of_the_system_is_one_line() -> None:
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    denied = PermissionError(errno.EACCES, "Permission denied", ".venv")

    assert verbs.in_one_line(full) == "no space on the disk"
    assert verbs.in_one_line(denied) == "Permission denied: .venv"
