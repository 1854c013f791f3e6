"""Whoever labels for a provider: gives a file of labels for what is wanted of each item."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import orjson

from labelmarket.demo.coco import Coco, key_of
from labelmarket.demo.material import SEED
from labelmarket.demo.noise import Labeler
from labelmarket.demo.texts import TextLabeler
from labelmarket.demo.vetting import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One item of the work, and the classes that are wanted of it."""

    key: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """A file as it is delivered."""

    content: bytes
    name: str
    labels: int


class Hand(Protocol):
    def label(self, tasks: Sequence[Task]) -> Handed: ...


class ImageHand:
    """Draws boxes, and of these only the wanted ones."""

    def __init__(self, truth: Coco, *, accuracy: float, seed: int) -> None:
        self._labeler = Labeler(truth, accuracy=accuracy, seed=seed)
        self._names = {category["id"]: category["name"] for category in truth["categories"]}

    def label(self, tasks: Sequence[Task]) -> Handed:
        drawn = self._labeler.label([task.key for task in tasks])
        keys = {picture["id"]: key_of(picture) for picture in drawn["images"]}
        wanted = {task.key: set(task.classes) for task in tasks}
        kept = [
            label
            for label in drawn["annotations"]
            if self._names[label["category_id"]] in wanted[keys[label["image_id"]]]
        ]
        content = orjson.dumps({**drawn, "annotations": kept})
        return Handed(content=content, name="labels.json", labels=len(kept))


class TextHand:
    """Gives each text one class."""

    def __init__(self, labeler: TextLabeler) -> None:
        self._labeler = labeler

    def label(self, tasks: Sequence[Task]) -> Handed:
        content = self._labeler.label([task.key for task in tasks])
        return Handed(content=content, name="labels.csv", labels=len(tasks))


def draws(truth: Coco, account: Account) -> Hand:
    """Give the hand of a provider that draws as well as its player does."""
    return ImageHand(truth, accuracy=account.player.accuracy, seed=SEED)
