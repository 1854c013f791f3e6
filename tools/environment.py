"""The environment in .venv is as the lock wants it, or is made so."""

import fcntl
import shlex
import shutil
import sys
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import installers, locks, machine, stamp
from tools.checkout import Checkout
from tools.installers import Installer
from tools.stamp import Stamp
from tools.trouble import Trouble

TURN_TIMEOUT_S = 1800.0
TURN_POLL_S = 0.2


def ready(checkout: Checkout, *, lock: str) -> None:
    """Return when `lock` is installed; free of cost when it already is."""
    servers = machine.runs_bundled_servers(
        platform=sys.platform, libc_name=machine.libc(), environ=checkout.environ
    )
    wanted = Stamp(
        root=str(checkout.root),
        interpreter=checkout.interpreter,
        servers=servers,
        locks={name: stamp.digest(checkout.root / name) for name in locks.covered_by(lock)},
    )
    if _is_met(checkout, wanted):
        return
    with _turn(checkout):
        if not _is_met(checkout, wanted):
            _make(checkout, wanted, lock=lock)


def why_stale(checkout: Checkout, wanted: Stamp) -> str:
    """Say in a few words why the environment cannot be kept; empty when it can."""
    found = stamp.read(checkout.venv)
    if found is None:
        return "it was left half made, or made by other means"
    changed = any(found.locks.get(name, new) != new for name, new in wanted.locks.items())
    reasons = {
        "its Python is gone": not checkout.venv_python.exists(),
        "the checkout has moved": found.root != wanted.root,
        f"another Python made it ({found.interpreter})": found.interpreter != wanted.interpreter,
        "it lacks the bundled servers": wanted.servers and not found.servers,
        "the lock has changed": changed,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _is_met(checkout: Checkout, wanted: Stamp) -> bool:
    found = stamp.read(checkout.venv)
    return (
        found is not None
        and not why_stale(checkout, wanted)
        and wanted.locks.items() <= found.locks.items()
    )


def _make(checkout: Checkout, wanted: Stamp, *, lock: str) -> None:
    machine.refuse_full_disk(checkout.root)
    checkout.log.write_bytes(b"")
    choices = installers.installers(checkout)
    if checkout.venv.exists() and not why_stale(checkout, wanted):
        if installers.can_extend(checkout, choices[0]):
            _say(f"adding to .venv what {lock} has more")
            stamp.remove(checkout.venv)
            _fill(checkout, choices[0], wanted, lock=lock)
            return
        _say("remaking .venv: pip is not in it")
    elif checkout.venv.exists() or checkout.venv.is_symlink():
        _say(f"remaking .venv: {why_stale(checkout, wanted)}")
    else:
        _say(f"making .venv from {lock} (once; under a minute on a fast line)")
    for installer in choices:
        try:
            _clear(checkout.venv)
            installers.make(checkout, installer)
            _fill(checkout, installer, wanted, lock=lock)
        except Trouble as trouble:
            if installer is choices[-1]:
                raise
            _say(f"{trouble.line}; now with pip")
        else:
            return


def _fill(checkout: Checkout, installer: Installer, wanted: Stamp, *, lock: str) -> None:
    path = checkout.root / lock
    if not wanted.servers:
        path = locks.without_servers(path, into=checkout.state)
    installers.install(checkout, installer, path)
    _put_on_path(checkout)
    stamp.write(checkout.venv, wanted)


def _put_on_path(checkout: Checkout) -> None:
    """Make the checkout importable and callable without a build backend."""
    base = {"base": str(checkout.venv), "platbase": str(checkout.venv)}
    packages = Path(sysconfig.get_path("purelib", scheme="venv", vars=base))
    packages.mkdir(parents=True, exist_ok=True)
    (packages / "labelmarket.pth").write_text(f"{checkout.root}\n")
    script = checkout.venv / "bin" / "labelmarket"
    # -P: a file in the caller's folder must not shadow a package of ours.
    python = shlex.quote(str(checkout.venv_python))
    script.write_text(f'#!/bin/sh\nexec {python} -P -m labelmarket.cli "$@"\n')
    script.chmod(0o755)


def _clear(venv: Path) -> None:
    """Remove the environment, its stamp first: a kill in between leaves it stale."""
    if venv.is_symlink() or venv.is_file():
        venv.unlink()
    elif venv.exists():
        stamp.remove(venv)
        shutil.rmtree(venv)


@contextmanager
def _turn(checkout: Checkout) -> Iterator[None]:
    """Let one ./dev at a time change the environment; the lock dies with its process."""
    checkout.state.mkdir(parents=True, exist_ok=True)
    with (checkout.state / "turn").open("w") as held:
        give_up = time.monotonic() + TURN_TIMEOUT_S
        waiting = False
        while True:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > give_up:
                    raise Trouble("another ./dev has been making .venv for too long") from None
            if not waiting:
                _say("another ./dev is making .venv; waiting for it")
                waiting = True
            time.sleep(TURN_POLL_S)
        yield


def _say(line: str) -> None:
    sys.stderr.write(f"./dev: {line}\n")
    sys.stderr.flush()
