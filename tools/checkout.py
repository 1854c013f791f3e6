"""Where this checkout keeps its environment, and what its children inherit."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.trouble import Trouble

# A foreign package path or home would be searched before the environment's own packages.
FOREIGN = frozenset({"PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "__PYVENV_LAUNCHER__"})
# Container images set this one, and then each of the many processes compiles the same modules.
WASTEFUL = frozenset({"PYTHONDONTWRITEBYTECODE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    root: Path
    python: str
    interpreter: str
    environ: Mapping[str, str]

    @property
    def venv(self) -> Path:
        return self.root / ".venv"

    @property
    def venv_python(self) -> Path:
        return self.venv / "bin" / "python"

    @property
    def state(self) -> Path:
        return self.root / ".labelmarket" / "dev"

    @property
    def log(self) -> Path:
        return self.state / "install.log"

    def inherited(self, **more: str) -> dict[str, str]:
        dropped = FOREIGN | WASTEFUL
        kept = {name: value for name, value in self.environ.items() if name not in dropped}
        return kept | more


def here() -> Checkout:
    """Describe the checkout that this file stands in.

    The base interpreter makes the environment: the running one may be the environment's
    own, which is about to be removed.
    """
    if not hasattr(os, "uname"):
        raise Trouble("labelmarket runs on Linux and macOS; on Windows, use it inside WSL")
    return Checkout(
        root=Path(__file__).resolve().parent.parent,
        python=getattr(sys, "_base_executable", None) or sys.executable,
        interpreter=f"{sys.implementation.cache_tag}-{sys.platform}-{os.uname().machine}",
        environ=dict(os.environ),
    )
