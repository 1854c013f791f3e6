"""The sums of the whole, said as a report: the only place where they become fractions."""

from collections.abc import Iterator, Sequence

from labelmarket.workers.columns import ItemTable
from labelmarket.workers.insight import collecting
from labelmarket.workers.insight.advice import advised
from labelmarket.workers.insight.candidates import Candidate
from labelmarket.workers.insight.finding_types import Finding
from labelmarket.workers.insight.gold_classes import gold_classes
from labelmarket.workers.insight.health import findings_of
from labelmarket.workers.insight.learning import Learned
from labelmarket.workers.insight.occurrence import classes_of, labels_per_image
from labelmarket.workers.insight.places import locations_of
from labelmarket.workers.insight.repairing import repairs
from labelmarket.workers.insight.report_types import (
    ItemQuality,
    Location,
    Quality,
    Report,
    Section,
    Spread,
)
from labelmarket.workers.insight.shapes import shapes_of
from labelmarket.workers.insight.spread import spreads_of
from labelmarket.workers.insight.summary import summary_of
from labelmarket.workers.insight.sums import Sums
from labelmarket.workers.insight.together import never_apart, pairs_of
from labelmarket.workers.insight.totals import Totals, totals_of
from labelmarket.workers.kernels.whole_shares import UNIT

VERSION = 2


def report(
    sums: Sums,
    *,
    items: ItemTable,
    learned: Sequence[Learned] = (),
    quality: Quality | ItemQuality | None = None,
    quality_unknown: str | None = None,
) -> Report:
    """Say what the sums hold; `_background_` is not an object and is not spoken of.

    `quality_unknown` tells why there is no quality, where there is none.
    """
    totals = totals_of(sums, items=items)
    company = totals.has_company
    pairs, pairs_total = pairs_of(totals) if company else ([], 0)
    never, never_total = never_apart(totals) if company else ([], 0)
    spreads = spreads_of(totals)
    locations = locations_of(totals)
    findings = findings_of(totals)
    candidates = _candidates(totals, spreads, locations, findings)
    advice, advice_total = advised(totals, candidates, learned)
    return Report(
        version=VERSION,
        sections=_sections(totals, quality),
        summary=summary_of(totals, findings, advice),
        images=totals.images,
        labels=totals.labels,
        classes=classes_of(totals),
        labelsPerImage=labels_per_image(totals),
        cooccurrence=pairs,
        cooccurrenceTotal=pairs_total,
        neverWithout=never,
        neverWithoutTotal=never_total,
        density=spreads if company else [],
        location=locations,
        shapes=shapes_of(totals),
        health=findings,
        advice=advice,
        adviceTotal=advice_total,
        meanBestIou=_mean_iou(sums),
        goldBoxes=sums.gold_boxes,
        goldMatched=sums.gold_matched,
        goldItems=sums.gold_items,
        goldItemsRight=sums.gold_items_right,
        goldClasses=gold_classes(totals),
        problems=sums.problems,
        quality=quality,
        qualityUnknown=quality_unknown if quality is None else None,
    )


def _candidates(
    totals: Totals, spreads: list[Spread], locations: list[Location], findings: list[Finding]
) -> Iterator[Candidate]:
    yield from collecting.few_images(totals)
    yield from collecting.never_alone(totals)
    yield from collecting.crowded(totals, spreads)
    yield from collecting.in_one_corner(totals, locations)
    yield from repairs(findings)


def _mean_iou(sums: Sums) -> float | None:
    return sums.best_iou / (UNIT * sums.gold_boxes) if sums.gold_boxes else None


def _sections(totals: Totals, quality: Quality | ItemQuality | None) -> list[Section]:
    held: dict[Section, bool] = {
        "classes": True,
        "cooccurrence": totals.has_company,
        "density": totals.has_company,
        "location": totals.has_boxes,
        "shapes": totals.has_boxes,
        "health": True,
        "advice": True,
        "quality": quality is not None,
    }
    return [section for section, there in held.items() if there]
