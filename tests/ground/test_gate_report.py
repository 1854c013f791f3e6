"""Every gate runs and says its line; CI runs the same words; the suite keeps its budget."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ground.conftest import SOURCE, Ground, script
from tools import checking, programs
from tools.checking import Gate

RUN_TIMEOUT_S = 60


def test_all_gates_run_although_the_first_fails(capsys: pytest.CaptureFixture[str]) -> None:
    bad = Gate(name="lint", faults=lambda: ["a.py:1 is wrong"])
    good = Gate(name="types", faults=lambda: [])

    assert checking.report([bad, good]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "FAILED lint (0.0 s)",
        "       a.py:1 is wrong",
        "ok     types (0.0 s)",
    ]


def test_content_gates_give_code_0() -> None:
    assert checking.report([Gate(name="lint", faults=lambda: [])]) == 0


def test_a_tool_that_fails_in_silence_is_still_a_fault(ground: Ground) -> None:
    (ground.checkout.venv / "bin").mkdir(parents=True)
    script(ground.checkout.venv / "bin" / "ruff", "#!/bin/sh\nexit 3\n")

    assert checking.faults_of(ground.checkout, "ruff") == ["ruff ended with code 3"]


def test_a_content_tool_has_no_faults_whatever_it_says(ground: Ground) -> None:
    (ground.checkout.venv / "bin").mkdir(parents=True)
    script(ground.checkout.venv / "bin" / "mypy", "#!/bin/sh\necho fine\n")

    assert checking.faults_of(ground.checkout, "mypy") == []


def test_a_program_that_takes_too_long_is_ended_and_fails(ground: Ground) -> None:
    done = programs.finish(ground.checkout, ("sleep", "60"), timeout_s=0.05)

    assert (done.returncode, done.stderr) == (124, "sleep took more than 0 s\n")


def test_check_refuses_an_argument_that_it_does_not_know(ground: Ground) -> None:
    done = ground.run("check", "--fast")

    assert (done.returncode, done.stderr) == (2, "./dev: check takes no argument but --fix\n")


@pytest.mark.parametrize(("code", "called"), [(0, "check\ntest\nprove\n"), (1, "check\n")])
def test_ci_checks_and_then_tests_and_stops_at_a_failure(
    tmp_path: Path, code: int, called: str
) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(SOURCE / ".ci" / "run", tmp_path / ".ci" / "run")
    script(tmp_path / "dev", f'#!/bin/sh\necho "$1" >> calls\nexit {code}\n')

    done = subprocess.run([tmp_path / ".ci" / "run"], check=False, cwd="/", timeout=RUN_TIMEOUT_S)

    assert done.returncode == code
    assert (tmp_path / "calls").read_text() == called


def suite(folder: Path, *, budget_s: float) -> "subprocess.CompletedProcess[str]":
    (folder / "test_one.py").write_text("def test_one() -> None:\n    assert True\n")
    (folder / "pytest.ini").write_text("[pytest]\n")
    plugin = ("-p", "tools.budget", "--budget-s", str(budget_s))
    return subprocess.run(
        [sys.executable, "-m", "pytest", *plugin],
        check=False,
        cwd=folder,
        env={"PYTHONPATH": str(SOURCE), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        timeout=RUN_TIMEOUT_S,
    )


def test_a_green_suite_over_its_budget_fails(tmp_path: Path) -> None:
    done = suite(tmp_path, budget_s=0)

    assert done.returncode == 1
    assert "s of 0 s used: OVER BUDGET" in done.stdout


def test_a_green_suite_within_its_budget_passes_and_says_so(tmp_path: Path) -> None:
    done = suite(tmp_path, budget_s=60)

    assert done.returncode == 0
    assert "s of 60 s used\n" in done.stdout
