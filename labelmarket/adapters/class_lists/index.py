"""Known classes, to be found by every way in which somebody may write or mean them."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from labelmarket.adapters.class_lists.lists import KnownClass
from labelmarket.adapters.class_lists.misspelling import Misspellings, Words
from labelmarket.adapters.class_lists.spelling import (
    Spelling,
    Written,
    qualifier,
    unqualified,
    words_of,
)

Found = dict[str, list[KnownClass]]
NOTHING: Sequence[KnownClass] = ()


class Index:
    """The classes come in the order in which their names are preferred."""

    def __init__(
        self, classes: Iterable[KnownClass], *, spelling: Spelling, english: Collection[str]
    ) -> None:
        self._spelling = spelling
        self._names: set[str] = set()
        self._same: Found = {}
        self._spelled: Found = {}
        self._roots: Found = {}
        self._synonyms: Found = {}
        self._heads: Found = {}
        self._children: Found = {}
        self._forms: dict[Words, list[KnownClass]] = {}
        for one in classes:
            self._add(one)
        self._english = english
        self._slips = Misspellings(self._forms, english=english)

    def has(self, name: str) -> bool:
        return name in self._names

    def same(self, name: Written) -> Sequence[KnownClass]:
        """Give the classes whose name differs in case, blanks and marks only."""
        return self._same.get(name.same, NOTHING)

    def spelled(self, name: Written) -> Sequence[KnownClass]:
        """Give the classes whose name is the same in American spelling."""
        return self._spelled.get(name.spelled, NOTHING)

    def plural(self, name: Written) -> Sequence[KnownClass]:
        """Give the classes whose name is the same in the singular."""
        return self._roots.get(name.root, NOTHING)

    def synonym(self, name: Written) -> Sequence[KnownClass]:
        """Give the classes that this is another word for."""
        return _by(self._synonyms, name)

    def is_leaf(self, one: KnownClass) -> bool:
        """Tell whether its own set calls nothing else a kind of it."""
        below = self._children.get(self._root(unqualified(one.name)), NOTHING)
        return all(other.source != one.source for other in below)

    def kinds(self, name: Written) -> Sequence[KnownClass]:
        """Give the classes that are a kind of this: those named after it, or else any."""
        return _by(self._heads, name) or self._children.get(name.root, NOTHING)

    def heads(self, name: Written) -> Sequence[KnownClass]:
        """Give the classes that a compound says it is a kind of, by its longest such end."""
        front, of, _ = name.name.partition(" of ")
        roots = self._spelling.written(front).roots if of else name.roots
        ends = [roots] if of else [roots[at:] for at in range(1, len(roots))]
        for end in map("".join, ends):
            found = [*self._roots.get(end, NOTHING), *self._synonyms.get(end, NOTHING)]
            if found:
                return found
        return NOTHING

    def slips(self, name: Written) -> Iterator[tuple[str, KnownClass]]:
        """Give what may have been misspelled, each with the words that were meant."""
        # The end of a slip may look like a plural: "sadnes".
        slips = self._slips.of(name.roots)
        english = any(root in self._english for root in name.roots)
        if not slips and name.words != name.roots and not english:
            slips = self._slips.of(name.words)
        for slip in slips:
            for one in self._forms[slip.form]:
                yield " ".join(slip.form), one

    def _root(self, name: str) -> str:
        return self._spelling.written(name).root

    def _add(self, one: KnownClass) -> None:
        self._names.add(one.name)
        bare = self._spelling.written(unqualified(one.name))
        for written in (self._spelling.written(one.name), bare):
            _put(self._same, written.same, one)
            _put(self._spelled, written.spelled, one)
            _put(self._roots, written.root, one)
        for group in one.broader:
            _put(self._children, self._root(unqualified(group)), one)
        for synonym in map(self._spelling.written, _plain(one)):
            _put(self._synonyms, synonym.spelled, one)
            self._forms.setdefault(synonym.roots, []).append(one)
        self._forms.setdefault(bare.roots, []).append(one)
        if len(bare.words) > 1:
            _put(self._heads, bare.words[-1], one)


def _by(found: Found, name: Written) -> Sequence[KnownClass]:
    """Look a name up as it is and in the singular.

    What is known in the plural alone, such as spirits or supplies, is no word for one of them.
    """
    return found.get(name.spelled, NOTHING) or found.get(name.root, NOTHING)


def _put(found: Found, key: str, one: KnownClass) -> None:
    classes = found.setdefault(key, [])
    if one not in classes:
        classes.append(one)


def _plain(one: KnownClass) -> Iterator[str]:
    """Give the synonyms that mean the class by themselves.

    Of "bike (bicycle)" for a bicycle the bare word does; of "rubber (type of shoe)" it does not.
    """
    means = {word for text in (one.name, *one.synonyms) for word in words_of(unqualified(text))}
    for synonym in one.synonyms:
        if set(words_of(qualifier(synonym))) <= means:
            yield unqualified(synonym)
