"""What to do next, the most pressing first, each with its evidence."""

import json
import re
from collections.abc import Sequence

from labelmarket.adapters.pages import words
from labelmarket.adapters.pages.frame import Section
from labelmarket.adapters.pages.markup import Content, Html, tag
from labelmarket.adapters.pages.tables import facts
from labelmarket.workers.insight.report_types import Advice, Number, Query, Report

IN_SIGHT = 10
"""What is further down the list is a click away."""


def advice(report: Report) -> Section:
    listed, total = report["advice"], report["adviceTotal"]
    if not listed:
        thing = words.thing_of(report)
        said = (
            f"Nothing stands out: no class is rare, crowded into few {thing}s or always in company."
        )
        return Section(name="advice", title="Next batch", content=(tag("p", said),))
    actions = [_action(one, thing=words.thing_of(report)) for one in listed]
    cut = "" if total <= len(listed) else f" The first {len(listed)} of {words.count(total)}."
    return Section(
        name="advice",
        title="Next batch",
        content=(
            tag("p", f"What to collect or to look at next, the most pressing first.{cut}"),
            tag("ol", *actions[:IN_SIGHT], class_="advice"),
            *_others(actions[IN_SIGHT:], first=IN_SIGHT + 1),
        ),
    )


def _others(actions: Sequence[Html], *, first: int) -> list[Html]:
    if not actions:
        return []
    rest = tag("ol", *actions, start=first, class_="advice")
    return [tag("details", tag("summary", f"{len(actions)} more"), rest)]


def _action(one: Advice, *, thing: str) -> Html:
    evidence = one["evidence"]
    pairs: list[tuple[str, Content]] = [
        ("Evidence", f"{words.count(evidence['count'])} of {words.count(evidence['of'])}")
    ]
    pairs += [(_spoken(number["name"], thing=thing), _number(number)) for number in one["numbers"]]
    return tag(
        "li",
        tag("span", one["rank"], class_="rank"),
        tag("p", words.sentence(one["words"]), class_="what"),
        facts(pairs),
        tag("p", f"Impact {_impact(one)}", class_="soft"),
        *_query(evidence["query"]),
    )


def _query(query: Query | None) -> list[Html]:
    """Give the query as JSON, with nothing in it that is not asked for."""
    if query is None:
        return []
    asked = {key: value for key, value in query.items() if value}
    said = tag("code", words.sentence(json.dumps(asked, ensure_ascii=False)))
    return [tag("details", tag("summary", "The query behind it"), said)]


def _impact(one: Advice) -> str:
    if (impact := one["impact"]) is None:
        # The report says in a sentence of its own that it is not known, and why.
        unknown = one["impactUnknown"] or "Not known."
        return words.sentence(unknown[0].lower() + unknown[1:])
    points = ", ".join(
        f"{words.figure(point['value'])} with {words.count(point['labels'])}"
        for point in impact["points"]
    )
    return f"{words.sentence(impact['words'])} ({impact['metric']}: {points})"


def _spoken(name: str, *, thing: str) -> str:
    """Give a name of the JSON as words."""
    apart = re.sub("(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return words.short(apart.replace("image", thing))


def _number(number: Number) -> str:
    if number["name"].startswith("share"):
        return words.share(number["value"])
    return f"{number['value']:,.4g}"
