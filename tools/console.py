"""./dev console: build the web console into the package; and the gate that it was built so."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from tools import bundle, node
from tools.checkout import Checkout
from tools.node import Node
from tools.trouble import NotRun, Trouble

BUILD_TIMEOUT_S = 300
SCHEMA = Path("labelmarket/graphql/schema.graphql")


def run(checkout: Checkout, arguments: Sequence[str]) -> int:
    """Check the sources, build them, and put the bundle where the server finds it."""
    if arguments:
        raise Trouble("console takes no argument")
    found = node.find(checkout) or node.bring(checkout)
    if reason := node.packages(checkout, found):
        raise Trouble(f"console: {reason}")
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "console"
        if wrong := _build(checkout, found, built):
            sys.stdout.writelines(f"{line}\n" for line in wrong)
            return 1
        target = checkout.root / bundle.BUNDLE
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(built, target)
        (target / bundle.RECORD).write_text(bundle.record(checkout.root, built))
    _remember(checkout)
    sys.stderr.write(f"./dev: wrote {bundle.BUNDLE}\n")
    return 0


def faults(checkout: Checkout) -> list[str]:
    """Look first; build anew only what was not built here in this very state before."""
    seen = bundle.faults(checkout.root)
    if seen or _is_remembered(checkout):
        return seen
    found = node.find(checkout)
    if found is None:
        raise NotRun("there is no Node.js 20.19 or newer with npm; ./dev console brings one")
    if reason := node.packages(checkout, found):
        raise NotRun(f"the packages could not be had: {reason}")
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "console"
        wrong = _build(checkout, found, built) or bundle.differences(
            checkout.root / bundle.BUNDLE, built
        )
    if not wrong:
        _remember(checkout)
    return wrong


def _build(checkout: Checkout, found: Node, into: Path) -> list[str]:
    """Type-check, lint and build; gives what a step wrote when it was not content."""
    for words in (("run", "check"), ("run", "build", "--", "--outDir", str(into))):
        done = found.call(checkout, *words, timeout_s=BUILD_TIMEOUT_S)
        if done.returncode != 0:
            return _written(done)
    return []


def _written(done: "subprocess.CompletedProcess[str]") -> list[str]:
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines or [f"npm ended with code {done.returncode}"]


def _state(checkout: Checkout) -> str:
    """One digest of all that the gate depends on: sources, bundle, and the API's schema."""
    record = (checkout.root / bundle.BUNDLE / bundle.RECORD).read_bytes()
    return sha256(record + (checkout.root / SCHEMA).read_bytes()).hexdigest()


def _kept(checkout: Checkout) -> Path:
    return checkout.state / "console-checked"


def _is_remembered(checkout: Checkout) -> bool:
    kept = _kept(checkout)
    return kept.exists() and kept.read_text() == _state(checkout)


def _remember(checkout: Checkout) -> None:
    checkout.state.mkdir(parents=True, exist_ok=True)
    _kept(checkout).write_text(_state(checkout))
