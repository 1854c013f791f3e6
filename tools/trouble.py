"""A trouble of the machine or of the call: one line for people, exit code 2."""


class Trouble(Exception):
    """`detail` is what a tool wrote last; it is shown on --verbose."""

    def __init__(self, line: str, *, detail: str = "") -> None:
        super().__init__(line)
        self.line = line
        self.detail = detail


class NotRun(Exception):
    """A gate that needs what this machine does not have; says what."""
