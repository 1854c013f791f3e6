"""How uv and pip make an environment, and what their failures mean in one line."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools.checkout import Checkout
from tools.trouble import Trouble

STEP_TIMEOUT_S = 1200
DETAIL_LINES_MAX = 25
# Settings that send packages elsewhere or contradict the lock; index and proxy settings stay.
DROPPED = re.compile(
    r"PIP_(TARGET|PREFIX|ROOT|CONSTRAINT|NO_BINARY|ONLY_BINARY|DRY_RUN|PYTHON|REQUIREMENT)"
    r"|UV_(SYSTEM_PYTHON|BREAK_SYSTEM_PACKAGES|CONSTRAINT|OVERRIDE|EXCLUDE_NEWER|PYTHON|NO_BINARY"
    r"|PROJECT_ENVIRONMENT|REQUIRE_HASHES|RESOLUTION)"
    r"|VIRTUAL_ENV|PYTHONWARNINGS"
)
PIP_SETTINGS = {
    "PIP_USER": "0",
    "PIP_REQUIRE_VIRTUALENV": "0",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_INPUT": "1",
}
SIGNS = (
    (r"No space left on device|os error 28|Disk quota exceeded", "no space on the disk"),
    (
        r"No module named '?(venv|ensurepip)|ensurepip is not available|ensurepip.*non-zero exit",
        "this Python has no working venv (Debian and Ubuntu: apt install python3-venv)",
    ),
    (
        r"DO NOT MATCH THE HASHES|Hash mismatch",
        "a downloaded package differs from the lock and was refused",
    ),
    (
        r"NewConnectionError|Failed to establish|name resolution|ConnectTimeout|timed out"
        r"|Connection refused|Connection reset|unreachable|No route to host|ProxyError"
        r"|Max retries exceeded|CERTIFICATE_VERIFY_FAILED|dns error|error sending request"
        r"|tcp connect error|invalid peer certificate|client error \(Connect\)|UV_OFFLINE"
        r"|network was disabled|getaddrinfo",
        "the package index cannot be reached"
        " (no network? behind a proxy set HTTPS_PROXY, for a mirror PIP_INDEX_URL)",
    ),
    (
        r"No matching distribution|has no wheels|no compatible wheel|no usable wheels"
        r"|wheel for the current platform|building source distributions",
        "the index has no wheel of some package for this Python on this system",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installer:
    name: str
    make: tuple[str, ...]
    install: tuple[str, ...]
    settle: tuple[str, ...] = ()


def installers(checkout: Checkout) -> tuple[Installer, ...]:
    """List what can install here, the fast one first."""
    uv = shutil.which("uv", path=checkout.environ.get("PATH", ""))
    return (_uv(checkout, uv), _pip(checkout)) if uv else (_pip(checkout),)


def make(checkout: Checkout, installer: Installer) -> None:
    _run(checkout, installer, installer.make)


def install(checkout: Checkout, installer: Installer, lock: Path) -> None:
    _run(checkout, installer, (*installer.install, str(lock)))
    if installer.settle:
        # Some packages ship templates that are no Python: the result says nothing.
        _logged(checkout, installer.settle)


def can_extend(checkout: Checkout, installer: Installer) -> bool:
    return installer.name == "uv" or (checkout.venv / "bin" / "pip").exists()


def meaning(output: str) -> str:
    for pattern, line in SIGNS:
        if re.search(pattern, output, re.IGNORECASE):
            return line
    return "the installation failed"


def _uv(checkout: Checkout, uv: str) -> Installer:
    target = ("--python", str(checkout.venv_python))
    kept = ("--require-hashes", "--only-binary", ":all:", "--compile-bytecode", "-r")
    return Installer(
        name="uv",
        make=(uv, "venv", "--no-project", "--python", checkout.python, str(checkout.venv)),
        install=(uv, "pip", "install", *target, *kept),
    )


def _pip(checkout: Checkout) -> Installer:
    python = (str(checkout.venv_python), "-I", "-m")
    quiet = ("--no-compile", "--progress-bar", "off", "--only-binary", ":all:")
    return Installer(
        name="pip",
        make=(checkout.python, "-I", "-m", "venv", str(checkout.venv)),
        install=(*python, "pip", "install", *quiet, "--require-hashes", "-r"),
        # pip compiles on one core; this takes all of them.
        settle=(*python, "compileall", "-q", "-q", "-j", "0", str(checkout.venv / "lib")),
    )


def _run(checkout: Checkout, installer: Installer, command: tuple[str, ...]) -> None:
    code, output = _logged(checkout, command)
    if code != 0:
        log = checkout.log.relative_to(checkout.root)
        detail = "\n".join(output.splitlines()[-DETAIL_LINES_MAX:])
        raise Trouble(f"{installer.name}: {meaning(output)}; see {log}", detail=detail)


def _logged(checkout: Checkout, command: tuple[str, ...]) -> tuple[int, str]:
    """Run to the end, bounded; the output goes to the log and comes back as text."""
    inherited = checkout.inherited(**PIP_SETTINGS)
    environment = {name: value for name, value in inherited.items() if not DROPPED.fullmatch(name)}
    environment.setdefault("PIP_RETRIES", "2")
    checkout.state.mkdir(parents=True, exist_ok=True)
    with checkout.log.open("a+b") as log:
        start = log.seek(0, 2)
        try:
            code = subprocess.run(
                command,
                check=False,
                cwd=checkout.root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                timeout=STEP_TIMEOUT_S,
            ).returncode
        except subprocess.TimeoutExpired:
            log.write(f"timed out after {STEP_TIMEOUT_S} s\n".encode())
            log.flush()
            code = 1
        log.seek(start)
        return code, log.read().decode(errors="replace")
