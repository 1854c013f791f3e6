"""The verbs of ./dev, and the one place where a trouble becomes a line."""

import errno
import importlib
import sys
from collections.abc import Sequence

from tools import checkout
from tools.trouble import Trouble

# Each verb names its module, loaded only when asked for: a start must cost nothing.
VERBS = {
    "demo": ("tools.running", "demo", "play a whole market, then leave the server running"),
    "up": ("tools.running", "up", "start labelmarket with its bundled servers"),
    "test": ("tools.running", "test", "run the tests [pytest arguments] [--data DIR]"),
    "check": ("tools.checking", "run", "run every gate [--fix]"),
    "bench": ("tools.running", "bench", "measure against peers [NAME] [--json]"),
    "prove": ("tools.running", "prove", "try hard to break it: NAME [--share S] [--seed N]"),
    "console": ("tools.console", "run", "build the web console from web/"),
    "lock": ("tools.locking", "run", "resolve the lock files anew [--upgrade]"),
}


def main(arguments: Sequence[str]) -> int:
    verbose = "--verbose" in arguments[:1]
    verb, *rest = list(arguments[verbose:]) or ["help"]
    if verb in {"help", "-h", "--help"}:
        sys.stdout.write(usage())
        return 0
    if verb not in VERBS:
        sys.stderr.write(f"./dev: no verb {verb!r}; there are {', '.join(VERBS)}\n")
        return 2
    module, function, _ = VERBS[verb]
    try:
        code: int = getattr(importlib.import_module(module), function)(checkout.here(), rest)
    except Trouble as trouble:
        shown = f"\n{trouble.detail}" if verbose and trouble.detail else ""
        sys.stderr.write(f"./dev: {trouble.line}{shown}\n")
        return 2
    except OSError as problem:
        sys.stderr.write(f"./dev: {in_one_line(problem)}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("\n./dev: interrupted; an unfinished .venv is remade next time\n")
        return 130
    return code


def in_one_line(problem: OSError) -> str:
    if problem.errno == errno.ENOSPC:
        return "no space on the disk"
    place = f": {problem.filename}" if problem.filename else ""
    return f"{problem.strerror or problem}{place}"


def usage() -> str:
    lines = [f"  ./dev {verb:<7} {text}\n" for verb, (_, _, text) in VERBS.items()]
    return "".join(["labelmarket's one script:\n", *lines, "  ./dev --verbose VERB shows more\n"])
