"""The stamp in .venv: what was installed, by which Python, for which checkout."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = "labelmarket-dev.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    root: str
    interpreter: str
    servers: bool
    locks: dict[str, str]


def digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def read(venv: Path) -> Stamp | None:
    """Give the stamp, or None where the environment is not whole."""
    try:
        return Stamp(**json.loads((venv / NAME).read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def write(venv: Path, stamp: Stamp) -> None:
    """Write in one step: a kill leaves no stamp rather than half of one."""
    draft = venv / f"{NAME}.new"
    draft.write_text(json.dumps(asdict(stamp), indent=1) + "\n")
    draft.replace(venv / NAME)


def remove(venv: Path) -> None:
    (venv / NAME).unlink(missing_ok=True)
