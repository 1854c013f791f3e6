"""Messages whose words tell their class, and labels of them that are wrong as often as is said."""

import csv
import io
import math
from collections import Counter
from collections.abc import Sequence
from functools import cache

import pytest

from labelmarket.demo.texts import (
    HARDER,
    Message,
    TextLabeler,
    class_names,
    gold_csv,
    items_csv,
    make_messages,
)


@cache
def messages() -> Sequence[Message]:
    return make_messages(seed=5, count=3_000)


def keys() -> list[str]:
    return [one.key for one in messages()]


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def guesses(learned: Sequence[Message], asked: Sequence[Message]) -> list[str]:
    """Guess classes from single words alone (multinomial naive Bayes, add-one)."""
    counts = {name: Counter[str]() for name in class_names()}
    for one in learned:
        counts[one.label].update(one.text.lower().split())
    vocabulary = set().union(*counts.values())

    def likelihood(name: str, text: str) -> float:
        total = counts[name].total() + len(vocabulary)
        return sum(math.log((counts[name][word] + 1) / total) for word in text.lower().split())

    return [max(counts, key=lambda name: likelihood(name, one.text)) for one in asked]


def test_the_same_seed_gives_the_same_messages_and_another_one_others() -> None:
    assert make_messages(seed=5, count=50) == messages()[:50]
    assert make_messages(seed=6, count=50) != messages()[:50]


def test_every_class_has_its_share_and_keys_are_distinct() -> None:
    shares = Counter(one.label for one in messages())

    assert set(shares) == set(class_names())
    assert min(shares.values()) > len(messages()) / len(class_names()) * 0.8
    assert len(set(keys())) == len(messages())
    assert len({one.text for one in messages()}) > 0.9 * len(messages())


def test_words_tell_the_class_of_a_plain_message_and_less_of_an_ambiguous_one() -> None:
    learned, asked = messages()[:1_500], messages()[1_500:]
    right = [guess == one.label for guess, one in zip(guesses(learned, asked), asked, strict=True)]
    plain = [hit for hit, one in zip(right, asked, strict=True) if not one.beside]
    ambiguous = [hit for hit, one in zip(right, asked, strict=True) if one.beside]

    assert sum(plain) / len(plain) > 0.97
    assert 0.3 < sum(ambiguous) / len(ambiguous) < 0.8


def test_tables_hold_every_message_and_its_class() -> None:
    items, gold = rows(items_csv(messages())), rows(gold_csv(messages()))

    assert [(one["id"], one["text"]) for one in items] == [
        (one.key, one.text) for one in messages()
    ]
    assert [(one["item"], one["label"]) for one in gold] == [(o.key, o.label) for o in messages()]


def test_a_labeler_that_is_never_wrong_gives_the_true_classes() -> None:
    labeled = rows(TextLabeler(messages(), accuracy=1.0, seed=1).label(keys()))

    assert [(one["item"], one["label"]) for one in labeled] == [
        (o.key, o.label) for o in messages()
    ]
    assert len({one["annotator"] for one in labeled}) > 1


@pytest.mark.parametrize("accuracy", [0.95, 0.8])
def test_labels_are_wrong_as_often_as_is_said_and_more_often_where_it_is_hard(
    accuracy: float,
) -> None:
    true = {one.key: one for one in messages()}
    labeled = rows(TextLabeler(messages(), accuracy=accuracy, seed=2).label(keys()))

    for ambiguous in (False, True):
        some = [one for one in labeled if bool(true[one["item"]].beside) is ambiguous]
        wrong = sum(one["label"] != true[one["item"]].label for one in some)
        expected = len(some) * (1 - accuracy) * (HARDER if ambiguous else 1)
        # Five standard deviations: the seeds are fixed, so this holds always or never.
        assert abs(wrong - expected) < 5 * math.sqrt(expected)


def test_a_label_does_not_depend_on_what_is_labeled_with_it() -> None:
    labeler = TextLabeler(messages(), accuracy=0.5, seed=3)

    alone = {key: rows(labeler.label([key]))[0]["label"] for key in keys()[:40]}

    assert {one["item"]: one["label"] for one in rows(labeler.label(keys()[:40]))} == alone


def test_an_unknown_message_is_an_error() -> None:
    with pytest.raises(KeyError):
        TextLabeler(messages()[:1], accuracy=1.0, seed=1).label([keys()[1]])
