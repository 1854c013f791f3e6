"""What every kernel refuses before it computes: wrong shapes, wrong types, values out of bounds."""

from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Scalar = TypeVar("Scalar", bound=np.generic)

COORDINATE_MAX = 1e9
"""Largest coordinate or side in pixels; products of two stay far from overflow."""

GRID_MAX = 1_024
INDEX_MAX = 2**31 - 1


def boxes(values: ArrayLike, *, name: str) -> NDArray[np.float64]:
    """Give (n, 4) finite boxes x, y, width, height whose sides are not negative."""
    array = _floats(values, name=name, columns=4)
    if (array[:, 2:] < 0.0).any():
        raise ValueError(f"{name} holds a box with a negative side")
    return array


def sizes(values: ArrayLike, *, name: str, length: int) -> NDArray[np.float64]:
    """Give (n, 2) finite widths and heights, 0 where an image has none."""
    array = _floats(values, name=name, columns=2)
    if len(array) != length:
        raise ValueError(f"{name} must have {length} rows, not {len(array)}")
    if (array < 0.0).any():
        raise ValueError(f"{name} holds a negative size")
    return array


def indices(
    values: ArrayLike, *, name: str, below: int, length: int | None = None
) -> NDArray[np.int32]:
    """Give (n,) whole numbers from 0 to before `below`."""
    array = np.asarray(values)
    if array.size == 0:
        array = array.astype(np.int32)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be a vector of whole numbers")
    if length is not None and len(array) != length:
        raise ValueError(f"{name} must have {length} entries, not {len(array)}")
    if array.size and (array.min() < 0 or array.max() >= below):
        raise ValueError(f"{name} holds a number outside 0 … {below - 1}")
    return frozen(np.ascontiguousarray(array, dtype=np.int32))


def bounded(value: int, *, name: str, low: int, high: int) -> int:
    """Give the number back when it lies from `low` to `high`."""
    if not low <= value <= high:
        raise ValueError(f"{name} must lie from {low} to {high}, not {value}")
    return value


def frozen(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """Give a read-only view, so that mapped files and fresh arrays share one compiled kernel."""
    view = array.view()
    view.flags.writeable = False
    return view


def _floats(values: ArrayLike, *, name: str, columns: int) -> NDArray[np.float64]:
    array = np.ascontiguousarray(values, dtype=np.float64)
    if array.size == 0:
        array = array.reshape(0, columns)
    if array.ndim != 2 or array.shape[1] != columns:
        raise ValueError(f"{name} must have shape (n, {columns}), not {array.shape}")
    if not (np.abs(array) <= COORDINATE_MAX).all():
        raise ValueError(f"{name} holds a value that is not finite or beyond {COORDINATE_MAX:g}")
    return frozen(array)
