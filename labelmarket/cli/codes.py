"""Exit codes, the same for every verb."""

DONE, FAILED, WRONG = 0, 1, 2
INTERRUPTED = 130
