"""./dev as a newcomer meets it: old Pythons, verbs, and the hand-over to a program."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ground.conftest import SOURCE, Ground, script

# Runs the script as an interpreter would that reports another version of itself.
PRETEND = """
import runpy, sys
sys.version_info = (3, 8, 18, "final", 0)
sys.argv = ["dev", "demo", "--once"]
runpy.run_path({dev!r}, run_name="__main__")
"""


def pretend_old_python(*, path: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", PRETEND.format(dev=str(SOURCE / "dev"))],
        check=False,
        env={"PATH": path},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_the_script_parses_on_a_python_that_is_too_old() -> None:
    ast.parse((SOURCE / "dev").read_text(), feature_version=(3, 6))


def test_an_old_python_alone_gives_one_line_and_code_2(tmp_path: Path) -> None:
    done = pretend_old_python(path=str(tmp_path))

    assert done.returncode == 2
    assert done.stderr == "./dev: labelmarket needs Python 3.11 or newer; this is 3.8\n"


def test_an_old_python_hands_over_to_a_newer_one_on_path(tmp_path: Path) -> None:
    script(tmp_path / "python3.12", '#!/bin/sh\n[ "$2" = -c ] || echo "newer got $2 $3"\n')

    done = pretend_old_python(path=str(tmp_path))

    assert (done.returncode, done.stdout) == (0, "newer got demo --once\n")


def test_a_shim_of_a_version_that_is_not_installed_is_passed_over(tmp_path: Path) -> None:
    script(tmp_path / "python3.13", "#!/bin/sh\nexit 127\n")

    assert pretend_old_python(path=str(tmp_path)).returncode == 2


def test_no_verb_shows_the_verbs(ground: Ground) -> None:
    done = ground.run()

    assert done.returncode == 0
    assert "./dev demo" in done.stdout


def test_an_unknown_verb_is_named(ground: Ground) -> None:
    done = ground.run("dmeo")

    assert done.returncode == 2
    assert done.stderr.startswith("./dev: no verb 'dmeo'; there are demo, up, test")


def test_demo_becomes_the_program_and_leaves_stdout_to_it(ground: Ground) -> None:
    ground.with_uv()

    done = ground.run("demo", "--once", "--json", PYTHONPATH="elsewhere")

    assert done.returncode == 0
    assert done.stdout == "ran -P -m labelmarket.cli demo --once --json\npath <> data <>\n"
    assert done.stderr.splitlines() == [
        "./dev: making .venv from requirements.lock (once; under a minute on a fast line)"
    ]


def test_modules_are_compiled_once_and_not_in_every_process(ground: Ground) -> None:
    ground.with_uv()

    done = ground.run("test", PYTHONDONTWRITEBYTECODE="1")

    assert done.stdout.startswith("ran -P -m pytest")
    assert "compiles in vain" not in done.stdout


def test_test_passes_its_data_folder_on_and_keeps_the_other_arguments(
    ground: Ground, tmp_path: Path
) -> None:
    ground.with_uv()

    done = ground.run("test", "-k", "offers", "--data", str(tmp_path))

    assert "-m pytest -n 4 --dist loadscope" in done.stdout
    assert done.stdout.splitlines()[0].endswith("-p tools.budget -k offers")
    assert f"data <{tmp_path}>" in done.stdout


def test_reference_data_beside_the_checkout_is_found(ground: Ground) -> None:
    beside = ground.root.parent / "shared" / "data"
    beside.mkdir(parents=True)
    ground.with_uv()

    assert f"data <{beside}>" in ground.run("test").stdout


@pytest.mark.parametrize("arguments", [("--data", "nowhere"), ("--data",)])
def test_a_data_folder_that_is_not_there_is_refused(
    ground: Ground, arguments: tuple[str, ...]
) -> None:
    done = ground.run("test", *arguments)

    assert done.returncode == 2
    assert done.stderr.startswith("./dev: --data wants a folder; there is none at no")
