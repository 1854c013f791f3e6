"""The leash: a launcher that becomes a program which dies with the process that started it.

It runs as a script under `python -I -S`, so it may import the standard library alone. Arguments:
`kernel|pipe`, the parent's pid, the signal of death, uid and gid (-1: as they are), the program.
"""

import os
import signal
import sys
import threading
from types import FrameType

PR_SET_PDEATHSIG = 1
CANNOT_START = 126
GRACE_SECONDS = 5.0
FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)


def drop_privileges(*, uid: int, gid: int) -> None:
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)


def become(argv: list[str]) -> int:
    try:
        os.execv(argv[0], argv)
    except OSError as error:
        sys.stderr.write(f"cannot start {argv[0]}: {error.strerror}\n")
    return CANNOT_START


def run_by_kernel(*, argv: list[str], parent: int, death: int, uid: int, gid: int) -> int:
    """Let the kernel send the signal when the thread that started us ends."""
    import ctypes  # noqa: PLC0415 (only Linux needs it, and every start pays for it)

    libc = ctypes.CDLL(None)
    drop_privileges(uid=uid, gid=gid)
    # A change of user clears the wish, hence the order; the parent may have died before it.
    if libc.prctl(PR_SET_PDEATHSIG, death, 0, 0, 0) != 0 or os.getppid() != parent:
        return CANNOT_START
    return become(argv)


def watch_pipe(*, child: int, death: int, ended: threading.Event) -> None:
    """End the child when standard input closes: its only other end is in the parent."""
    os.read(0, 1)
    for number in (death, signal.SIGKILL):
        if ended.wait(0):
            return
        os.kill(child, number)
        ended.wait(GRACE_SECONDS)


def run_by_pipe(*, argv: list[str], death: int, uid: int, gid: int) -> int:
    """Stay as the program's parent, pass signals on, and watch the pipe to our own parent."""
    drop_privileges(uid=uid, gid=gid)
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os._exit(become(argv))

    def forward(number: int, _frame: FrameType | None) -> None:
        os.kill(child, number)

    for number in FORWARDED:
        signal.signal(number, forward)
    ended = threading.Event()
    arguments = {"child": child, "death": death, "ended": ended}
    threading.Thread(target=watch_pipe, kwargs=arguments, daemon=True).start()
    _, status = os.waitpid(child, 0)
    ended.set()
    return abs(os.waitstatus_to_exitcode(status))


def main(arguments: list[str]) -> int:
    how, parent, death, uid, gid, *argv = arguments
    if how == "kernel":
        return run_by_kernel(
            argv=argv, parent=int(parent), death=int(death), uid=int(uid), gid=int(gid)
        )
    return run_by_pipe(argv=argv, death=int(death), uid=int(uid), gid=int(gid))


if __name__ == "__main__":
    # The watching thread still reads standard input, which an ordinary exit would wait for.
    code = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)
