"""What a comparison found, as lines for a terminal."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from labelmarket.workers.insight.quality_types import (
        ClassQuality,
        ItemClassQuality,
        ItemQuality,
        Quality,
    )

METRICS = {"ap": "AP", "f1": "F1", "precision": "P", "recall": "R", "accuracy": "A"}
COUNTS = ("gold", "found", "wrong")


def of_objects(quality: "Quality") -> Iterator[str]:
    """Give COCO's figures, what goes wrong, and a line for each class."""
    from labelmarket.adapters.pages.sections.quality import FIGURES, in_words

    yield in_words(quality)
    yield ""
    for name, value in quality["figures"].items():
        yield f"{_figure(value)}  {FIGURES[name]}"
    yield ""
    for error in quality["errors"]:
        gain = "" if error["apGain"] is None else f"  {error['apGain']:.3f} AP to be gained"
        yield f"{error['count']:>8,} {error['kind']:<10}{gain}"
    yield ""
    yield _heads("AP", "AP from", "AP to", "AP50", "AP75", *COUNTS)
    for one in quality["classes"]:
        figures = (one["ap"], *_ends(one), one["ap50"], one["ap75"])
        yield _class(one["name"], figures, (one["gold"], one["right"], one["wrong"]))


def of_items(quality: "ItemQuality") -> Iterator[str]:
    """Give the figures of whole items, what was taken for what, and a line for each class."""
    from labelmarket.adapters.pages.sections.item_quality import FIGURES, confused, in_words

    yield in_words(quality)
    yield ""
    for name, value in quality["figures"].items():
        yield f"{_figure(value)}  {FIGURES[name]}"
    yield ""
    for true, given, count in confused(quality):
        yield f"{count:>8,} {true} taken for {given}"
    yield ""
    yield from _item_classes(quality["classes"])


def _item_classes(classes: "Sequence[ItemClassQuality]") -> Iterator[str]:
    """Give the figure with the interval first, then the others."""
    metric = classes[0]["metric"] if classes else "f1"
    others = [name for name in ("f1", "precision", "recall") if name != metric]
    heads = [METRICS[name] for name in (metric, *others)]
    yield _heads(heads[0], f"{heads[0]} from", f"{heads[0]} to", *heads[1:], *COUNTS)
    for one in classes:
        scores = {name: one[name] for name in ("f1", "precision", "recall")}
        figures = (one["value"], *_ends(one), *(scores[name] for name in others))
        yield _class(one["name"], figures, (one["gold"], one["right"], one["wrong"]))


def _ends(one: "ClassQuality | ItemClassQuality") -> tuple[float | None, float | None]:
    """Give the interval, or nothing where it says nothing."""
    return (None, None) if one["value"] is None else (one["low"], one["high"])


def _heads(*names: str) -> str:
    return " ".join(f"{name:>8}" for name in names)


def _class(name: str, figures: tuple[float | None, ...], counts: tuple[int, ...]) -> str:
    shown = [*map(_figure, figures), *(f"{count:>8,}" for count in counts)]
    return f"{' '.join(shown)}  {name}"


def _figure(value: float | None) -> str:
    return f"{'–':>8}" if value is None else f"{value:8.6f}"
