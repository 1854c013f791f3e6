"""What the objects of a text name: the fields of an annotation, and all other names, counted."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

Names = NDArray[np.uint64]
"""Two words that tell a name apart, and more beside them."""

FIELDS = (
    *("image_id", "category_id", "bbox", "id", "iscrowd", "area", "score", "annotator"),
    "segmentation",
)
NAMES_MAX, OTHERS_MAX = 16, 64
"""Most other names of one row, and of all rows."""


def _packed(name: str) -> tuple[int, int]:
    """Give the two words that an index makes of a name."""
    rest = reversed(name.encode()[8:])
    second = sum(byte * 257**place for place, byte in enumerate(rest))
    return int.from_bytes(name.encode()[:8], "big"), second


_FIRST, _SECOND = np.array([_packed(name) for name in FIELDS], np.uint64).T.copy()


@njit(nogil=True, cache=True)
def field_of(first: np.uint64, second: np.uint64) -> int:
    for field in range(len(_FIRST)):
        if first == _FIRST[field] and second == _SECOND[field]:
            return field
    return -1


@njit(nogil=True, cache=True)
def is_said(names: Names, begin: int, end: int, first: np.uint64, second: np.uint64) -> bool:
    for place in range(begin, end):
        if names[place, 0] == first and names[place, 1] == second:
            return True
    return False


@njit(nogil=True, cache=True)
def count_names(others: Names, known: int, names: Names, said: int) -> tuple[int, bool]:
    """Count the names that a row says; give how many are known, and False where no room is left."""
    for name in range(said):
        place = _place(others, known, name, names)
        if place == len(others):
            # The row is odd then, and its names are counted with it: none of them stays here.
            for again in range(name):
                others[_place(others, known, again, names), 2] -= np.uint64(1)
            return known, False
        if place == known:
            others[place, 0], others[place, 1] = names[name, 0], names[name, 1]
            others[place, 2], others[place, 3] = 0, names[name, 2]
            known += 1
        others[place, 2] += np.uint64(1)
    return known, True


@njit(nogil=True, cache=True)
def _place(others: Names, known: int, name: int, names: Names) -> int:
    """Give the place of a name, or `known`; rows like each other have it at the same place."""
    first, second = names[name, 0], names[name, 1]
    if name < known and others[name, 0] == first and others[name, 1] == second:
        return name
    for place in range(known):
        if others[place, 0] == first and others[place, 1] == second:
            return place
    return known
