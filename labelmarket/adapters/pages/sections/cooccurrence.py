"""Which classes stand together, and which were never seen alone."""

from labelmarket.adapters.pages import words
from labelmarket.adapters.pages.frame import Section
from labelmarket.adapters.pages.markup import Html, tag
from labelmarket.adapters.pages.tables import Column, Number, heat_table, table
from labelmarket.workers.insight.report_types import NeverWithout, Pair, Report

MATRIX_CLASSES_MAX = 60
"""Most classes of a matrix: beyond, its cells are smaller than what an eye can find."""

PAIRS_MAX = 200
"""Most lines of a table of pairs; the JSON has more."""


def cooccurrence(report: Report) -> Section:
    thing = words.thing_of(report)
    content = [tag("p", _in_words(report["cooccurrenceTotal"], thing=thing))]
    if report["neverWithout"]:
        never = _never_without(
            report["neverWithout"], total=report["neverWithoutTotal"], thing=thing
        )
        content.append(never)
    if report["cooccurrence"]:
        content += [*_matrix(report, thing=thing), _pairs(report, thing=thing)]
    return Section(name="cooccurrence", title="Co-occurrence", content=content)


def _in_words(pairs: int, *, thing: str) -> str:
    if not pairs:
        return f"No two classes stand together on an {thing}."
    stand = words.counted(pairs, "pair of classes stands", "pairs of classes stand")
    return (
        f"{stand} together on at least one {thing}. Lift is how much more often they do than if "
        "they knew nothing of each other; φ runs from −1 to 1, with 0 for no relation."
    )


def _never_without(listed: list[NeverWithout], *, total: int, thing: str) -> Html:
    rows = [
        (
            words.shown(one["a"]),
            words.shown(one["b"]),
            words.amount(one["images"]),
            Number(shown=words.share(one["lowerBound"]), value=one["lowerBound"]),
            "known" if one["known"] else "too few examples",
        )
        for one in sorted(listed, key=lambda one: (-one["images"], one["a"], one["b"]))[:PAIRS_MAX]
    ]
    columns = (
        Column("Class", number=False),
        Column("Never without", number=False),
        Column(f"{thing.title()}s"),
        Column("At least", f"Lower bound, exact and one-sided at 95 %, of the share of {thing}s"),
        Column("Is it so?", number=False),
    )
    caption = _cut(
        "Classes that were never seen without another", shown=len(rows), of=total, thing=thing
    )
    return table(caption, columns, rows, name="never-without")


def _matrix(report: Report, *, thing: str) -> list[Html]:
    """Give P(column | row) of the most frequent classes."""
    images = {one["name"]: one["images"] for one in report["classes"] if one["images"]}
    if len(images) < 2:
        return []
    names = sorted(images, key=lambda name: (-images[name], name))[:MATRIX_CLASSES_MAX]
    cut = "" if len(names) == len(images) else f"; the first {len(names)} of {len(images)} classes"
    given: dict[tuple[str, str], float] = {}
    for pair in report["cooccurrence"]:
        given[pair["a"], pair["b"]] = pair["bGivenA"]
        given[pair["b"], pair["a"]] = pair["aGivenB"]
    shown = [words.shown(name) for name in names]
    return [
        tag("h3", "The matrix"),
        tag(
            "p",
            f"Of the {thing}s with the class of the row, the share in percent that also hold the "
            f"class of the column; most frequent classes first{cut}.",
            class_="soft",
        ),
        heat_table(
            "Together, %",
            name="cooccurrence-matrix",
            corner="of these ↓ hold →",
            names=shown,
            across=shown,
            cells=[[_cell(given.get((a, b), 0.0), own=a == b) for b in names] for a in names],
        ),
    ]


def _cell(value: float, *, own: bool) -> tuple[str, float]:
    if own:
        return "", 0.0
    return (f"{value * 100:.0f}" if value >= 0.005 else "<1" if value else ""), value


def _pairs(report: Report, *, thing: str) -> Html:
    pairs = sorted(report["cooccurrence"], key=lambda one: (-one["images"], one["a"], one["b"]))
    columns = (
        Column("Class", number=False),
        Column("With", number=False),
        Column(f"{thing.title()}s"),
        Column("Second given first"),
        Column("First given second"),
        Column("Lift"),
        Column("φ"),
    )
    shown = min(len(pairs), PAIRS_MAX)
    caption = _cut("Pairs", shown=shown, of=report["cooccurrenceTotal"], thing=thing)
    return table(caption, columns, map(_pair, pairs[:PAIRS_MAX]), name="pairs")


def _pair(one: Pair) -> tuple[Html, Html, Number, Number, Number, Number, Number]:
    return (
        words.shown(one["a"]),
        words.shown(one["b"]),
        words.amount(one["images"]),
        words.part(one["bGivenA"]),
        words.part(one["aGivenB"]),
        Number(shown=words.figure(one["lift"], digits=2), value=one["lift"]),
        Number(shown=words.figure(one["phi"], digits=2), value=one["phi"]),
    )


def _cut(caption: str, *, shown: int, of: int, thing: str) -> str:
    if of <= shown:
        return caption
    return f"{caption}: the {words.count(shown)} on the most {thing}s, of {words.count(of)}"
