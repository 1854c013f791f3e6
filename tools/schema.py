"""The committed GraphQL schema is the one that the code prints."""

import difflib

from tools import programs
from tools.checkout import Checkout

PRINT_TIMEOUT_S = 120
PRINT = "from labelmarket.graphql.schema import sdl; print(sdl())"


def faults(checkout: Checkout) -> list[str]:
    folder = checkout.root / "labelmarket" / "graphql"
    committed = folder / "schema.graphql"
    if not (folder / "schema.py").exists():
        return ["schema.graphql has no code behind it"] if committed.exists() else []
    if not committed.exists():
        return ["labelmarket/graphql/schema.graphql is not committed"]
    command = (str(checkout.venv_python), "-P", "-c", PRINT)
    done = programs.finish(checkout, command, timeout_s=PRINT_TIMEOUT_S)
    if done.returncode != 0:
        return done.stderr.splitlines()
    return list(
        difflib.unified_diff(
            committed.read_text().strip().splitlines(),
            done.stdout.strip().splitlines(),
            "committed",
            "printed",
            lineterm="",
        )
    )
