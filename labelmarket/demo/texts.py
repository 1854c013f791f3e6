"""Short messages of customers with their true classes, and a labeler who is sometimes wrong."""

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from labelmarket.demo.phrases import CLOSINGS, CORES, JOINTS, OPENINGS, THINGS

Rng = np.random.Generator

SEED: Final = 11
AMBIGUOUS_SHARE: Final = 0.15
HARDER: Final = 3.0
"""How much more often a message about two matters is labeled wrong than one about one."""
ANNOTATORS: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A text and its true class; `beside` is what it speaks of as well, where it is ambiguous."""

    key: str
    text: str
    label: str
    beside: str = ""


def class_names() -> tuple[str, ...]:
    return tuple(CORES)


def make_messages(
    *, seed: int = SEED, count: int, ambiguous_share: float = AMBIGUOUS_SHARE
) -> tuple[Message, ...]:
    """Make messages whose words depend on their class; the same seed gives the same ones.

    The first messages of a longer list are those of a shorter one.
    """
    assert 0 <= ambiguous_share <= 1, ambiguous_share
    return tuple(
        _message(np.random.default_rng([seed, number]), number, ambiguous_share)
        for number in range(count)
    )


def items_csv(messages: Iterable[Message]) -> bytes:
    """Give the messages as a customer brings them."""
    return _csv(("id", "text"), ((one.key, one.text) for one in messages))


def gold_csv(messages: Iterable[Message]) -> bytes:
    """Give their true classes."""
    return _csv(("item", "label"), ((one.key, one.label) for one in messages))


class TextLabeler:
    """Labels messages as somebody of a given accuracy would.

    A message's label depends on the seed and on the message alone. `accuracy` in [0, 1] is the
    share of plain messages that come out right; ambiguous ones are wrong HARDER times as often, and
    then they mostly get the class of what they speak of beside. At 1 all are right.
    """

    def __init__(self, messages: Iterable[Message], *, accuracy: float, seed: int) -> None:
        assert 0 <= accuracy <= 1, accuracy
        self._messages = {one.key: one for one in messages}
        self._error = 1.0 - accuracy
        self._seed = seed

    def label(self, keys: Sequence[str]) -> bytes:
        """Give a table of a class and an annotator for each of these messages.

        Raises
        ------
        KeyError
            The labeler has never seen a message of this key.
        """
        rows = [(key, *self._said(self._messages[key])) for key in keys]
        return _csv(("item", "label", "annotator"), rows)

    def _said(self, message: Message) -> tuple[str, str]:
        rng = np.random.default_rng([self._seed, _number(message.key)])
        who = f"annotator {rng.integers(1, ANNOTATORS + 1)}"
        wrong = self._error * (HARDER if message.beside else 1.0)
        if rng.random() >= wrong:
            return message.label, who
        if message.beside and rng.random() < 0.8:
            return message.beside, who
        return _other(rng, message.label), who


def _message(rng: Rng, number: int, ambiguous_share: float) -> Message:
    label = str(rng.choice(class_names()))
    beside = _other(rng, label) if rng.random() < ambiguous_share else ""
    said = _sentence(rng, label)
    if beside:
        said += str(rng.choice(JOINTS)) + _sentence(rng, beside)
    closing = str(rng.choice(CLOSINGS)).format(order=rng.integers(1_000, 10_000))
    opening = str(rng.choice(OPENINGS))
    text = opening + (said if opening else said[0].upper() + said[1:]) + closing
    return Message(key=f"message-{number:06d}", text=text, label=label, beside=beside)


def _sentence(rng: Rng, label: str) -> str:
    core = str(rng.choice(CORES[label]))
    return core.format(thing=rng.choice(THINGS), number=rng.integers(2, 30))


def _other(rng: Rng, label: str) -> str:
    return str(rng.choice([name for name in class_names() if name != label]))


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode()


def _number(key: str) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
