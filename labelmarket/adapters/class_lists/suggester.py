"""Suggests names from the known label sets, and first of all those that an oracle knows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import islice

from labelmarket.adapters.class_lists.index import Index
from labelmarket.adapters.class_lists.lists import KnownClass, known_sets, pairs, words
from labelmarket.adapters.class_lists.spelling import Spelling, Written, unqualified
from labelmarket.application.suggesting import Suggested
from labelmarket.domain.suggestion import ClassSuggestion, SuggestionKind
from labelmarket.domain.values import BACKGROUND

EACH_MAX = 3
"""Suggestions for one class."""

ORACLE = "your oracle"
Candidate = tuple[SuggestionKind, KnownClass, str]
"""A kind, the class, and the words that were meant where they are not its name."""


class ListedSuggester:
    """Implements the port `ClassSuggester`. The lists are read when they are first needed."""

    def suggest(
        self, names: Sequence[str], *, data_type: str, supported: Collection[str]
    ) -> Suggested:
        lists = self._indices.get(data_type, self._nothing)
        oracle = self._index([self._enriched(name, lists) for name in supported])
        taken: dict[str, set[str]] = defaultdict(set)
        for name in names:
            taken[_first_aside(name)].add(name)
        found = {
            name: tuple(islice(self._for(name, lists=lists, oracle=oracle, taken=taken), EACH_MAX))
            for name in dict.fromkeys(names)
        }
        return {name: suggested for name, suggested in found.items() if suggested}

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(american=pairs("british.txt"))

    @cached_property
    def _background(self) -> str:
        return self._spelling.written(BACKGROUND).same

    @cached_property
    def _english(self) -> frozenset[str]:
        return words("english.txt")

    @cached_property
    def _indices(self) -> dict[str, Index]:
        """The lists that speak of a type of data; several types share one index."""
        sets = known_sets()
        shared: dict[tuple[str, ...], Index] = {}
        for kinds in dict.fromkeys(one.data_types for one in sets):
            shared[kinds] = self._index(
                [known for one in sets if one.data_types == kinds for known in one.classes]
            )
        return {kind: index for kinds, index in shared.items() for kind in kinds}

    @cached_property
    def _nothing(self) -> Index:
        return self._index(())

    def _index(self, classes: Sequence[KnownClass]) -> Index:
        return Index(classes, spelling=self._spelling, english=self._english)

    def _enriched(self, name: str, lists: Index) -> KnownClass:
        """A name that the oracle knows, with what the lists know of it."""
        written = self._spelling.written(name)
        alike = [*lists.same(written), *lists.plural(written)]
        return KnownClass(
            name=name,
            synonyms=tuple(dict.fromkeys(text for one in alike for text in one.synonyms)),
            broader=tuple(self._groups(lists, written)),
            source=ORACLE,
        )

    def _groups(self, lists: Index, name: Written) -> list[str]:
        """Give what the lists call this a kind of, the nearest first."""
        found: dict[str, None] = {}
        ahead = [name]
        while ahead:
            one = ahead.pop(0)
            alike = [*lists.same(one), *lists.plural(one), *lists.synonym(one)]
            above = {unqualified(group) for known in alike for group in known.broader} - set(found)
            found.update(dict.fromkeys(sorted(above)))
            ahead.extend(map(self._spelling.written, sorted(above)))
        return list(found)

    def _for(
        self, name: str, *, lists: Index, oracle: Index, taken: Mapping[str, AbstractSet[str]]
    ) -> Iterator[ClassSuggestion]:
        written = self._spelling.written(name)
        if name == BACKGROUND or oracle.has(name):
            return
        if written.same == self._background:
            if BACKGROUND not in taken:
                yield _background()
            return
        groups = (self._spelling.written(group) for group in self._groups(lists, written))
        places = [(oracle, _known_to(oracle, written, groups=groups))]
        if not _is_known(lists, written):
            places.append((lists, _known_to(lists, written)))
        seen: set[str] = set()
        for place, candidates in places:
            for kind, one, meant in candidates:
                root = self._spelling.written(unqualified(one.name)).root
                stands = place is lists and _first_aside(one.name) == _first_aside(name)
                others = taken.get(_first_aside(one.name), frozenset()) - {name}
                if root not in seen and not others and not stands:
                    yield _suggestion(name, kind, one, meant=meant)
                seen.add(root)


def _known_to(
    index: Index, name: Written, *, groups: Iterable[Written] = ()
) -> Iterator[Candidate]:
    """Give what an index has to say about a name, the nearest first."""
    ways = (
        (SuggestionKind.SAME_NAME, index.same),
        (SuggestionKind.SPELLING, index.spelled),
        (SuggestionKind.PLURAL, index.plural),
        (SuggestionKind.SYNONYM, index.synonym),
    )
    exact = next(
        ([(kind, one, "") for one in found] for kind, find in ways if (found := find(name))), []
    )
    near = [] if exact else [(SuggestionKind.MISSPELLING, o, text) for text, o in index.slips(name)]
    yield from exact or near
    for group in () if exact else groups:
        yield from ((SuggestionKind.BROADER, one, "") for one in index.plural(group))
    if not exact and not near:
        yield from ((SuggestionKind.BROADER, one, "") for one in index.heads(name))
    if not near and not any(index.is_leaf(one) for _, one, _ in exact):
        yield from ((SuggestionKind.NARROWER, one, "") for one in index.kinds(name))


def _is_known(lists: Index, name: Written) -> bool:
    """Tell whether a list has this name as it is, for something and not for a group."""
    if lists.has(name.name):
        return True
    return any(
        _first_aside(one.name) == _first_aside(name.name) and lists.is_leaf(one)
        for one in lists.same(name)
    )


def _first_aside(name: str) -> str:
    """Give a name so that a capital at its beginning does not matter: lists differ in that."""
    return name[:1].casefold() + name[1:]


def _background() -> ClassSuggestion:
    return ClassSuggestion(
        name=BACKGROUND,
        kind=SuggestionKind.RESERVED,
        reason=f"{BACKGROUND} is the reserved name of what is no object",
        source="",
        supported=False,
    )


def _suggestion(name: str, kind: SuggestionKind, one: KnownClass, *, meant: str) -> ClassSuggestion:
    who, new = one.source, one.name
    reasons = {
        SuggestionKind.SAME_NAME: f"{who} writes it {new!r}",
        SuggestionKind.SPELLING: f"{who} spells it {new!r}",
        SuggestionKind.PLURAL: f"{who} has it in the other number, as {new!r}",
        SuggestionKind.SYNONYM: f"{who} has {new!r} for what {name!r} means",
        SuggestionKind.MISSPELLING: f"it looks like {meant!r}, which {who} has as {new!r}",
        SuggestionKind.BROADER: f"{name!r} is a kind of {new!r}, which {who} has",
        SuggestionKind.NARROWER: f"{new!r}, which {who} has, is a kind of {name!r}",
    }
    return ClassSuggestion(
        name=new, kind=kind, reason=reasons[kind], source=who, supported=who == ORACLE
    )
