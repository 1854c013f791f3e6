"""The built console beside the sources that it was built from: whether one fits the other."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from tools import npm_lock

SOURCES = Path("web")
BUNDLE = Path("labelmarket/console")
RECORD = "build.json"
"""Holds what the bundle was built from, and the digest of each of its files."""
INPUTS = ("index.html", "package.json", "package-lock.json", "*.ts", "*.json", "src/**/*")
GENERATED = "src/api/schema.d.ts"
BUNDLE_BYTES_MAX = 2_000_000


def sources_digest(root: Path) -> str:
    """One digest of all that a build reads of our own, and of the lock."""
    folder = root / SOURCES
    paths = {path for pattern in INPUTS for path in folder.glob(pattern) if path.is_file()}
    total = sha256()
    for path in sorted(paths - {folder / GENERATED}):
        name = path.relative_to(folder).as_posix()
        total.update(f"{name} {sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def digests(folder: Path) -> dict[str, str]:
    """The digest of each built file, by its path in the bundle."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / RECORD
    }


def record(root: Path, built: Path) -> str:
    """The text that goes beside a bundle."""
    fields = {"sources": sources_digest(root), "files": digests(built)}
    return json.dumps(fields, indent=2) + "\n"


def faults(root: Path) -> list[str]:
    """List what a look alone can tell, one sentence each."""
    return [*npm_lock.faults(root), *_bundle_faults(root)]


def differences(committed: Path, built: Path) -> list[str]:
    """Name the files that a fresh build has otherwise."""
    ours, theirs = digests(committed), digests(built)
    names = sorted(name for name in ours | theirs if ours.get(name) != theirs.get(name))
    return [f"{BUNDLE / name} is not what web/ is built to: run ./dev console" for name in names]


def _bundle_faults(root: Path) -> Iterator[str]:
    folder = root / BUNDLE
    if not (folder / RECORD).exists():
        yield f"{BUNDLE / RECORD} is not there: run ./dev console"
        return
    said = json.loads((folder / RECORD).read_text())
    if said["sources"] != sources_digest(root):
        yield f"{BUNDLE} was built from other sources: run ./dev console"
    found = digests(folder)
    for name in sorted(
        name for name in said["files"] | found if said["files"].get(name) != found.get(name)
    ):
        yield f"{BUNDLE / name} is not as it was built: run ./dev console"
    if sum(path.stat().st_size for path in folder.rglob("*")) > BUNDLE_BYTES_MAX:
        yield f"{BUNDLE} is larger than {BUNDLE_BYTES_MAX:,} bytes"
