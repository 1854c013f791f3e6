"""Kernels are loaded when they are used, and all of them by one call."""

import subprocess
import sys
from types import ModuleType

import pytest
from numba.core.dispatcher import Dispatcher

from labelmarket.workers import kernels
from labelmarket.workers.kernels import boxes, cover, crowding, pairs, places


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


def test_one_call_warms_every_kernel() -> None:
    kernels.warm()

    compiled = (
        boxes._box_iou,
        boxes._best_iou,
        pairs._cooccurrence,
        crowding._density,
        places._location,
        cover._coverage,
    )
    assert [len(kernel.signatures) for kernel in compiled] == [1] * 6


@pytest.mark.parametrize("module", [boxes, cover, crowding, pairs, places])
def test_compiled_code_calls_compiled_code_of_its_own_file_alone(module: ModuleType) -> None:
    """A cached kernel is made anew when its own file changes, and for no other reason."""
    compiled = [value for value in vars(module).values() if isinstance(value, Dispatcher)]

    assert compiled
    assert {kernel.py_func.__module__ for kernel in compiled} == {module.__name__}
