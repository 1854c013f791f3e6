"""Where the values of a COCO file's annotations stand in its text: the compiled part."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from labelmarket.workers.kernels.annotation_columns import Index, Text
from labelmarket.workers.kernels.annotation_names import NAMES_MAX, PACKED, Names

Places = NDArray[np.uint32]

TOO_MANY, NO_ROW = -1, -2

_PLAIN, _ODD, _ABSENT, _OUTLINE, _ONE = 0, 1, 0, 8, np.uintp(1)
_QUOTE, _COMMA, _COLON, _ESCAPE, _POWER = 34, 44, 58, 92, 101
_LIST, _LIST_END, _OBJECT, _OBJECT_END = 91, 93, 123, 125
_WORDS = tuple(np.frombuffer(word, np.uint8) for word in (b"null", b"true", b"false"))


@njit(nogil=True, cache=True)
def index_rows(text: Text, begin: int, index: Index, names: Names) -> tuple[int, int, int]:
    at, row, known = _blank(text, begin + 1), 0, 0
    if text[at] == _LIST_END:
        return 0, at + 1, 0
    while text[at] == _OBJECT:
        if row + 1 >= len(index.state):
            return TOO_MANY, at, known
        index.values[row] = _ABSENT
        end, index.rings[row], index.numbers[row], said = _row(text, at, index.values[row], names)
        if said > 0:
            known, good = _count(index.others, known, names, said)
            end = end if good else -1
        index.state[row] = _PLAIN if end > 0 else _ODD
        if end < 0:
            end = _behind(text, at)
        if end < 0:
            return NO_ROW, at, known
        index.spans[row, 0], index.spans[row, 1] = at, end
        row += 1
        if end == len(text):
            return row, end, known
        at = _blank(text, end)
        if text[at] == _LIST_END:
            return row, at + 1, known
        if text[at] != _COMMA:
            return NO_ROW, at, known
        at = _blank(text, at + 1)
    return NO_ROW, at, known


@njit(nogil=True, cache=True)
def _seek(names: Names, begin: int, end: int, first: np.uint64, second: np.uint64) -> int:
    for place in range(begin, end):
        if names[place, 0] == first and names[place, 1] == second:
            return place
    return end


@njit(nogil=True, cache=True)
def _count(others: Names, known: int, names: Names, said: int) -> tuple[int, bool]:
    """Count the names that a row says; give how many are known, and False where no room is left."""
    for name in range(said):
        place = _seek(others, 0, known, names[name, 0], names[name, 1])
        if place == len(others):
            # The row is odd then, and its names are counted with it: none of them stays here.
            for again in range(name):
                others[_seek(others, 0, known, names[again, 0], names[again, 1]), 2] -= np.uint64(1)
            return known, False
        if place == known:
            others[place, :2], others[place, 2] = names[name, :2], 0
            others[place, 3] = names[name, 2]
            known += 1
        others[place, 2] += np.uint64(1)
    return known, True


@njit(nogil=True, cache=True)
def _row(text: Text, at: int, values: Places, names: Names) -> tuple[int, int, int, int]:
    """Give where the row that begins at `at` ends, its rings, its numbers, its other names.

    An odd row ends at -1, and nothing else is known of it.
    """
    others, rings, numbers = 0, 0, 0
    at = _blank(text, at + 1)
    while text[at] == _QUOTE:
        begin = at + 1
        at, first, second = _name(text, begin)
        if at < 0:
            return -1, 0, 0, 0
        field = _seek(PACKED, 0, len(PACKED), first, second)
        if field == len(PACKED):
            if _seek(names, 0, others, first, second) < others or others + 1 >= NAMES_MAX:
                return -1, 0, 0, 0
            names[others, 0], names[others, 1], names[others, 2] = first, second, begin
            others += 1
            at = _value(text, at, names, others)
        else:
            if values[field] != _ABSENT:
                return -1, 0, 0, 0
            values[field] = at
            at, more_rings, more_numbers = _known(text, at, field, names, others)
            rings, numbers = rings + more_rings, numbers + more_numbers
        if at < 0:
            return -1, 0, 0, 0
        at = _blank(text, at)
        if text[at] != _COMMA:
            break
        at = _blank(text, at + 1)
        if text[at] != _QUOTE:
            return -1, 0, 0, 0
    return (at + 1, rings, numbers, others) if text[at] == _OBJECT_END else (-1, 0, 0, 0)


@njit(nogil=True, cache=True, inline="always")
def _known(text: Text, at: int, field: int, names: Names, others: int) -> tuple[int, int, int]:
    """Give where the value of a field ends, and what an outline holds; it is judged when read."""
    if text[at] == _LIST:
        at, rings, numbers = _polygons(text, at)
        return (at, rings, numbers) if field == _OUTLINE else (at, 0, 0)
    if 45 <= text[at] <= 57:
        return _token(text, at), 0, 0
    return _value(text, at, names, others), 0, 0


@njit(nogil=True, cache=True)
def _token(text: Text, at: int) -> int:
    """Give where signs of a number end; whether they make one is seen when it is read."""
    while 45 <= text[at] <= 57 or text[at] == 43 or text[at] == _POWER or text[at] == 69:
        at += 1
    return at


@njit(nogil=True, cache=True)
def _polygons(text: Text, at: int) -> tuple[int, int, int]:
    """Count rings and numbers up to the end of a list of lists; what they hold is read later."""
    depth, commas, empty, rings, strange = 0, 0, 0, 0, 0
    place = np.uintp(at)  # unsigned: a sign would be looked at for every byte
    while True:
        byte = text[place]
        place += _ONE
        if byte < _LIST:
            # Most bytes are of a number, and no branch is taken for them.
            commas += byte == _COMMA
            strange += byte == _QUOTE
        elif byte == _LIST:
            depth += 1
            if depth == 2:
                rings += 1
                empty += text[_blank(text, int(np.int64(place)))] == _LIST_END
        elif byte == _LIST_END:
            depth -= 1
            if depth == 0:
                break
        elif byte != _POWER:
            return -1, 0, 0
    # A comma parts two numbers or two rings.
    numbers = commas + 1 - empty if rings else 0
    return (-1, 0, 0) if strange or numbers < 0 else (int(np.int64(place)), rings, numbers)


@njit(nogil=True, cache=True)
def _name(text: Text, at: int) -> tuple[int, np.uint64, np.uint64]:
    """Give where the value begins, and the name packed: equal names give equal words."""
    first, second, length = np.uint64(0), np.uint64(0), 0
    while text[at] != _QUOTE:
        byte = text[at]
        if byte < 32 or byte > 122 or byte == _ESCAPE:
            return -1, first, second
        if length < 8:
            first = (first << np.uint64(8)) | np.uint64(byte)
        else:
            second = (second * np.uint64(257)) + np.uint64(byte)
        length += 1
        at += 1
    if length > 15:
        # Longer words are mixed, not packed: they must not look like the name of a field.
        second |= np.uint64(1) << np.uint64(63)
    at = _blank(text, at + 1)
    if text[at] != _COLON:
        return -1, first, second
    return _blank(text, at + 1), first, second


@njit(nogil=True, cache=True)
def _value(text: Text, at: int, names: Names, others: int) -> int:
    """Give where a scalar, a list of scalars or an object of scalars ends, or -1."""
    opened = text[at]
    if opened not in (_LIST, _OBJECT):
        return _scalar(text, at)
    closing, end = opened + 2, others
    at = _blank(text, at + 1)
    if text[at] == closing:
        return at + 1 if at + 1 < len(text) else -1
    while True:
        if opened == _OBJECT:
            if text[at] != _QUOTE or end >= NAMES_MAX:
                return -1
            at, first, second = _name(text, at + 1)
            if at < 0 or _seek(names, others, end, first, second) < end:
                return -1
            names[end, 0], names[end, 1] = first, second
            end += 1
        at = _scalar(text, at)
        if at < 0:
            return -1
        at = _blank(text, at)
        if text[at] == closing:
            return at + 1 if at + 1 < len(text) else -1
        if text[at] != _COMMA:
            return -1
        at = _blank(text, at + 1)


@njit(nogil=True, cache=True)
def _scalar(text: Text, at: int) -> int:
    byte = text[at]
    if byte == _QUOTE:
        return _string(text, at + 1)
    for word in _WORDS:
        if byte == word[0]:
            return _word(text, at, word)
    return _number(text, at)


@njit(nogil=True, cache=True)
def _string(text: Text, at: int) -> int:
    while text[at] != _QUOTE:
        byte = text[at]
        if byte < 32 or byte > 126 or at + 2 >= len(text):
            return -1
        if byte == _ESCAPE:
            at += 1
            if text[at] not in (34, 47, 92, 98, 102, 110, 114, 116):
                return -1
        at += 1
    return at + 1


@njit(nogil=True, cache=True)
def _word(text: Text, at: int, word: Text) -> int:
    for place in range(len(word)):
        if text[at + place] != word[place]:
            return -1
    return at + len(word)


@njit(nogil=True, cache=True)
def _number(text: Text, at: int) -> int:
    at += text[at] == 45
    whole = _digits(text, at)
    if whole == at or whole - at > 18 or (text[at] == 48 and whole > at + 1):
        return -1
    at = whole
    if text[at] == 46:
        whole = _digits(text, at + 1)
        if whole == at + 1:
            return -1
        at = whole
    if text[at] in (69, 101):
        at += 1 + (text[at + 1] in (43, 45))
        whole = _digits(text, at)
        if whole == at:
            return -1
        at = whole
    return at


@njit(nogil=True, cache=True)
def _digits(text: Text, at: int) -> int:
    while 48 <= text[at] <= 57:
        at += 1
    return at


@njit(nogil=True, cache=True)
def _blank(text: Text, at: int) -> int:
    while text[at] <= 32 and (text[at] == 32 or text[at] == 10 or text[at] == 13 or text[at] == 9):
        at += 1
    return at


@njit(nogil=True, cache=True)
def _behind(text: Text, at: int) -> int:
    """Give the place behind the object that begins at `at`, by its brackets alone, or -1."""
    depth = 0
    while at < len(text):
        byte = text[at]
        if byte == _QUOTE:
            at += 1
            while at < len(text) and text[at] != _QUOTE:
                at += 1 + (text[at] == _ESCAPE)
        elif byte in (_LIST, _OBJECT):
            depth += 1
        elif byte in (_LIST_END, _OBJECT_END):
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return -1
