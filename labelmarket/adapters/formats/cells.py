"""Words and numbers as label files spell them."""

import math

from labelmarket.adapters.formats.problems import BadRow

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
"""How a cell begins that a spreadsheet may run, and the mark that says it is plain text."""


def number(text: str, *, name: str) -> float:
    """Give a finite number, with a decimal point or a decimal comma."""
    plain = text.strip()
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = float(plain) if "_" not in plain else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadRow("WRONG_TYPE", f"{name} is {text[:40]!r}, which is no number")
    return value


def guarded(text: str) -> str:
    """Give a cell that no spreadsheet runs: one that looks like a formula begins with a mark."""
    return f"'{text}" if text.startswith(FORMULA) else text


def unguarded(text: str) -> str:
    """Give back what `guarded` was given."""
    return text[1:] if text[:1] == "'" and text[1:].startswith(FORMULA) else text


def spelled(value: float) -> str:
    """Give the shortest spelling that reads back as the same number; empty for NaN."""
    if math.isnan(value):
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
