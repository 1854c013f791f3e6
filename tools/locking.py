"""./dev lock: resolve the locks anew, with uv; and take the addresses out of npm's."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from tools import locks, npm_lock, programs
from tools.checkout import Checkout
from tools.installers import meaning
from tools.trouble import Trouble

RESOLVE_TIMEOUT_S = 600
OPTIONS = (
    *("--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"),
    *("--no-header", "--no-emit-index-url", "--no-emit-find-links"),
)


def run(checkout: Checkout, arguments: Sequence[str]) -> int:
    """Remake the locks; arguments such as --upgrade go to uv."""
    uv = shutil.which("uv", path=checkout.environ.get("PATH", "")) or _private_uv(checkout)
    smaller: tuple[str, ...] = ()
    for name in locks.ALL:
        # A lock is bound by the one before it, so that it can be installed over that.
        groups = [word for group in locks.GROUPS[name] for word in ("--group", group)]
        options = (*groups, *smaller)
        smaller = ("--constraints", name)
        compiled = (uv, "pip", "compile", *OPTIONS, *options, *arguments)
        _call(checkout, (*compiled, "pyproject.toml", "-o", name))
        path = checkout.root / name
        digest = locks.dependencies_digest(checkout.root / "pyproject.toml", lock=name)
        path.write_text(locks.mark(path.read_text(), digest))
        sys.stderr.write(f"./dev: wrote {name}\n")
    if npm_lock.tidy(checkout.root):
        sys.stderr.write(f"./dev: took addresses out of {npm_lock.LOCK}\n")
    return 0


def _private_uv(checkout: Checkout) -> str:
    folder: Path = checkout.state / "uv"
    uv = folder / "bin" / "uv"
    if not uv.exists():
        _call(checkout, (checkout.python, "-I", "-m", "venv", "--clear", str(folder)))
        _call(checkout, (str(folder / "bin" / "python"), "-I", "-m", "pip", "install", "-q", "uv"))
    return str(uv)


def _call(checkout: Checkout, command: tuple[str, ...]) -> None:
    done = programs.finish(checkout, command, timeout_s=RESOLVE_TIMEOUT_S)
    if done.returncode != 0:
        raise Trouble(f"lock: {meaning(done.stderr)}", detail=done.stderr.rstrip())
