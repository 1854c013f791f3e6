"""What a look at the sources alone can tell: kernels, lengths, places."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

MODULE_LINES_MAX = 300
MEASURED = ("labelmarket", "tools", "benchmarks", "proofs", "simulation")
KERNELS = Path("labelmarket/workers/kernels")
# Besides numpy and numba a kernel may name types and mathematics of the standard library,
# and the package's door may load its rooms when they are asked for.
KERNEL_IMPORTS = frozenset(
    {
        "numpy",
        "numba",
        "__future__",
        "collections",
        "concurrent",
        "dataclasses",
        "enum",
        "functools",
    }
    | {"math", "typing"}
)
SKIPPED = frozenset({"node_modules", "__pycache__", "dist"})
TEXT_SUFFIXES = frozenset(
    {"", ".py", ".md", ".toml", ".lock", ".sql", ".graphql", ".yaml", ".yml", ".json", ".sh"}
    | {".ts", ".tsx", ".js", ".mjs", ".css", ".html", ".txt", ".cfg"}
)
FILE_BYTES_MAX = 2_000_000
# Bracketed letters keep the pattern from finding itself.
MACHINE_PATH = re.compile(
    r"(?<![\w.])/(?:wor[k]/|tm[p]/[a-z]|roo[t]/|hom[e]/[a-z]|User[s]/[A-Za-z])"
)


def kernel_imports(root: Path) -> list[str]:
    """Find imports in kernels that go beyond numpy, numba and the kernels themselves."""
    return [
        f"{path.relative_to(root)}:{line} imports {name}"
        for path in sorted((root / KERNELS).rglob("*.py"))
        for line, name in _imports(path)
        if not _is_kernel(name)
        and name.partition(".")[0] not in KERNEL_IMPORTS
        and not (path.name == "__init__.py" and name.startswith("importlib"))
    ]


def long_modules(root: Path) -> list[str]:
    modules = [path for name in MEASURED for path in sorted((root / name).rglob("*.py"))]
    lengths = ((path, path.read_text().count("\n")) for path in (*modules, root / "dev"))
    return [
        f"{path.relative_to(root)} has {lines} lines, {MODULE_LINES_MAX} are allowed"
        for path, lines in lengths
        if lines > MODULE_LINES_MAX
    ]


def machine_paths(root: Path) -> list[str]:
    """Find paths that exist on somebody's machine only."""
    return [
        f"{path.relative_to(root)}:{number} names {match.group()}"
        for path in texts(root)
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if (match := MACHINE_PATH.search(line))
    ]


def texts(folder: Path) -> Iterator[Path]:
    """Walk the text files of the checkout, without what is made or installed."""
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.name in SKIPPED or _is_hidden(path):
            continue
        if path.is_dir():
            yield from texts(path)
        elif path.suffix in TEXT_SUFFIXES and path.stat().st_size <= FILE_BYTES_MAX:
            yield path


def _is_hidden(path: Path) -> bool:
    return path.name.startswith(".") and path.name != ".ci"


def _is_kernel(name: str) -> bool:
    package = ".".join(KERNELS.parts)
    return name == package or name.startswith(f"{package}.")


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(), filename=str(path))):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, alias.name) for alias in names)
            case ast.ImportFrom(module=module, level=0, names=names):
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in names)
            case ast.ImportFrom(module=module):
                yield node.lineno, f".{module or ''}"
