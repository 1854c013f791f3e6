"""Kernels are loaded when they are used, and all of them by one call."""

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from numba.core.dispatcher import Dispatcher

from labelmarket.workers import kernels

MODULES = sorted(found.name for found in pkgutil.iter_modules(kernels.__path__))


def compiled(module: str) -> Iterator[Dispatcher]:
    """Yield the compiled functions that a module holds, its own and imported ones."""
    room = importlib.import_module(f"{kernels.__name__}.{module}")
    yield from (value for value in vars(room).values() if isinstance(value, Dispatcher))


def test_the_package_alone_does_not_load_numba() -> None:
    program = "import sys; from labelmarket.workers import kernels; print('numba' in sys.modules)"

    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert shown.stdout.strip() == b"False"


@pytest.mark.parametrize("name", kernels.__all__)
def test_every_name_of_the_package_can_be_called(name: str) -> None:
    assert callable(getattr(kernels, name))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_kernel"):
        getattr(kernels, "no_such_kernel")  # noqa: B009  (the name must reach the module)


@pytest.mark.parametrize("module", MODULES)
def test_one_call_warms_every_kernel(module: str) -> None:
    """One that only compiled code calls comes out of the cache inside its caller."""
    called = {name for one in compiled(module) for name in one.py_func.__code__.co_names}

    kernels.warm()

    found = {one.py_func.__name__ for one in compiled(module) if not one.signatures}
    assert found <= called


@pytest.mark.parametrize("module", MODULES)
def test_compiled_code_calls_compiled_code_of_its_own_file_alone(module: str) -> None:
    """A cached kernel is made anew when its own file changes, and for no other reason."""
    homes = {kernel.py_func.__module__ for kernel in compiled(module)}

    assert homes <= {f"{kernels.__name__}.{module}"}


@pytest.mark.parametrize("module", MODULES)
def test_every_kernel_is_cached_and_lets_other_threads_run(module: str) -> None:
    for kernel in compiled(module):
        assert kernel.targetoptions["nogil"]
        assert kernel.stats.cache_path is not None


def test_what_a_worker_uses_is_warm_before_its_first_part() -> None:
    """In a process of its own, since other tests have called everything here."""
    shown = subprocess.run(
        [sys.executable, "-c", FIRST_PART], capture_output=True, check=True, timeout=120
    )

    assert shown.stdout.decode().split() == []


FIRST_PART = """
import importlib, pkgutil
from numba.core.dispatcher import Dispatcher
from labelmarket.workers import kernels
from labelmarket.workers.insight.measure import measure
from labelmarket.workers.insight.merge import merge
from labelmarket.workers.insight.report import report
from tests.workers.insight.label_samples import labels as some, table

def signatures():
    rooms = [importlib.import_module(f"{kernels.__name__}.{found.name}")
             for found in pkgutil.iter_modules(kernels.__path__)]
    return {(room.__name__, name): len(value.signatures) for room in rooms
            for name, value in vars(room).items() if isinstance(value, Dispatcher)}

kernels.warm_for_work()
before = signatures()
items = table()
rows = [(n % 4, n % 2, (10.0 * n, 5.0, 30.0, 20.0), 0) for n in range(24)]
labels = some(rows, covered=range(8))
sums = measure(labels, items=items, classes=labels.class_names, gold=(labels,))
report(merge([sums], classes=labels.class_names), items=items)
for key, count in signatures().items():
    if count > before[key]:
        print(".".join(key))
"""
