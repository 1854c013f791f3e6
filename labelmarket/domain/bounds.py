"""How long texts and lists may be, and what a text may hold: one place, used by the decisions."""

import re
import unicodedata
from collections.abc import Sized
from typing import Final

from labelmarket.domain.errors import InvalidInput

NAME_CHARACTERS_MAX: Final = 200
REGION_CHARACTERS_MAX: Final = 64
CONTACT_CHARACTERS_MAX: Final = 500
TEXT_CHARACTERS_MAX: Final = 2_000
"""Notes and reasons."""
NAMES_MAX: Final = 100
"""Tools, clearances or regions in one place."""
AMOUNT_MAX: Final = 1_000_000_000
MANIFESTS_MAX: Final = 1_000
GOLD_FILES_MAX: Final = 1_000
PREDICTIONS_MAX: Final = 1_000

LESSONS_MAX: Final = 16
"""Versions of a model whose metrics tell what more examples did."""

TRAINED_ON_MAX: Final = 2**31 - 1
INSTRUCTIONS_MAX: Final = 1_000
ROUNDS_MAX: Final = 100

_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")
_LINES: Final = "\n\r\t"
_UNSHOWN: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Control characters, half characters, and separators of lines and paragraphs."""


def check_name(
    text: str, *, path: tuple[str, ...], most: int = NAME_CHARACTERS_MAX, least: int = 1
) -> None:
    """One line that says something, unless `least` is 0."""
    if not least <= len(text.strip()) or len(text) > most:
        raise InvalidInput(f"{path[-1]} has {least} to {most} characters", path=path)
    if any(unicodedata.category(one) in _UNSHOWN for one in text):
        raise InvalidInput(f"{path[-1]} holds no control characters", path=path)


def check_text(text: str, *, path: tuple[str, ...], most: int = TEXT_CHARACTERS_MAX) -> None:
    """A note or a reason, of several lines if need be, or nothing at all."""
    if len(text) > most:
        raise InvalidInput(f"{path[-1]} has {most} characters at the most", path=path)
    if any(unicodedata.category(one) in _UNSHOWN and one not in _LINES for one in text):
        raise InvalidInput(f"{path[-1]} holds no control characters", path=path)


def check_names(names: tuple[str, ...], *, path: tuple[str, ...]) -> None:
    check_length(names, path=path, most=NAMES_MAX)
    for number, name in enumerate(names):
        check_name(name, path=(*path, str(number)))


def check_length(values: Sized, *, path: tuple[str, ...], most: int) -> None:
    if len(values) > most:
        raise InvalidInput(f"{most} {path[-1]} at the most, not {len(values)}", path=path)


def check_currency(text: str, *, path: tuple[str, ...]) -> None:
    if not _CURRENCY.fullmatch(text):
        raise InvalidInput("a currency is three capital letters, such as USD", path=path)


def check_language(tag: str | None, *, path: tuple[str, ...]) -> None:
    if tag is not None and not _LANGUAGE.fullmatch(tag):
        raise InvalidInput("a language is a tag such as en or pt-BR", path=path)


def same_name(text: str) -> str:
    """What two names have in common that people cannot tell apart."""
    return unicodedata.normalize("NFC", text.strip())
