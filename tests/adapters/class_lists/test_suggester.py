"""Suggestions find what was meant, say why, and make no friends of words that are none."""

import random
import string
import time
from collections.abc import Collection
from pathlib import Path

import pytest

from labelmarket.adapters.class_lists.lists import KnownSet, known_sets
from labelmarket.adapters.class_lists.spelling import unqualified, words_of
from labelmarket.adapters.class_lists.suggester import EACH_MAX, ListedSuggester
from labelmarket.domain.suggestion import ClassSuggestion, SuggestionKind
from labelmarket.domain.values import BACKGROUND, CLASSES_MAX

UNRELATED = Path(__file__).with_name("unrelated.txt").read_text("utf-8").split()
LETTERS = string.ascii_lowercase
SETS = known_sets()


@pytest.fixture(scope="module")
def suggester() -> ListedSuggester:
    return ListedSuggester()


def suggested(
    suggester: ListedSuggester,
    name: str,
    *,
    data_type: str = "image",
    supported: Collection[str] = (),
) -> tuple[ClassSuggestion, ...]:
    return suggester.suggest([name], data_type=data_type, supported=supported).get(name, ())


@pytest.mark.parametrize(
    ("name", "meant", "kind"),
    [
        ("plant", "potted plant", SuggestionKind.NARROWER),
        ("ham sandwich", "sandwich", SuggestionKind.BROADER),
        ("HamSandwich", "sandwich", SuggestionKind.BROADER),
        ("bottle of wine", "bottle", SuggestionKind.BROADER),
        ("autmobile", "car", SuggestionKind.MISSPELLING),
        ("elephnat", "elephant", SuggestionKind.MISSPELLING),
        ("TRAFFIC LIGHT", "traffic light", SuggestionKind.SAME_NAME),
        ("traffic_light", "traffic light", SuggestionKind.SAME_NAME),
        ("fire-hydrant", "fire hydrant", SuggestionKind.SAME_NAME),
        ("trafficlight", "traffic light", SuggestionKind.SAME_NAME),
        ("hot dogs", "hot dog", SuggestionKind.PLURAL),
        ("people", "person", SuggestionKind.PLURAL),
        ("doughnut", "donut", SuggestionKind.SPELLING),
        ("pyjamas", "pajamas", SuggestionKind.SPELLING),
        ("automobile", "car", SuggestionKind.SYNONYM),
        ("lorries", "truck", SuggestionKind.SYNONYM),
        ("background", BACKGROUND, SuggestionKind.RESERVED),
        ("__background__", BACKGROUND, SuggestionKind.RESERVED),
        ("Background", BACKGROUND, SuggestionKind.RESERVED),
    ],
)
def test_what_was_meant_comes_first_with_its_kind_and_a_reason(
    suggester: ListedSuggester, name: str, meant: str, kind: SuggestionKind
) -> None:
    first, *_ = suggested(suggester, name)
    assert (first.name, first.kind) == (meant, kind)
    assert meant in first.reason


@pytest.mark.parametrize(
    ("name", "meant"),
    [("organisation", "ORG"), ("adjective", "ADJ"), ("happiness", "joy"), ("sadnes", "sadness")],
)
def test_text_has_lists_of_its_own(suggester: ListedSuggester, name: str, meant: str) -> None:
    assert suggested(suggester, name, data_type="text")[0].name == meant
    assert meant not in {one.name for one in suggested(suggester, name)}


@pytest.mark.parametrize("known", SETS, ids=lambda one: one.title)
def test_a_name_that_a_list_has_gets_none(suggester: ListedSuggester, known: KnownSet) -> None:
    for one in known.classes:
        assert suggested(suggester, one.name, data_type=known.data_types[0]) == ()


@pytest.mark.parametrize("name", [BACKGROUND, "kaleidoscope", "dgo", "x", "42", "🚗", "---", "ок"])
def test_nothing_is_made_up(suggester: ListedSuggester, name: str) -> None:
    assert suggested(suggester, name) == ()


def test_what_the_oracle_knows_comes_first_and_is_marked(suggester: ListedSuggester) -> None:
    # A list has a mobile phone as it is; the oracle calls it something else
    (alone,) = suggested(suggester, "mobile phone", supported=["cell phone", "dog"])
    assert (alone.name, alone.kind, alone.supported) == (
        "cell phone",
        SuggestionKind.SYNONYM,
        True,
    )
    # The lists put other kinds of plants first
    first, *others = suggested(suggester, "plant", supported=["Rose"])
    assert (first.name, first.supported) == ("Rose", True)
    assert "potted plant" in {one.name for one in others}
    assert not any(one.supported for one in others)


@pytest.mark.parametrize(
    ("name", "supported", "kind"),
    [
        ("Car", "car", SuggestionKind.SAME_NAME),
        ("limousine", "Car", SuggestionKind.BROADER),
        ("zebras", "zebra", SuggestionKind.PLURAL),
        ("pelicans", "our pelican", SuggestionKind.NARROWER),
        ("our pelicann", "our pelican", SuggestionKind.MISSPELLING),
    ],
)
def test_an_oracle_is_asked_by_its_own_names(
    suggester: ListedSuggester, name: str, supported: str, kind: SuggestionKind
) -> None:
    first, *_ = suggested(suggester, name, supported=[supported])
    assert (first.name, first.kind, first.supported) == (supported, kind, True)


def test_what_the_oracle_knows_as_it_is_gets_none(suggester: ListedSuggester) -> None:
    assert suggested(suggester, "plant", supported=["plant", "potted plant"]) == ()


def test_another_class_of_the_project_is_never_suggested(suggester: ListedSuggester) -> None:
    names = ["ham sandwich", "sandwich", "background", BACKGROUND, "autmobile"]
    found = suggester.suggest(names, data_type="image", supported=())
    assert {name: one[0].name for name, one in found.items()} == {"autmobile": "car"}


def test_the_order_of_names_changes_nothing_but_the_order(suggester: ListedSuggester) -> None:
    names = [word + end for word in ("plant", "elephnat", "tea pot", "cars") for end in ("", "s")]
    forward = suggester.suggest(names, data_type="image", supported=("dog", "car"))
    back = ListedSuggester().suggest(names[::-1], data_type="image", supported=("car", "dog"))
    assert forward == back
    assert list(forward) == list(back)[::-1]
    assert max(map(len, forward.values())) <= EACH_MAX


def test_data_that_no_list_is_about_has_the_oracle_alone(suggester: ListedSuggester) -> None:
    assert suggested(suggester, "autmobile", data_type="audio") == ()
    (one,) = suggested(suggester, "sirens", data_type="audio", supported=["siren"])
    assert one.name == "siren"


def test_nine_of_ten_one_letter_slips_find_their_word_first(suggester: ListedSuggester) -> None:
    # Given slips in words of six letters and more, of names that begin and end with such
    chance = random.Random(20)  # noqa: S311 - slips, no secrets
    [lvis] = [one for one in SETS if one.title == "LVIS v1"]
    wrong: dict[str, str] = {}
    for one in lvis.classes:
        words = words_of(unqualified(one.name))
        places = [at for at, word in enumerate(words) if len(word) >= 6 and word.isascii()]
        for _ in range(3):
            if places:
                at = chance.choice(places)
                slipped = [*words[:at], slip(words[at], chance), *words[at + 1 :]]
                wrong[" ".join(slipped)] = "".join(words)
    # When each is asked for by itself
    found = {name: suggested(suggester, name) for name in wrong}
    # Then the first suggestion is the name, or one that the lists hold for the same
    right = [
        name
        for name, meant in wrong.items()
        if found[name] and same_thing(found[name][0].name, meant)
    ]
    assert len(wrong) > 2_000
    assert len(right) >= 0.9 * len(wrong), f"{len(right)} of {len(wrong)}"


def slip(word: str, chance: random.Random) -> str:
    """One letter is another one, missing, too many, or changed places with the next."""
    while True:
        at = chance.randrange(len(word))
        letter = chance.choice(LETTERS)
        wrong = chance.choice(
            (
                word[:at] + letter + word[at + 1 :],
                word[:at] + word[at + 1 :],
                word[:at] + letter + word[at:],
                word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
            )
        )
        if wrong != word:
            return wrong


def same_thing(name: str, meant: str) -> bool:
    """Tell whether a list knows both words for one class."""
    plain = "".join(words_of(unqualified(name)))
    return plain == meant or any(
        {plain, meant} <= {"".join(words_of(unqualified(w))) for w in (one.name, *one.synonyms)}
        for known in SETS
        for one in known.classes
    )


def test_names_of_three_letters_are_never_corrected(suggester: ListedSuggester) -> None:
    for data_type in ("image", "text"):
        short = [a + b + c for a in LETTERS for b in "aeioun" for c in LETTERS]
        found = suggester.suggest(short, data_type=data_type, supported=("dog", "person"))
        kinds = {one.kind for each in found.values() for one in each}
        assert SuggestionKind.MISSPELLING not in kinds


def test_unrelated_words_get_no_suggestion(suggester: ListedSuggester) -> None:
    assert len(set(UNRELATED)) >= 300
    assert suggester.suggest(UNRELATED, data_type="image", supported=()) == {}


@pytest.mark.parametrize("word", ["bookmaker", "bookmakers", "casket", "pocket", "planet", "boast"])
def test_words_that_only_look_like_a_slip_get_no_suggestion(
    suggester: ListedSuggester, word: str
) -> None:
    kinds = {one.kind for one in suggested(suggester, word)}
    assert SuggestionKind.MISSPELLING not in kinds


def test_a_project_of_the_largest_size_takes_less_than_a_second() -> None:
    # Given as many names as a project may have, all of them slips
    chance = random.Random(5)  # noqa: S311 - slips, no secrets
    every = [one.name for known in SETS for one in known.classes if len(one.name) >= 4]
    names = list(dict.fromkeys(slip(chance.choice(every), chance) for _ in range(3 * CLASSES_MAX)))
    taken_s = []
    for _ in range(3):
        suggester = ListedSuggester()
        # When all are asked for at once, with the lists not read yet
        began = time.process_time()
        found = suggester.suggest(names[:CLASSES_MAX], data_type="image", supported=every[:80])
        taken_s.append(time.process_time() - began)
        # Then most find something
        assert len(found) > CLASSES_MAX / 2
    assert min(taken_s) < 1.0
