"""The npm lock of the console: versions and digests, and no address of anything."""

import json
from pathlib import Path

LOCK = Path("web") / "package-lock.json"
ADDRESS = "://"
LEADING_ELSEWHERE = ("resolved", "funding")
"""What npm notes of a package that is an address, and that it installs as well without."""


def faults(root: Path) -> list[str]:
    text = (root / LOCK).read_text(encoding="utf-8")
    if ADDRESS in text or any(f'"{name}"' in text for name in LEADING_ELSEWHERE):
        return [f"{LOCK} holds addresses: run ./dev lock"]
    return []


def tidy(root: Path) -> bool:
    """Take the addresses out; tells whether there were any."""
    path = root / LOCK
    lock = json.loads(path.read_text(encoding="utf-8"))
    noted = [one for one in lock["packages"].values() if set(LEADING_ELSEWHERE) & set(one)]
    for package in noted:
        for name in LEADING_ELSEWHERE:
            package.pop(name, None)
    if noted:
        path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return bool(noted)
