"""./dev check: every gate runs, each says one line, a failed one shows what it found."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import console, docs, environment, locks, programs, schema, sources
from tools.checkout import Checkout
from tools.trouble import NotRun, Trouble

GATE_TIMEOUT_S = 600
FAULTS_SHOWN_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    name: str
    faults: Callable[[], Sequence[str]]


def run(checkout: Checkout, arguments: Sequence[str]) -> int:
    if not set(arguments) <= {"--fix"}:
        raise Trouble("check takes no argument but --fix")
    environment.ready(checkout, lock=locks.DEV)
    if "--fix" in arguments:
        faults_of(checkout, "ruff", "format", ".")
        faults_of(checkout, "ruff", "check", "--fix", "--quiet", ".")
    return report(gates(checkout))


def gates(checkout: Checkout) -> tuple[Gate, ...]:
    root = checkout.root

    def tool(name: str, *command: str) -> Gate:
        return Gate(name=name, faults=lambda: faults_of(checkout, *command))

    def own(name: str, faults: Callable[[Path], list[str]]) -> Gate:
        return Gate(name=name, faults=lambda: faults(root))

    return (
        tool("format", "ruff", "format", "--check", "--output-format", "concise", "."),
        tool("lint", "ruff", "check", "--quiet", "--output-format", "concise", "."),
        tool("types", "mypy", "--no-error-summary"),
        tool("imports", "lint-imports", "--no-logo"),
        own("kernels", sources.kernel_imports),
        own("length", sources.long_modules),
        own("places", sources.machine_paths),
        own("locks", locks.faults),
        own("links", docs.broken_links),
        Gate(name="verbs", faults=lambda: docs.unknown_verbs(checkout)),
        Gate(name="schema", faults=lambda: schema.faults(checkout)),
        Gate(name="console", faults=lambda: console.faults(checkout)),
    )


def report(wanted: Sequence[Gate]) -> int:
    """Run each gate to its end and print its line; 0 when none failed."""
    failed = 0
    for gate in wanted:
        started = time.monotonic()
        faults, reason = _outcome(gate)
        took_s = time.monotonic() - started
        word = "FAILED" if faults else "NOT RUN" if reason else "ok"
        sys.stdout.write(f"{word:<6} {gate.name} ({took_s:.1f} s){reason and f': {reason}'}\n")
        shown = faults[:FAULTS_SHOWN_MAX]
        sys.stdout.writelines(f"       {line}\n" for line in shown)
        sys.stdout.flush()
        failed += bool(faults)
    return 1 if failed else 0


def _outcome(gate: Gate) -> tuple[Sequence[str], str]:
    """What a gate found, or why it could not look."""
    try:
        return gate.faults(), ""
    except NotRun as not_run:
        return [], str(not_run)


def faults_of(checkout: Checkout, program: str, *arguments: str) -> list[str]:
    """Run a tool of the environment; give what it wrote if it was not content."""
    command = (str(checkout.venv / "bin" / program), *arguments)
    done = programs.finish(checkout, command, timeout_s=GATE_TIMEOUT_S, NO_COLOR="1")
    if done.returncode == 0:
        return []
    written = (done.stdout + done.stderr).rstrip()
    return written.splitlines() or [f"{program} ended with code {done.returncode}"]
