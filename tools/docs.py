"""The pages hold what they promise: links resolve, and the commands they name exist."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from tools import programs
from tools.checkout import Checkout
from tools.verbs import VERBS

LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
FENCE = re.compile(r"^(```+|~~~+)\s*(\w*)[^\n]*\n(.*?)^\1\s*$", re.MULTILINE | re.DOTALL)
SHELLS = frozenset({"", "sh", "bash", "shell", "console"})
SETTINGS = r"(?:\w+=\S*\s+)*"
DEV = re.compile(rf"{SETTINGS}\./dev\s+(?:--verbose\s+)?([a-z][a-z-]*)(?=\s|$)")
LABELMARKET = re.compile(rf"{SETTINGS}labelmarket\s+([a-z][a-z-]*)(?:\s+([a-z][a-z-]*))?(?=\s|$)")
HELP_TIMEOUT_S = 60


def pages(root: Path) -> list[Path]:
    return [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]


def broken_links(root: Path) -> list[str]:
    """Find relative links whose file does not exist; addresses elsewhere are not asked."""
    return [
        f"{page.relative_to(root)} links to {target}, which is not there"
        for page in pages(root)
        for target in LINK.findall(_without_fences(page.read_text()))
        if not re.match(r"[a-z][a-z0-9+.-]*:|#|//", target, re.IGNORECASE)
        and not (page.parent / unquote(target.partition("#")[0])).exists()
    ]


def unknown_verbs(checkout: Checkout) -> list[str]:
    """Find commands in the README's fenced blocks that neither script knows."""
    page = checkout.root / "README.md"
    if not page.exists():
        return ["there is no README.md"]
    commands = list(shell_commands(page.read_text()))
    asked = {match.group(1) for line in commands if (match := DEV.match(line))}
    found = [f"README names ./dev {verb}" for verb in sorted(asked - VERBS.keys())]
    calls = {match.groups("") for line in commands if (match := LABELMARKET.match(line))}
    return found + [
        f"README names labelmarket {' '.join(call).rstrip()}"
        for call in sorted(calls)
        if not _has_help(checkout, [word for word in call if word])
    ]


def shell_commands(text: str) -> Iterator[str]:
    """Give the commands of the fenced shell blocks; in a session, the lines after a `$`."""
    for _, language, body in FENCE.findall(text):
        if language not in SHELLS:
            continue
        lines = [line.strip() for line in body.replace("\\\n", " ").splitlines()]
        typed = [line[2:] for line in lines if line.startswith("$ ")] or lines
        for line in typed:
            yield from (part.strip() for part in re.split(r"&&|\|\||[;|]", line))


def _without_fences(text: str) -> str:
    return FENCE.sub("", text)


def _has_help(checkout: Checkout, words: list[str]) -> bool:
    command = (str(checkout.venv_python), "-P", "-m", "labelmarket.cli", *words, "--help")
    return programs.finish(checkout, command, timeout_s=HELP_TIMEOUT_S).returncode == 0
