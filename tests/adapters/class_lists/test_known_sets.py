"""The known label sets are whole, say where they come from, and name nothing twice."""

import re
from pathlib import Path

import pytest

from labelmarket.adapters.class_lists.lists import FOLDER, KnownSet, known_sets, pairs, words
from labelmarket.adapters.class_lists.spelling import words_of
from labelmarket.domain.taxonomy import DataType

COUNTS = {
    "COCO": 80,
    "LVIS v1": 1203,
    "Open Images V7": 601,
    "PASCAL VOC": 20,
    "AG News": 4,
    "SST-2": 2,
    "CoNLL-2003": 4,
    "OntoNotes 5": 18,
    "20 Newsgroups": 20,
    "GoEmotions": 28,
    "DBpedia 14": 14,
    "TREC question classes": 6,
    "Universal Dependencies": 17,
}
SETS = {one.title: one for one in known_sets()}
FILES = sorted((FOLDER / "sets").glob("*.txt"))


def test_every_file_is_read_and_has_as_many_classes_as_its_data_set() -> None:
    assert {title: len(one.classes) for title, one in SETS.items()} == COUNTS
    assert len(FILES) == len(COUNTS)


@pytest.mark.parametrize("known", SETS.values(), ids=lambda one: one.title)
def test_nothing_is_there_twice(known: KnownSet) -> None:
    names = [one.name for one in known.classes]
    assert len(set(names)) == len(names)
    for one in known.classes:
        said = [one.name, *one.synonyms]
        assert len(set(said)) == len(said), one.name
        assert len(set(one.broader)) == len(one.broader), one.name
        assert one.name not in one.broader


@pytest.mark.parametrize("known", SETS.values(), ids=lambda one: one.title)
def test_every_set_speaks_of_types_of_data_that_there_are(known: KnownSet) -> None:
    assert known.data_types
    assert set(known.data_types) <= set(DataType)
    assert all(words_of(text) for one in known.classes for text in (one.name, *one.synonyms))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_begins_with_its_set_its_authors_and_its_licence(path: Path) -> None:
    head = [text for text in path.read_text("utf-8").splitlines() if text.startswith("# ")]
    assert re.fullmatch(r"# .+, \d+ [a-z ]+", head[0])
    assert re.fullmatch(r"# source: .+, (19|20)\d\d.*", head[1])
    assert head[2].startswith("# licence of the dataset: ")
    assert not any("://" in text for text in head)


def test_the_groups_of_a_set_do_not_go_in_circles() -> None:
    above = {
        (known.title, one.name): {(known.title, group) for group in one.broader}
        for known in SETS.values()
        for one in known.classes
    }
    for start, first in above.items():
        seen, ahead = {start}, list(first)
        while ahead:
            one = ahead.pop()
            assert one != start
            if one not in seen:
                seen.add(one)
                ahead.extend(above.get(one, ()))


def test_words_that_only_look_like_names_are_no_words_of_a_name() -> None:
    named = {
        word
        for known in SETS.values()
        for one in known.classes
        for text in (one.name, *one.synonyms)
        for word in words_of(text)
    }
    assert not named & words("english.txt")


def test_no_spelling_is_british_and_american_at_once() -> None:
    american = pairs("british.txt")
    assert not set(american) & set(american.values())
