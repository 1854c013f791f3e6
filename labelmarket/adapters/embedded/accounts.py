"""As root, servers run as an unprivileged user that the machine already has."""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from labelmarket.adapters.embedded.troubles import OWN_SERVERS_HINT, ServerUnavailable

CANDIDATES = ("postgres", "nobody")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    uid: int
    gid: int


def server_account(database: Path) -> Account | None:
    """Choose whom servers run as: None as an ordinary user, else the data's owner comes first."""
    if os.geteuid() != 0:
        return None
    if database.exists() and (owner := database.stat()).st_uid != 0:
        return Account(uid=owner.st_uid, gid=owner.st_gid)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise ServerUnavailable(
        f"PostgreSQL refuses to run as root, and this machine has no user "
        f"{' or '.join(CANDIDATES)}; start as an ordinary user, or {OWN_SERVERS_HINT}"
    )


def hand_over(folder: Path, account: Account | None) -> None:
    """Make a folder of ours, and all in it, the account's; it stays private.

    The folder itself goes last, so an interrupted hand-over is done again. A copy made by root
    arrives here too.
    """
    if account is not None and folder.stat().st_uid != account.uid:
        for root, folders, files in os.walk(folder, topdown=False):
            for name in (*folders, *files):
                os.chown(Path(root) / name, account.uid, account.gid, follow_symlinks=False)
        os.chown(folder, account.uid, account.gid)
    folder.chmod(0o700)
