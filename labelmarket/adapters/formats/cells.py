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
    """Give a cell that no spreadsheet runs and no reader strips.

    One that looks like a formula, or has blanks at an end, begins with a mark.
    """
    return f"'{text}" if _is_delicate(text) else text


def unguarded(text: str) -> str:
    """Give back what `guarded` was given."""
    return text[1:] if text[:1] == "'" and _is_delicate(text[1:]) else text


def said(text: str) -> str:
    """Give what a cell says: without the blanks around it, which a guarded cell means to have."""
    plain = unguarded(text)
    return plain if plain != text else text.strip()


def _is_delicate(text: str) -> bool:
    return text.startswith(FORMULA) or text != text.strip()


def spelled(value: float) -> str:
    """Give the shortest spelling that reads back as the same number; empty for NaN."""
    if math.isnan(value):
        return ""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
