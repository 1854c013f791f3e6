"""What it says about two classes that they stand together so often."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import checks
from labelmarket.workers.kernels.proportions import lower_bound

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Association(NamedTuple):
    """Three (n, n) measures of row a with column b; `association` says what they mean."""

    conditional: Floats
    lift: Floats
    phi: Floats


class Implications(NamedTuple):
    """One entry for each ordered pair of classes of which the first never stands alone."""

    first: Ints
    second: Ints
    items: Ints
    lower: Floats


def association(together: ArrayLike, *, n_items: int) -> Association:
    """Three measures of how two classes go together.

    Parameters
    ----------
    together : (n, n) whole numbers
        Items with both of two classes, the items of each on the diagonal, as `cooccurrence`
        gives them.
    n_items : int
        All items, those without labels included, at most 2**30.

    Returns
    -------
    conditional : (n, n) float64
        P(b | a): the share of a's items that hold b too.
    lift : (n, n) float64
        That share over the share of all items that hold b: 1 when a and b know nothing of each
        other, 0 when they exclude each other.
    phi : (n, n) float64
        Pearson's correlation of "holds a" and "holds b", from -1 to 1 [1]_.

    A measure that would divide by 0 is NaN: all three where a class is on no item, lift where
    that is b, phi also where a class is on every item.

    Raises
    ------
    ValueError
        If `together` is not square, not symmetric, holds a negative number or more common items
        than a class has, or a class has more items than there are.

    Notes
    -----
    Numerators are exact 64-bit integers; each value is within 2e-15 relative error.

    References
    ----------
    .. [1] Yule, "On the methods of measuring association between two attributes", Journal of the
       Royal Statistical Society 75, 1912.

    """
    table = _table(together)
    checks.bounded(n_items, name="n_items", low=0, high=checks.ITEMS_MAX)
    held = np.diagonal(table)
    if len(held) and held.max() > n_items:
        raise ValueError(f"a class has more items than the {n_items} there are")
    rows, columns = held[:, None], held[None, :]
    rest = n_items - held
    # The root is taken of each side apart: the product of four counts would overflow.
    spread = np.sqrt((held * rest).astype(np.float64))
    with np.errstate(divide="ignore", invalid="ignore"):
        return Association(
            conditional=table / rows,
            lift=(table * n_items) / (rows * columns),
            phi=(table * n_items - rows * columns) / (spread[:, None] * spread[None, :]),
        )


def never_without(together: ArrayLike, *, confidence: float = 0.95) -> Implications:
    """Pairs of classes of which the first was never seen without the second.

    Parameters
    ----------
    together : (n, n) whole numbers
        As in `association`.
    confidence : float
        Between 0 and 1, of the lower bound.

    Returns
    -------
    first, second : (k,) int64
        The classes, sorted by the first, then the second.
    items : (k,) int64
        On how many items that was so: all of the first class's.
    lower : (k,) float64
        The exact lower bound of the true share, as `lower_bound` gives it. With few items it is
        low: below 59 "never" is not yet 95 % at 95 % confidence, and only "so far" can be said.

    Raises
    ------
    ValueError
        As `association`, or if `confidence` is not between 0 and 1.

    """
    table = _table(together)
    held = np.diagonal(table)
    always = (table == held[:, None]) & (held > 0)[:, None]
    np.fill_diagonal(always, val=False)
    first, second = np.nonzero(always)
    items = held[first]
    return Implications(first, second, items, lower_bound(items, items, confidence=confidence))


def _table(together: ArrayLike) -> Ints:
    table = np.asarray(together)
    if table.size == 0:
        table = np.zeros((0, 0), dtype=np.int64)
    if table.ndim != 2 or table.shape[0] != table.shape[1] or table.dtype.kind not in "iu":
        raise ValueError("together must be a square table of whole numbers")
    table = table.astype(np.int64)
    held = np.diagonal(table)
    if (table < 0).any() or (table != table.T).any() or (table > held[:, None]).any():
        raise ValueError("together holds counts that no labels have")
    if len(held) and held.max() > checks.ITEMS_MAX:
        raise ValueError(f"a class has more than {checks.ITEMS_MAX} items")
    return table
