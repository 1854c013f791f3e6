"""A copy of the script with stand-ins for uv, Python and pip, so that nothing is downloaded."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tools import locks
from tools.checkout import Checkout

SOURCE = Path(__file__).resolve().parents[2]
RUN_TIMEOUT_S = 60
PYPROJECT = """
[project]
name = "labelmarket"
requires-python = ">=3.11"
dependencies = ["numpy>=2"]
[dependency-groups]
dev = ["pytest"]
peers = ["scipy"]
"""
# What stands in for .venv/bin/python: says what it was asked to run, and what it inherited.
VENV_PYTHON = """#!/bin/sh
echo "ran $*"
echo "path <$PYTHONPATH> data <$LABELMARKET_REFERENCE_DATA>"
test -z "$PYTHONDONTWRITEBYTECODE" || echo "compiles in vain"
"""
UV = """#!/bin/sh
echo "$1 $2" >> "{calls}"
if [ "$1" = venv ]; then
  for target; do :; done
  mkdir -p "$target/bin"
  cp "{venv_python}" "$target/bin/python"
else
  {install}
fi
"""
BASE_PYTHON = """#!/bin/sh
case "$*" in
  *"-m venv"*)
    {make}
    for target; do :; done
    mkdir -p "$target/bin"
    cp "$0" "$target/bin/python"
    touch "$target/bin/pip" ;;
  *"-m pip install"*)
    {install} ;;
esac
"""


def _heed_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@dataclass(frozen=True, kw_only=True)
class Ground:
    """A checkout in a folder of its own, and the tools on its PATH."""

    checkout: Checkout
    programs: Path

    @property
    def root(self) -> Path:
        return self.checkout.root

    @property
    def calls(self) -> list[str]:
        log = self.programs / "calls"
        return log.read_text().splitlines() if log.exists() else []

    def with_uv(self, *, install: str = "exit 0") -> None:
        """Put a uv on PATH whose `pip install` is the given shell command."""
        script(self.programs / "venv-python", VENV_PYTHON)
        text = UV.format(
            calls=self.programs / "calls",
            venv_python=self.programs / "venv-python",
            install=install,
        )
        script(self.programs / "uv", text)

    def with_python(self, *, make: str = ":", install: str = "exit 0") -> "Ground":
        """Let the base interpreter be a script that fails as the given commands do."""
        script(self.programs / "base-python", BASE_PYTHON.format(make=make, install=install))
        base = str(self.programs / "base-python")
        return replace(self, checkout=replace(self.checkout, python=base))

    def start(self, *arguments: str, **settings: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, str(self.root / "dev"), *arguments],
            env={**self.checkout.environ, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # A test run that was started in the background ignores SIGINT, and so would this.
            preexec_fn=_heed_interrupts,  # noqa: PLW1509 - it calls nothing that could wait
        )

    def run(self, *arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        with self.start(*arguments, **settings) as process:
            out, err = process.communicate(timeout=RUN_TIMEOUT_S)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def environment_of(programs: Path) -> Mapping[str, str]:
    """Keep the machine's tools, without a real uv and without what the caller has set."""
    tools = programs / "tools"
    tools.mkdir()
    for name in ("sh", "mkdir", "cp", "touch", "sleep"):
        found = shutil.which(name)
        assert found is not None
        (tools / name).symlink_to(found)
    kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
    return {**kept, "PATH": f"{programs}{os.pathsep}{tools}"}


@pytest.fixture
def ground(tmp_path: Path) -> Ground:
    root, programs = tmp_path / "checkout", tmp_path / "programs"
    root.mkdir()
    programs.mkdir()
    shutil.copy(SOURCE / "dev", root / "dev")
    shutil.copytree(SOURCE / "tools", root / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "pyproject.toml").write_text(PYPROJECT)
    held = ("numpy==2.4.0", "pytest==9.0", "scipy==1.17")
    for name in locks.ALL:
        pins = "\n".join(held[: len(locks.covered_by(name))])
        digest = locks.dependencies_digest(root / "pyproject.toml", lock=name)
        (root / name).write_text(locks.mark(f"{pins}\n", digest))
    checkout = Checkout(
        root=root,
        python=sys.executable,
        interpreter=f"{sys.implementation.cache_tag}-{sys.platform}-{os.uname().machine}",
        environ=environment_of(programs),
    )
    return Ground(checkout=checkout, programs=programs)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a file below the test's folder."""

    def written(name: str, text: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    return written
