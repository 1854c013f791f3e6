"""What is left of a name when case, marks, blanks, American spelling and number do not matter."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
HUMP = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ][a-z])")
QUALIFIER = re.compile(r"\s*\([^()]*\)")
IRREGULAR = {
    **{"people": "person", "men": "man", "women": "woman", "children": "child", "mice": "mouse"},
    **{"geese": "goose", "feet": "foot", "teeth": "tooth", "oxen": "ox", "dice": "die"},
    **{"knives": "knife", "wives": "wife", "lives": "life", "leaves": "leaf", "wolves": "wolf"},
    **{"loaves": "loaf", "shelves": "shelf", "halves": "half", "calves": "calf"},
    **{"scarves": "scarf", "hooves": "hoof", "thieves": "thief", "cacti": "cactus"},
    **{"buses": "bus", "gases": "gas", "lenses": "lens", "heroes": "hero"},
    **{"potatoes": "potato", "tomatoes": "tomato", "mangoes": "mango", "shoes": "shoe"},
    **{"movies": "movie", "cookies": "cookie", "ties": "tie", "pies": "pie"},
    **{"skis": "ski", "taxis": "taxi", "kiwis": "kiwi", "bikinis": "bikini"},
    **{"zucchinis": "zucchini", "menus": "menu", "emus": "emu", "safaris": "safari"},
    **{"brownies": "brownie", "smoothies": "smoothie", "hoodies": "hoodie", "zombies": "zombie"},
}
SINGULAR_ENDS = ("ss", "us", "is")
"""Ends of words in the singular, such as glass, bus and tennis."""

SINGULAR = frozenset(
    (
        *("alias", "asbestos", "atlas", "bias", "canvas", "chaos", "christmas", "cosmos", "gas"),
        *("lens", "news", "pancreas", "rhinoceros", "series", "species", "thermos"),
    )
)
"""Words whose end looks like a plural."""

SINGULAR_CHARACTERS_MIN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A name as it was written, and what is left of it.

    `same` is without case, blanks, hyphens, underscores and other marks. `words` are in American
    spelling, `roots` in the singular as well; `spelled` and `root` are those without blanks.
    """

    name: str
    same: str
    words: tuple[str, ...]
    roots: tuple[str, ...]
    spelled: str
    root: str


@dataclass(frozen=True, slots=True)
class Spelling:
    """Tells words that are the same; `american` gives the American spelling of British ones."""

    american: Mapping[str, str] = field(default_factory=dict)

    def written(self, name: str) -> Written:
        words = words_of(name)
        spelled = tuple(self.american.get(word, word) for word in words)
        roots = tuple(self.american.get(one, one) for one in map(singular, spelled))
        return Written(
            name=name,
            same="".join(words),
            words=spelled,
            roots=roots,
            spelled="".join(spelled),
            root="".join(roots),
        )


def words_of(text: str) -> list[str]:
    """Give the words of a name in small letters; marks and changes to capitals part them."""
    return WORD.findall(HUMP.sub(" ", unicodedata.normalize("NFKC", text)).casefold())


def unqualified(text: str) -> str:
    """Give a name without what stands in brackets."""
    return QUALIFIER.sub("", text).strip() or text


def qualifier(text: str) -> str:
    """Give what stands in brackets, or nothing."""
    found = QUALIFIER.search(text)
    return found.group().strip(" ()") if found else ""


def singular(word: str) -> str:
    """Give an English word in the singular, as far as its end tells."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    short = len(word) < SINGULAR_CHARACTERS_MIN
    if short or not word.endswith("s") or word.endswith(SINGULAR_ENDS) or word in SINGULAR:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")):
        return word[:-2]
    return word[:-1]
