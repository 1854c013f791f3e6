"""The first section: the report in a few numbers and sentences."""

from labelmarket.adapters.pages import words
from labelmarket.adapters.pages.cards import histogram
from labelmarket.adapters.pages.frame import Section
from labelmarket.adapters.pages.markup import Html, tag, together
from labelmarket.adapters.pages.sections.density import HISTOGRAM_LENGTH_MAX
from labelmarket.workers.insight.report_types import Report


def summary(report: Report) -> Section:
    return Section(
        name="summary",
        title="Summary",
        content=(
            _tiles(report),
            tag(
                "ul",
                *(tag("li", words.sentence(said)) for said in report["summary"]),
                class_="plain",
            ),
            *_per_item(report["labelsPerImage"], thing=words.thing_of(report)),
        ),
    )


def _tiles(report: Report) -> Html:
    found = sum(1 for one in report["health"] if one["count"])
    tiles = [
        (f"{words.thing_of(report).title()}s", words.count(report["images"])),
        ("Labels", words.count(report["labels"])),
        ("Classes", words.count(len(report["classes"]))),
        ("Rows left out", words.count(report["problems"])),
        ("Checks with findings", f"{found} of {len(report['health'])}"),
    ]
    if (quality := report["quality"]) is not None:
        name, key = ("Accuracy", "accuracy") if quality["geometry"] == "item" else ("AP", "ap")
        figure = quality["figures"].get(key)
        tiles.append((f"{name} of the predictions", words.figure(figure)))
    return tag(
        "dl",
        together(tag("div", tag("dt", name), tag("dd", value)) for name, value in tiles),
        class_="tiles",
    )


def _per_item(counts: list[int], *, thing: str) -> list[Html]:
    if len(counts) < 3:
        return []
    last = len(counts) - 1
    most = _number(last)
    usual = _number(max(range(len(counts)), key=counts.__getitem__))
    spoken = (
        f"{words.counted(counts[0], thing, thing + 's')} without labels; "
        f"the most frequent number is {usual}, the largest {most}"
    )
    return [
        tag("h3", f"Labels to an {thing}"),
        tag(
            "figure",
            histogram(counts, first="0", last=most, spoken=spoken, under="labels"),
            tag("p", f"{spoken}. Heights go by the logarithm of the number of {thing}s."),
            class_="wide",
        ),
    ]


def _number(place: int) -> str:
    """Say how many labels a bar stands for; the last one there can be stands for all beyond."""
    return f"{place} or more" if place == HISTOGRAM_LENGTH_MAX - 1 else str(place)
