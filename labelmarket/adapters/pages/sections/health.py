"""What is missing, odd or impossible in the data set, with examples."""

from labelmarket.adapters.pages import words
from labelmarket.adapters.pages.frame import Section
from labelmarket.adapters.pages.markup import Content, Html, tag, together
from labelmarket.adapters.pages.tables import Column, table
from labelmarket.workers.insight.report_types import Check, Example, Finding, Report

TITLES: dict[Check, str] = {
    "ROWS_LOST": "Rows left out",
    "IMAGES_WITHOUT_LABELS": "Images without labels",
    "IMAGES_OF_UNKNOWN_SIZE": "Images of unknown size",
    "IMAGES_OF_ZERO_SIZE": "Images of zero size",
    "DUPLICATE_IMAGES": "Images that are there twice",
    "CLASSES_WITHOUT_LABELS": "Classes without labels",
    "CLASSES_IN_FEW_IMAGES": "Classes on few images",
    "BOXES_OF_ZERO_SIZE": "Boxes of zero size",
    "BOXES_OFF_IMAGE": "Boxes wholly outside",
    "BOXES_OUTSIDE": "Boxes reaching outside",
    "EXACT_DUPLICATES": "Boxes drawn twice",
    "NEAR_DUPLICATES": "Boxes drawn nearly twice",
    "ODD_SIZES": "Boxes of odd size",
    "ODD_ASPECTS": "Boxes of odd shape",
}


def health(report: Report) -> Section:
    thing = words.thing_of(report)
    findings = sorted(report["health"], key=lambda one: one["count"] == 0)
    rows = [
        (
            _title(one["check"], thing=thing),
            words.amount(one["count"]),
            words.amount(one["of"]),
            tag("strong", "look") if one["count"] else "fine",
            words.sentence(one["words"]),
        )
        for one in findings
    ]
    columns = (
        Column("Check", number=False),
        Column("Found"),
        Column("Of"),
        Column("Result", number=False),
        Column("In words", number=False),
    )
    return Section(
        name="health",
        title="Health",
        content=(
            table("What was looked for, and what was found", columns, rows, name="checks"),
            *(_examples(one, thing=thing) for one in findings if one["examples"]),
        ),
    )


def _title(check: Check, *, thing: str) -> str:
    return TITLES[check].replace("Image", thing.title()).replace("image", thing)


def _examples(finding: Finding, *, thing: str) -> Html:
    shown = len(finding["examples"])
    title = (
        f"{_title(finding['check'], thing=thing)}: {words.counted(shown, 'example', 'examples')}"
    )
    if finding["count"] > shown:
        title += f" of {words.count(finding['count'])}"
    return tag(
        "details",
        tag("summary", title),
        tag("ul", *(tag("li", _example(one)) for one in finding["examples"]), class_="plain"),
    )


def _example(example: Example) -> Html:
    parts: list[Content] = []
    if example["image"] is not None:
        parts += [words.shown(example["image"]), " "]
    if example["class"] is not None:
        parts += [words.shown(example["class"]), " "]
    if example["id"] is not None:
        parts.append(f"label {example['id']} ")
    if example["box"] is not None:
        x, y, width, height = example["box"]
        parts.append(f"{width:g} × {height:g} at {x:g}, {y:g} ")
    return together([*parts, tag("span", words.sentence(example["words"]), class_="soft")])
