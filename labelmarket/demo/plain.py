"""The play as plain lines, where there is no terminal to draw on."""

import time
from threading import Lock
from typing import Self, TextIO

from labelmarket.demo.refusals import Json
from labelmarket.demo.stage import (
    Choice,
    FactSeen,
    Message,
    ProvidersShown,
    ReportShown,
    SharesShown,
    Step,
)


class PlainScreen:
    """Writes one line for each thing that happens, with the seconds since the start."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._began = time.monotonic()
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._out.flush()

    def say(self, message: Message) -> None:
        seconds = time.monotonic() - self._began
        with self._lock:
            for line in _lines(message):
                self._out.write(f"{seconds:6.2f} s  {line}\n")
            self._out.flush()


def _lines(message: Message) -> list[str]:
    match message:
        case Step(who=who, text=text):
            return [f"{who} {text}"]
        case FactSeen(type=kind):
            return [f"  · {kind}"]
        case ProvidersShown(choices=choices):
            return [f"  {_choice(choice)}" for choice in choices]
        case SharesShown(title=title, shares=shares):
            return [f"  {title}:", *(f"    {line}" for line in shared_lines(shares))]
        case ReportShown(delivered=delivered, gold=gold):
            return [
                f"  delivered {delivered['labels']:,} labels on {delivered['images']:,} images; "
                f"true are {gold['labels']:,}; mean best IoU {iou(delivered['meanBestIou'])}"
            ]
        case _:
            # The cascade is told by the steps of those who act in it.
            return []


def shared_lines(shares: Json) -> list[str]:
    """Say of each class who labeled it, and of each machine and provider how much."""
    classes = [
        f"{name}: {row['route'].lower()}, {row['byMachine']:,} labels by machine and "
        f"{row['byPeople']:,} by people ({row['reason']})"
        for name, row in shares["classes"].items()
    ]
    machines = [
        f"{one['oracle']} {one['version']} labeled {one['items']:,} items"
        for one in shares["machines"]
    ]
    people = [f"{one['provider']} labeled {one['items']:,} items" for one in shares["providers"]]
    return [*classes, *machines, *people]


def _choice(choice: Choice) -> str:
    if choice.remark:
        return f"{choice.name}: excluded. {choice.remark}"
    return f"{choice.name}: {estimates(choice)}, {choice.price or 'no price'}"


def estimates(choice: Choice) -> str:
    """Say what the market expects of a provider."""
    accuracy = "–" if choice.accuracy is None else f"{choice.accuracy:.0%} right"
    hours = "–" if choice.hours is None else f"{choice.hours:.1f} h"
    return f"{accuracy}, {hours}"


def iou(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.3f}"
