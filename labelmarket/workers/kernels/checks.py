"""What every kernel refuses before it computes: wrong shapes, wrong types, values out of bounds."""

from typing import NoReturn, TypeVar

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

Scalar = TypeVar("Scalar", bound=np.generic)

COORDINATE_MAX = 1e9
"""Largest coordinate or side in pixels; products of two stay far from overflow."""

_BOX_LEAST = (-COORDINATE_MAX, -COORDINATE_MAX, 0.0, 0.0)
_SIZE_LEAST = (0.0, 0.0, 0.0, 0.0)

GRID_MAX = 1_024
INDEX_MAX = 2**31 - 1
CLASSES_MAX = 2_000
ITEMS_MAX = 1 << 30


def boxes(values: ArrayLike, *, name: str) -> NDArray[np.float64]:
    """Give (n, 4) finite boxes x, y, width, height whose sides are not negative."""
    array = _table(values, name=name, columns=4)
    if _amiss(array.ravel(), _BOX_LEAST):
        _refuse(array, name=name, negative="a box with a negative side")
    return array


def sizes(values: ArrayLike, *, name: str, length: int) -> NDArray[np.float64]:
    """Give (n, 2) finite widths and heights, 0 where an image has none."""
    array = _table(values, name=name, columns=2)
    if len(array) != length:
        raise ValueError(f"{name} must have {length} rows, not {len(array)}")
    if _amiss(array.ravel(), _SIZE_LEAST):
        _refuse(array, name=name, negative="a negative size")
    return array


def indices(
    values: ArrayLike, *, name: str, below: int, length: int | None = None
) -> NDArray[np.int32]:
    """Give (n,) whole numbers from 0 to before `below`."""
    array = _whole(values, name=name, length=length)
    if array.size and (array.min() < 0 or array.max() >= below):
        raise ValueError(f"{name} holds a number outside 0 … {below - 1}")
    return frozen(np.ascontiguousarray(array, dtype=np.int32))


def offsets(values: ArrayLike, *, name: str, rows: int) -> NDArray[np.int64]:
    """Give (groups + 1,) borders that cut `rows` rows into groups, some of them empty perhaps."""
    array = np.ascontiguousarray(_whole(values, name=name, length=None), dtype=np.int64)
    if not len(array) or array[0] != 0 or array[-1] != rows or (array[1:] < array[:-1]).any():
        raise ValueError(f"{name} must climb from 0 to {rows}")
    return frozen(array)


def flags(values: ArrayLike | None, *, name: str, length: int) -> NDArray[np.bool_]:
    """Give (n,) truth values from such values or from 0 and 1; all false for None."""
    array = np.zeros(length, dtype=np.bool_) if values is None else np.asarray(values)
    if array.size == 0:
        array = array.astype(np.bool_)
    if array.shape != (length,) or array.dtype.kind not in "biu":
        raise ValueError(f"{name} must be a vector of {length} truth values")
    if array.dtype != np.bool_ and not np.isin(array, (0, 1)).all():
        raise ValueError(f"{name} holds something else than 0 and 1")
    return frozen(np.ascontiguousarray(array, dtype=np.bool_))


def output(out: NDArray[np.float64] | None, *, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """Give where to write: `out` when it fits, fresh memory when there is none."""
    result = np.empty(shape) if out is None else out
    if result.shape != shape or result.dtype != np.float64:
        raise ValueError(f"out must be float64 of shape {shape}")
    if not (result.flags.c_contiguous and result.flags.writeable):
        raise ValueError("out must be contiguous and writeable")
    return result


def bounded(value: int, *, name: str, low: int, high: int) -> int:
    """Give the number back when it lies from `low` to `high`."""
    if not low <= value <= high:
        raise ValueError(f"{name} must lie from {low} to {high}, not {value}")
    return value


def share(value: float, *, name: str) -> float:
    """Give the number back when it lies strictly between 0 and 1."""
    if not 0.0 < value < 1.0:
        raise ValueError(f"{name} must lie between 0 and 1, not {value}")
    return value


def frozen(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """Give a read-only view, so that mapped files and fresh arrays share one compiled kernel."""
    view = array.view()
    view.flags.writeable = False
    return view


def warm() -> None:
    boxes([(0.0, 0.0, 1.0, 1.0)], name="boxes")


def _whole(values: ArrayLike, *, name: str, length: int | None) -> NDArray[np.integer]:
    array = np.asarray(values)
    if array.size == 0:
        array = array.astype(np.int32)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be a vector of whole numbers")
    if length is not None and len(array) != length:
        raise ValueError(f"{name} must have {length} entries, not {len(array)}")
    return array


def _table(values: ArrayLike, *, name: str, columns: int) -> NDArray[np.float64]:
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.size == 0:
        array = array.reshape(0, columns)
    if array.ndim != 2 or array.shape[1] != columns:
        raise ValueError(f"{name} must have shape (n, {columns}), not {array.shape}")
    return frozen(array)


def _refuse(array: NDArray[np.float64], *, name: str, negative: str) -> NoReturn:
    if not (np.abs(array) <= COORDINATE_MAX).all():
        raise ValueError(f"{name} holds a value that is not finite or beyond {COORDINATE_MAX:g}")
    raise ValueError(f"{name} holds {negative}")


@njit(cache=True, nogil=True)
def _amiss(values: NDArray[np.float64], least: tuple[float, float, float, float]) -> int:
    """Count the values below the least of their column, too large, or not finite.

    Four at a time and without a branch: one pass at the speed of memory.
    """
    found = 0
    whole = len(values) - len(values) % 4
    for i in range(0, whole, 4):
        for column in range(4):
            value = values[i + column]
            found += not ((value >= least[column]) & (value <= COORDINATE_MAX))
    for i in range(whole, len(values)):
        found += not ((values[i] >= least[i - whole]) & (values[i] <= COORDINATE_MAX))
    return found
