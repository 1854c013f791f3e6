"""Which classes stand together on an item."""

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from labelmarket.workers.kernels import counts
from labelmarket.workers.kernels.threads import in_blocks

Int32s = NDArray[np.int32]
Int64s = NDArray[np.int64]
Words = NDArray[np.uint64]

BITS_CLASSES_MAX = 128
"""Up to so many classes a bit for each item and class is faster than the pairs of each item."""

BITS_BYTES_MAX = 1 << 28
WORDS_OF_A_BLOCK = 1 << 12
LABELS_OF_A_BLOCK = 1 << 20
ITEMS_OF_A_BLOCK = 1 << 15


def cooccurrence(items: ArrayLike, classes: ArrayLike, *, n_classes: int) -> NDArray[np.int64]:
    """Items that hold both of two classes.

    Parameters
    ----------
    items, classes : (n,) whole numbers
        The item and the class of each label, in any order; repetitions count once.
    n_classes : int
        How many classes there are, at most 2,000.

    Returns
    -------
    (n_classes, n_classes) int64
        Symmetric; the diagonal holds the items of each class. With X the 0/1 matrix of items by
        classes this is the product of X transposed and X, exactly.

    Raises
    ------
    ValueError
        If lengths differ, a number is negative, or a class is not below `n_classes`.

    Notes
    -----
    Few classes: a bit for each class and item, and the common bits of each two classes counted.
    Many: the pairs of each item counted one by one. Sums of integers: no order and no number of
    threads changes them.

    """
    rows, kinds = counts.labels(items, classes, n_classes=n_classes)
    words = (int(rows.max()) >> 6) + 1 if len(rows) else 0
    if n_classes <= BITS_CLASSES_MAX and words * n_classes * 8 <= BITS_BYTES_MAX:
        return _by_bits(rows, kinds, n_classes=n_classes, words=words)
    held = counts.by_item(rows, kinds, n_classes=n_classes)

    def pairs(first: int, stop: int) -> Int32s:
        table = np.zeros((n_classes, n_classes), dtype=np.int32)
        _pairs(held.starts, held.classes, first, stop, table)
        return table

    return _whole(in_blocks(pairs, rows=len(held.starts) - 1, rows_min=ITEMS_OF_A_BLOCK))


def instance_cooccurrence(
    items: ArrayLike, classes: ArrayLike, *, n_classes: int
) -> NDArray[np.int64]:
    """Labels of a class whose item also holds another class.

    Parameters
    ----------
    items, classes, n_classes
        As in `cooccurrence`, but every label counts.

    Returns
    -------
    (n_classes, n_classes) int64
        Row a, column b: the labels of class a on items that hold class b; not symmetric. The
        diagonal holds all labels of each class, so that a row divided by its diagonal tells for
        which share of a's labels b is there.

    Raises
    ------
    ValueError
        As `cooccurrence`.

    """
    rows, kinds, held = counts.tally(items, classes, n_classes=n_classes)
    together = np.zeros((n_classes, n_classes), dtype=np.int64)
    _instances(rows, kinds, held, together)
    return together


def warm() -> None:
    zero = np.zeros(1, dtype=np.int32)
    cooccurrence(zero, zero, n_classes=1)
    cooccurrence(zero, zero, n_classes=BITS_CLASSES_MAX + 1)
    instance_cooccurrence(zero, zero, n_classes=1)


def _by_bits(items: Int32s, classes: Int32s, *, n_classes: int, words: int) -> Int64s:
    def mark(first: int, stop: int) -> Words:
        bits = np.zeros((n_classes, words), dtype=np.uint64)
        _mark(items[first:stop], classes[first:stop], bits)
        return bits

    marked = in_blocks(mark, rows=len(items), rows_min=LABELS_OF_A_BLOCK)
    for other in marked[1:]:
        np.bitwise_or(marked[0], other, out=marked[0])

    def common(first: int, stop: int) -> Int32s:
        table = np.zeros((n_classes, n_classes), dtype=np.int32)
        _common(marked[0], first, stop, table)
        return table

    return _whole(in_blocks(common, rows=words, rows_min=WORDS_OF_A_BLOCK))


def _whole(parts: list[Int32s]) -> Int64s:
    """Add the upper halves and mirror them; no count exceeds the items, which fit 32 bits."""
    for part in parts[1:]:
        parts[0] += part
    whole = np.empty(parts[0].shape, dtype=np.int64)
    _mirror(parts[0], whole)
    return whole


@njit(cache=True, nogil=True)
def _mark(items: Int32s, classes: Int32s, bits: Words) -> None:
    for i in range(len(items)):
        bits[classes[i], items[i] >> 6] |= np.uint64(1) << np.uint64(items[i] & 63)


@njit(cache=True, nogil=True)
def _common(bits: Words, first: int, stop: int, together: Int32s) -> None:
    """Count the common bits of each two classes, by runs of words that stay in the cache."""
    run = 256
    for start in range(first, stop, run):
        end = min(start + run, stop)
        for one in range(len(bits)):
            for other in range(one, len(bits)):
                count = np.uint64(0)
                for word in range(start, end):
                    count += _ones(bits[one, word] & bits[other, word])
                together[one, other] += np.int32(count)


@njit(cache=True, nogil=True)
def _ones(word: np.uint64) -> np.uint64:
    """Count the set bits; compilers know this sum of ever wider fields as one instruction."""
    pairs = word - ((word >> np.uint64(1)) & np.uint64(0x5555555555555555))
    low = np.uint64(0x3333333333333333)
    fours = (pairs & low) + ((pairs >> np.uint64(2)) & low)
    eights = (fours + (fours >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (eights * np.uint64(0x0101010101010101)) >> np.uint64(56)


@njit(cache=True, nogil=True)
def _pairs(starts: Int64s, held: Int32s, first: int, stop: int, together: Int32s) -> None:
    """Count each two classes of an item once, the lower before the higher."""
    kinds = np.empty(len(together), dtype=np.int32)
    for item in range(first, stop):
        n = 0
        for at in range(starts[item], starts[item + 1]):
            if n == 0 or held[at] != kinds[n - 1]:
                kinds[n] = held[at]
                n += 1
        for one in range(n):
            row = together[kinds[one]]
            for other in range(one, n):
                row[kinds[other]] += 1


@njit(cache=True, nogil=True)
def _mirror(upper: Int32s, whole: Int64s) -> None:
    for one in range(len(upper)):
        for other in range(one, len(upper)):
            whole[one, other] = upper[one, other]
            whole[other, one] = upper[one, other]


@njit(cache=True, nogil=True)
def _instances(items: Int32s, classes: Int32s, held: Int64s, together: Int64s) -> None:
    start = 0
    for i in range(len(items)):
        if items[i] != items[start]:
            start = i
        for j in range(start, i):
            together[classes[i], classes[j]] += held[i]
            together[classes[j], classes[i]] += held[j]
        together[classes[i], classes[i]] += held[i]
