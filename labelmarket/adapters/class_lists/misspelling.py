"""Words that somebody may have misspelled, and words that only look so."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

Words = tuple[str, ...]

WHOLE_CHARACTERS_MIN = 6
"""From here on any one letter may be wrong; in shorter words only an order or a doubling."""

SHORT_CHARACTERS_MIN = 4
FIRST_CHARACTERS_MIN = 8
"""From here on another first letter is a slip; before, it is another word too often."""

TWICE_CHARACTERS_MIN = 10
"""From here on two letters may be wrong."""

NAME_CHARACTERS_MAX = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A form that may have been meant, and how many letters away it is."""

    form: Words
    letters: int
    begins_alike: bool


class Misspellings:
    """Finds forms near to what was written. `english` are words that are never slips."""

    def __init__(self, forms: Iterable[Words], *, english: Collection[str]) -> None:
        self._known = set(forms)
        # Words of known names are words as well: a pocket watch tells that "pocket" is one.
        self._words = {*english, *(word for form in self._known for word in form)}
        self._beginning: dict[tuple[int, str], list[str]] = defaultdict(list)
        self._ending: dict[tuple[int, str], list[str]] = defaultdict(list)
        self._forms = {" ".join(form): form for form in sorted(self._known) if form}
        for text in self._forms:
            self._beginning[len(text), text[0]].append(text)
            self._ending[len(text), text[-1]].append(text)

    def of(self, written: Words) -> list[Slip]:
        """Give the forms that may have been meant, the likeliest first."""
        text = " ".join(written)
        if not text or written in self._known or len(text) > NAME_CHARACTERS_MAX:
            return []
        near = dict.fromkeys(self._near(text))
        slips = [slip for form in near if (slip := self._slip(written, form)) is not None]
        return sorted(slips, key=lambda slip: (slip.letters, not slip.begins_alike, slip.form))

    def _near(self, text: str) -> Iterator[Words]:
        """Give the forms a few letters away; one slip leaves the first letter or the last."""
        most = 2 if len(text) >= TWICE_CHARACTERS_MIN - 2 else 1
        for length in range(len(text) - most, len(text) + most + 1):
            alike = (
                *self._beginning.get((length, text[0]), ()),
                *self._ending.get((length, text[-1]), ()),
            )
            found = process.extract(text, alike, scorer=OSA.distance, score_cutoff=most, limit=None)
            yield from (self._forms[near] for near, _, _ in found)

    def _slip(self, written: Words, form: Words) -> Slip | None:
        if len(written) != len(form):
            return None
        other = [(a, b) for a, b in zip(written, form, strict=True) if a != b]
        if len(other) != 1:
            return None
        [(word, meant)] = other
        letters = OSA.distance(word, meant)
        if word in self._words or not _may_be(word, meant, letters=letters):
            return None
        return Slip(form=form, letters=letters, begins_alike=word[0] == meant[0])


def _may_be(word: str, meant: str, *, letters: int) -> bool:
    """Tell whether one word may be a slip for the other."""
    if any(letter.isdigit() for letter in word + meant):
        return False
    if letters == 2:
        return len(meant) >= TWICE_CHARACTERS_MIN and word[0] == meant[0]
    if len(meant) >= FIRST_CHARACTERS_MIN:
        return True
    if len(meant) >= WHOLE_CHARACTERS_MIN:
        return len(word) != len(meant) or word[0] == meant[0] or _turned(word, meant)
    return min(len(word), len(meant)) >= SHORT_CHARACTERS_MIN and (
        _turned(word, meant) or _doubled(word, meant)
    )


def _turned(word: str, meant: str) -> bool:
    """Tell whether two neighbouring letters changed places."""
    return len(word) == len(meant) and sorted(word) == sorted(meant)


def _doubled(word: str, meant: str) -> bool:
    """Tell whether a letter is doubled in one of them and not in the other."""
    short, long = sorted((word, meant), key=len)
    return len(long) == len(short) + 1 and any(
        long[at] == long[at + 1] and long[:at] + long[at + 1 :] == short for at in range(len(short))
    )
