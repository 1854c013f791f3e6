"""The gates that read sources alone find what they are for, and let pass what is right."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools import sources

Write = Callable[[str, str], Path]
KERNEL = "labelmarket/workers/kernels/boxes.py"


@pytest.mark.parametrize(
    "line",
    ["import scipy", "from labelmarket.domain import values", "import os.path", "from . import x"],
)
def test_a_kernel_that_imports_more_than_it_may_is_found(
    write: Write, tmp_path: Path, line: str
) -> None:
    write(KERNEL, f"import numpy as np\n{line}\n")

    (fault,) = sources.kernel_imports(tmp_path)

    assert fault.startswith(f"{KERNEL}:2 imports ")


def test_an_import_inside_a_function_is_found_too(write: Write, tmp_path: Path) -> None:
    write(KERNEL, "def f() -> None:\n    import psycopg\n")

    assert sources.kernel_imports(tmp_path) == [f"{KERNEL}:2 imports psycopg"]


def test_a_kernel_of_numpy_numba_and_its_neighbours_passes(write: Write, tmp_path: Path) -> None:
    write(KERNEL, "import numpy\nfrom numba import njit\nfrom typing import Any\n")
    write(
        "labelmarket/workers/kernels/pairs.py",
        "from labelmarket.workers.kernels.boxes import box_iou\n",
    )

    assert sources.kernel_imports(tmp_path) == []


def test_a_module_over_the_limit_is_found_and_one_at_it_is_not(
    write: Write, tmp_path: Path
) -> None:
    write("dev", "\n")
    write("labelmarket/at.py", "\n" * sources.MODULE_LINES_MAX)
    write("labelmarket/over.py", "\n" * (sources.MODULE_LINES_MAX + 1))

    assert sources.long_modules(tmp_path) == ["labelmarket/over.py has 301 lines, 300 are allowed"]


@pytest.mark.parametrize("folder", ["home", "Users"])
def test_a_path_of_a_machine_is_found(write: Write, tmp_path: Path, folder: str) -> None:
    write("docs/a.md", f"first\nsee /{folder}/somebody/data\n")

    assert sources.machine_paths(tmp_path) == [f"docs/a.md:2 names /{folder}/s"]


def test_what_is_made_or_installed_is_not_searched(write: Write, tmp_path: Path) -> None:
    place = "/".join(("", "home", "somebody"))
    for folder in (".venv", "web/node_modules", "__pycache__"):
        write(f"{folder}/a.py", place)

    assert sources.machine_paths(tmp_path) == []


def test_an_address_on_the_web_is_no_path_of_a_machine(write: Write, tmp_path: Path) -> None:
    write("a.md", "/".join(("example.org", "home", "page")))

    assert sources.machine_paths(tmp_path) == []
