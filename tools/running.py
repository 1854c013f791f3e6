"""The verbs that hand over to a program in .venv and leave no process of their own behind."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from tools import environment, locks
from tools.checkout import Checkout
from tools.trouble import Trouble

REFERENCE_DATA = "LABELMARKET_REFERENCE_DATA"
# Four workers suit a machine of two cores, since some of them often wait for other processes; a
# module's servers are shared by its tests, and modules are begun in the order of collection.
WORKERS = ("-n", "4", "--dist", "loadscope", "--no-loadscope-reorder")
# These have lanes of `./dev prove`; whoever names their folder runs them here, too.
ELSEWHERE = ("--ignore", "tests/whole", "--ignore", "tests/browser")
PYTEST = (*WORKERS, *ELSEWHERE, "--durations", "10", "-p", "tools.budget")


def demo(checkout: Checkout, arguments: Sequence[str]) -> NoReturn:
    environment.ready(checkout, lock=locks.RUNTIME)
    _become(checkout, "labelmarket.cli", "demo", *arguments)


def up(checkout: Checkout, arguments: Sequence[str]) -> NoReturn:
    environment.ready(checkout, lock=locks.RUNTIME)
    _become(checkout, "labelmarket.cli", "up", *arguments)


def bench(checkout: Checkout, arguments: Sequence[str]) -> NoReturn:
    environment.ready(checkout, lock=locks.PEERS)
    _become(checkout, "benchmarks", *arguments)


def prove(checkout: Checkout, arguments: Sequence[str]) -> NoReturn:
    environment.ready(checkout, lock=locks.DEV)
    os.chdir(checkout.root)
    _become(checkout, "proofs", *arguments)


def test(checkout: Checkout, arguments: Sequence[str]) -> NoReturn:
    rest, data = split_data(arguments)
    settings = reference_data(checkout, given=data)
    environment.ready(checkout, lock=locks.DEV)
    os.chdir(checkout.root)
    _become(checkout, "pytest", *PYTEST, *rest, **settings)


def split_data(arguments: Sequence[str]) -> tuple[list[str], str | None]:
    """Take `--data DIR` or `--data=DIR` out of what goes to pytest."""
    rest: list[str] = []
    data: str | None = None
    words = iter(arguments)
    for word in words:
        if word == "--data":
            data = next(words, "")
        elif word.startswith("--data="):
            data = word.removeprefix("--data=")
        else:
            rest.append(word)
    return rest, data


def reference_data(checkout: Checkout, *, given: str | None) -> dict[str, str]:
    """Say where the reference data lies: as given, as set, or beside the checkout."""
    if given is not None:
        folder = Path(given).resolve()
        if not given or not folder.is_dir():
            raise Trouble(f"--data wants a folder; there is none at {given or 'nothing'}")
        return {REFERENCE_DATA: str(folder)}
    beside = checkout.root.parent / "shared" / "data"
    if REFERENCE_DATA not in checkout.environ and beside.is_dir():
        return {REFERENCE_DATA: str(beside)}
    return {}


def _become(checkout: Checkout, module: str, *arguments: str, **settings: str) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    python = str(checkout.venv_python)
    # -P: a file in the caller's folder must not shadow a package of ours.
    command = [python, "-P", "-m", module, *arguments]
    os.execve(python, command, checkout.inherited(**settings))
