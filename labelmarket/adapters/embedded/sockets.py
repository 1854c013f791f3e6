"""A private folder for the servers' sockets: a short path, and the same one at each start."""

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from labelmarket.adapters.embedded.accounts import Account
from labelmarket.adapters.embedded.troubles import ServerUnavailable

PATH_BYTES_MAX = 100
LONGEST_NAME = ".s.PGSQL.5432"


def socket_folder(data: Path, account: Account | None) -> Path:
    """Make the folder, or take over the one that an earlier run left.

    Under another account the data folder may be out of reach, so that a shared folder is used;
    there the name comes from the data folder's path, and the owner is checked.
    """
    own = data / "sockets"
    if account is None and len(os.fsencode(own / LONGEST_NAME)) <= PATH_BYTES_MAX:
        own.mkdir(mode=0o700, exist_ok=True)
        return own
    uid = os.geteuid() if account is None else account.uid
    name = hashlib.sha256(f"{uid}:{data}".encode("utf-8", "surrogateescape")).hexdigest()[:12]
    shared_folders = (Path("/run"), Path("/tmp"), Path(tempfile.gettempdir()))  # noqa: S108
    for shared in shared_folders:
        folder = shared / f"labelmarket-{name}"
        if len(os.fsencode(folder / LONGEST_NAME)) <= PATH_BYTES_MAX and _taken(folder, account):
            return folder
    raise ServerUnavailable(
        f"no private folder for sockets can be made in {', '.join(map(str, shared_folders))}"
    )


def _taken(folder: Path, account: Account | None) -> bool:
    try:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        if not _is_private(folder, os.geteuid()):
            return account is not None and _is_private(folder, account.uid)
        if account is not None:
            os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    except OSError:
        return False
    return True


def _is_private(folder: Path, uid: int) -> bool:
    status = folder.lstat()
    private = stat.S_IMODE(status.st_mode) == 0o700
    return stat.S_ISDIR(status.st_mode) and status.st_uid == uid and private
