"""The values of a COCO file's annotations, read from their places: the compiled part."""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from labelmarket.workers.kernels.annotation_columns import Text, Values

Words = NDArray[np.uint64]
Floats = NDArray[np.float64]

VALUE_MAX = 1e9

IMAGE, CATEGORY, BOX, ID, CROWD, AREA, SCORE, ANNOTATOR, OUTLINE = range(9)
"""The columns of an index."""

_BARE, _POLYGONS, _UNREAD = 0, 1, 255
_NO_ID, _NO_ANNOTATOR = -(2**63), -1
_COMMA, _LIST, _LIST_END, _NULL = 44, 91, 93, 110
_POWER_MAX = 64
_TENS = 10.0 ** np.arange(23)
_EXACT_MAX = 1 << 53
_BEYOND = 1_000_000
_ONE = np.uintp(1)
"""Places are unsigned: a sign would be looked at for every byte."""


def _fives() -> tuple[Words, Words]:
    """Give the upper and lower words of the 128 leading bits of 5**q, q from -64 to 64."""
    high, low = [], []
    for q in range(-_POWER_MAX, _POWER_MAX + 1):
        power = 5 ** abs(q)
        if q < 0:
            power = (1 << (power.bit_length() + 160)) // power
        shift = 128 - power.bit_length()
        leading = power << shift if shift >= 0 else power >> -shift
        # The proof wants short reciprocals from above, and long ones from below.
        leading += -27 <= q < 0
        high.append(leading >> 64)
        low.append(leading & (2**64 - 1))
    return np.array(high, dtype=np.uint64), np.array(low, dtype=np.uint64)


_HIGH, _LOW = _fives()


@njit(nogil=True, cache=True, error_model="numpy")
def read_rows(text: Text, places: NDArray[np.uint32], into: Values, first: int, stop: int) -> None:
    for row in range(first, stop):
        if into.outcome[row] == _UNREAD:
            continue
        at = places[row]
        good = _scalars(text, at, row, into)
        into.outcome[row] = _BARE
        if not good:
            into.outcome[row] = _UNREAD
        elif at[OUTLINE] and text[at[OUTLINE]] != _NULL:
            into.outcome[row] = _polygons(text, np.uintp(at[OUTLINE]), row, into)


@njit(nogil=True, cache=True, error_model="numpy")
def _scalars(text: Text, at: NDArray[np.uint32], row: int, into: Values) -> bool:
    if not (at[IMAGE] and at[CATEGORY]):
        return False
    good, into.image_ids[row] = _whole(text, np.uintp(at[IMAGE]))
    well, into.category_ids[row] = _whole(text, np.uintp(at[CATEGORY]))
    good &= well
    ident, crowd, annotator = _NO_ID, 0, _NO_ANNOTATOR
    area, score = np.nan, np.nan
    if at[ID] and text[at[ID]] != _NULL:
        well, ident = _whole(text, np.uintp(at[ID]))
        good &= well
    if at[CROWD] and text[at[CROWD]] != _NULL:
        well, crowd = _whole(text, np.uintp(at[CROWD]))
        good &= well and 0 <= crowd <= 1
    if at[ANNOTATOR] and text[at[ANNOTATOR]] != _NULL:
        well, annotator = _whole(text, np.uintp(at[ANNOTATOR]))
        good &= well and 0 <= annotator < 1 << 31
    if at[AREA] and text[at[AREA]] != _NULL:
        area = _number(text, np.uintp(at[AREA]))[1]
        good &= area >= 0.0
    if at[SCORE] and text[at[SCORE]] != _NULL:
        score = _number(text, np.uintp(at[SCORE]))[1]
        good &= score >= -VALUE_MAX
    into.ids[row], into.crowd[row], into.annotators[row] = ident, crowd, annotator
    into.areas[row], into.scores[row] = area, score
    into.boxes[row] = np.nan
    if at[BOX]:
        good &= _box(text, np.uintp(at[BOX]), into.boxes[row])
    return good


@njit(nogil=True, cache=True, error_model="numpy")
def _box(text: Text, at: np.uintp, box: Floats) -> bool:
    if text[at] != _LIST:
        return False
    for side in range(4):
        at, value = _number(text, _blank(text, at + _ONE))
        if not (-VALUE_MAX if side < 2 else 0.0) <= value <= VALUE_MAX:
            return False
        box[side] = value
        at = _blank(text, at)
        if text[at] != (_COMMA if side < 3 else _LIST_END):
            return False
    return True


@njit(nogil=True, cache=True, error_model="numpy")
def _polygons(text: Text, at: np.uintp, row: int, into: Values) -> int:
    """Read what stands in the outline's brackets, exactly into the room that was counted for it."""
    place, full = into.first_number[row], into.first_number[row + 1]
    first, stop = into.first_ring[row], into.first_ring[row + 1]
    if text[at] != _LIST:
        return _UNREAD
    if first == stop and text[_blank(text, at + _ONE)] != _LIST_END:
        return _UNREAD
    for ring in range(first, stop):
        at, count = _ring(text, _blank(text, at + _ONE), into.points[place:full])
        if count < 0:
            return _UNREAD
        place += count
        into.ring_ends[ring] = place
        at = _blank(text, at + _ONE)
        if text[at] != (_COMMA if ring + 1 < stop else _LIST_END):
            return _UNREAD
    return _POLYGONS if first < stop else _BARE


@njit(nogil=True, cache=True, error_model="numpy")
def _ring(text: Text, at: np.uintp, points: Floats) -> tuple[np.uintp, int]:
    """Read pairs of numbers; give where the ring's bracket closes, and how many they are, or -1."""
    count = 0
    if text[at] != _LIST:
        return at, -1
    if text[_blank(text, at + _ONE)] == _LIST_END:
        return _blank(text, at + _ONE), 0
    while text[at] != _LIST_END:
        if count >= len(points):
            return at, -1
        at, value = _number(text, _blank(text, at + _ONE))
        if not -VALUE_MAX <= value <= VALUE_MAX:
            return at, -1
        points[count] = value
        count += 1
        at = _blank(text, at)
        if text[at] != _COMMA and text[at] != _LIST_END:
            return at, -1
    return at, -1 if count & 1 else count


@njit(nogil=True, cache=True, error_model="numpy")
def _whole(text: Text, at: np.uintp) -> tuple[bool, int]:
    """Read a whole number of at most 18 digits."""
    negative, value, digits = text[at] == 45, 0, 0
    if negative:
        at += _ONE
    begin = at
    while 48 <= text[at] <= 57 and digits < 19:
        value = value * 10 + (int(text[at]) - 48)
        digits += 1
        at += _ONE
    good = 0 < digits < 19 and (text[begin] != 48 or digits == 1) and not _more(text[at])
    return good, -value if negative else value


@njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _number(text: Text, at: np.uintp) -> tuple[np.uintp, float]:
    """Read a number; NaN when it is none, or not read here."""
    negative = text[at] == 45
    if negative:
        at += _ONE
    begin, mantissa, power = at, 0, 0
    while 48 <= text[at] <= 57:
        mantissa = mantissa * 10 + (int(text[at]) - 48)
        at += _ONE
    digits = np.int64(at - begin)
    good = digits == 1 or (digits > 1 and text[begin] != 48)
    if text[at] == 46:
        at += _ONE
        point = at
        while 48 <= text[at] <= 57:
            mantissa = mantissa * 10 + (int(text[at]) - 48)
            at += _ONE
        power = -int(np.int64(at - point))
        good = good and power < 0
        digits -= power
    if _more(text[at]):
        at, exponent = _exponent(text, at)
        power += exponent
    value = _rounded(mantissa, power) if good and digits <= 18 else np.nan
    return at, -value if negative else value


@njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _more(byte: int) -> bool:
    """Tell whether a sign of a number follows where one might end."""
    return 45 <= byte <= 57 or byte == 43 or (byte | 32) == 101


@njit(nogil=True, cache=True, error_model="numpy")
def _exponent(text: Text, at: np.uintp) -> tuple[np.uintp, int]:
    """Read an exponent; one beyond all that is read when it is none."""
    if text[at] != 101 and text[at] != 69:
        return at, _BEYOND
    at += _ONE
    minus = text[at] == 45
    if minus or text[at] == 43:
        at += _ONE
    digits, exponent = 0, 0
    while 48 <= text[at] <= 57 and digits < 4:
        exponent = exponent * 10 + (int(text[at]) - 48)
        digits += 1
        at += _ONE
    if digits == 0 or _more(text[at]):
        return at, _BEYOND
    return at, -exponent if minus else exponent


@njit(nogil=True, cache=True, error_model="numpy")
def _rounded(mantissa: int, power: int) -> float:
    """Give mantissa * 10**power, rounded once; NaN outside of the powers known."""
    if mantissa <= _EXACT_MAX and -22 <= power <= 22:
        scaled = float(mantissa)
        return float(scaled / _TENS[-power] if power < 0 else scaled * _TENS[power])
    if not -_POWER_MAX <= power <= _POWER_MAX:
        return np.nan
    return _by_lemire(np.uint64(mantissa), power) if mantissa else 0.0


@njit(nogil=True, cache=True, error_model="numpy")
def _by_lemire(mantissa: np.uint64, power: int) -> float:
    """Round the product of the mantissa and 128 bits of the power; NaN where they do not do."""
    ones = np.uint64(0xFFFFFFFFFFFFFFFF)
    zeros = 0
    while mantissa >> np.uint64(63) == np.uint64(0):
        mantissa <<= np.uint64(1)
        zeros += 1
    upper, lower = _product(mantissa, _HIGH[power + _POWER_MAX])
    if upper & np.uint64(0x1FF) == np.uint64(0x1FF):
        more, _ = _product(mantissa, _LOW[power + _POWER_MAX])
        lower += more
        upper += np.uint64(1) if lower < more else np.uint64(0)
        if lower == ones and not -27 <= power <= 55:
            return np.nan
    top = upper >> np.uint64(63)
    rounded = upper >> (top + np.uint64(9))
    halfway = lower <= np.uint64(1) and -4 <= power <= 23 and rounded & np.uint64(3) == np.uint64(1)
    if halfway and rounded << (top + np.uint64(9)) == upper:
        rounded &= ones - np.uint64(1)
    rounded = (rounded + (rounded & np.uint64(1))) >> np.uint64(1)
    # The exponents are far from those of numbers too large or too small to be exact.
    return math.ldexp(np.float64(rounded), ((217706 * power) >> 16) + 11 + int(top) - zeros)


@njit(nogil=True, cache=True, error_model="numpy")
def _product(one: np.uint64, other: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Give the upper and lower word of a product of 128 bits."""
    half, mask = np.uint64(32), np.uint64(0xFFFFFFFF)
    a, b = one >> half, one & mask
    c, d = other >> half, other & mask
    middle = a * d + ((b * d) >> half)
    crossed = b * c + (middle & mask)
    return a * c + (middle >> half) + (crossed >> half), one * other


@njit(nogil=True, cache=True, error_model="numpy", inline="always")
def _blank(text: Text, at: np.uintp) -> np.uintp:
    while text[at] <= 32 and (text[at] == 32 or text[at] == 10 or text[at] == 13 or text[at] == 9):
        at += _ONE
    return at
