"""What happened, one line an event, under a running digest: two equal runs have equal traces."""

from collections import deque
from hashlib import sha256

LINES_KEPT = 400
"""The last lines of a run, for whoever looks at a failure without the whole trace."""


class Trace:
    """A line is its moment, who, and what; no address, no hash order, no real time."""

    def __init__(self, *, whole: bool = False) -> None:
        self._digest = sha256()
        self.lines: deque[str] = deque(maxlen=None if whole else LINES_KEPT)

    def say(self, at_us: int, who: str, what: str) -> None:
        line = f"{at_us} {who} {what}"
        self._digest.update(line.encode())
        self._digest.update(b"\n")
        self.lines.append(line)

    def digest(self) -> str:
        return self._digest.hexdigest()
