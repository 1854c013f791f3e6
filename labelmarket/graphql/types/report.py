"""Reports: what labels look like in numbers, and how near they are to the true ones."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, Self

import orjson
import strawberry

from labelmarket.application.access import Viewer
from labelmarket.application.checks import MakerChecks
from labelmarket.application.visibility import is_shown
from labelmarket.domain.errors import NotFound
from labelmarket.graphql.context import Info
from labelmarket.graphql.errors import from_refusal
from labelmarket.graphql.types.enums import PairOrder, ReportSection
from labelmarket.graphql.types.evidence_found import Look
from labelmarket.graphql.types.report_advice import Advice, Finding
from labelmarket.graphql.types.report_checks import CheckedLabels
from labelmarket.graphql.types.report_choice import Of, names_of
from labelmarket.graphql.types.report_quality import Quality
from labelmarket.graphql.types.report_statistics import (
    ClassCount,
    Cooccurrence,
    Density,
    GoldClass,
    Location,
    NeverWithout,
    Shapes,
)

Json = Mapping[str, Any]
Checks = Callable[[], tuple[MakerChecks, ...]]

WRITTEN_BEFORE: Final = (
    "Not known: this report was written before labels were compared so; it is made again when gold "
    "is added or labels are delivered."
)


@strawberry.type(description="What labels look like in numbers.")
class Report:
    said: strawberry.Private[Json]
    images_shown: strawberry.Private[bool]
    gold_shown: strawberry.Private[bool]
    look: strawberry.Private[Look]
    by_machine: strawberry.Private[Mapping[str, int]]
    checks: strawberry.Private[Checks | None]
    sections: list[ReportSection] = strawberry.field(
        description="The parts that labels of this kind have; the lists of others are empty."
    )
    summary: list[str] = strawberry.field(description="Its first sentences.")
    images: int
    labels: int
    machine_labels: int = strawberry.field(
        description="How many of the labels are a machine's. 0 in the report of a batch."
    )
    labels_per_image: list[int] = strawberry.field(
        description="Images with 0, 1, 2 … labels; the 65th entry: with 64 or more."
    )
    cooccurrence_total: int = strawberry.field(
        description="All pairs; `cooccurrence` holds the 4,005 on the most images."
    )
    never_without_total: int = strawberry.field(
        description="All of them; `neverWithout` holds the 200 on the most images."
    )
    advice_total: int = strawberry.field(description="All of them; `advice` holds the first 50.")
    mean_best_iou: float | None = strawberry.field(
        description="Over the gold boxes. Null without gold, and for providers."
    )
    gold_boxes: int = strawberry.field(description="0 for providers.")
    gold_matched: int = strawberry.field(description="0 for providers.")
    gold_items: int = strawberry.field(
        description="Whole items whose classes were compared with the true ones. 0 for providers."
    )
    gold_items_right: int = strawberry.field(
        description="Items that have the very classes of the gold. 0 for providers."
    )
    gold_classes: list[GoldClass] = strawberry.field(
        description="Each class on the items compared. Empty without such, and for providers."
    )
    quality: Quality | None = strawberry.field(
        description="Null without gold on these items, of the gold itself, and for providers."
    )
    quality_unknown: str | None = strawberry.field(
        description="Why there is no quality. Null for providers."
    )
    problems: int = strawberry.field(description="Rows that were left out.")
    digest: str | None = strawberry.field(description="Names this very report. Null for providers.")

    @strawberry.field(
        description="People's labels and a machine's, as far as they are on items with gold. Empty "
        "without such, and for providers."
    )
    async def checked_labels(self, info: Info) -> list[CheckedLabels]:
        if self.checks is None or not is_shown(info.context.who, "Report", "checked_labels"):
            return []
        return [CheckedLabels.of(one) for one in await info.context.call(self.checks)]

    @strawberry.field
    def classes(self, of: Of = None) -> list[ClassCount]:
        return [
            ClassCount.of(one, machine_labels=self.by_machine.get(one["name"], 0))
            for one in self._chosen("classes", of)
        ]

    @strawberry.field(description="With `of`: pairs of which one is among these classes.")
    def cooccurrence(self, of: Of = None, by: PairOrder = PairOrder.NAME) -> list[Cooccurrence]:
        chosen = names_of(of)
        pairs = [
            one
            for one in self.said["cooccurrence"]
            if chosen is None or one["a"] in chosen or one["b"] in chosen
        ]
        if by is not PairOrder.NAME:
            pairs.sort(key=lambda one: one[by.value], reverse=True)
        return [Cooccurrence.of(one) for one in pairs]

    @strawberry.field(description="Classes that were never alone, those on the most images first.")
    def never_without(self) -> list[NeverWithout]:
        return [NeverWithout.of(one) for one in self.said["neverWithout"]]

    @strawberry.field
    def density(self, of: Of = None) -> list[Density]:
        found = self._chosen("density", of)
        return [Density.of(one, images_shown=self.images_shown) for one in found]

    @strawberry.field(description="Empty when no label has a box.")
    def location(self, of: Of = None) -> list[Location]:
        return [Location.of(one) for one in self._chosen("location", of)]

    @strawberry.field(description="Of the classes that have boxes.")
    def shapes(self, of: Of = None) -> list[Shapes]:
        return [Shapes.of(one) for one in self._chosen("shapes", of)]

    @strawberry.field(description="Every check that applies to such labels.")
    def health(self) -> list[Finding]:
        found = self.said["health"]
        return [Finding.of(one, images_shown=self.images_shown, look=self.look) for one in found]

    @strawberry.field(description="What to do next, the most pressing first.")
    def advice(self) -> list[Advice]:
        found = self.said["advice"]
        return [
            Advice.of(
                one, images_shown=self.images_shown, gold_shown=self.gold_shown, look=self.look
            )
            for one in found
        ]

    def _chosen(self, section: str, of: list[str] | None) -> list[Json]:
        chosen = names_of(of)
        found: list[Json] = self.said[section]
        return found if chosen is None else [one for one in found if one["name"] in chosen]

    @classmethod
    def of(
        cls,
        text: bytes,
        *,
        digest: str,
        viewer: Viewer,
        look: Look,
        by_machine: Mapping[str, int] = MappingProxyType({}),
        checks: Checks | None = None,
    ) -> Self:
        report: dict[str, Any] = orjson.loads(text)
        if "sections" not in report:
            raise from_refusal(
                NotFound(
                    "this report was written by an earlier version; it is made again when gold is"
                    " added or labels are delivered"
                )
            )
        gold = is_shown(viewer, "Report", "mean_best_iou")
        return cls(
            said=report,
            by_machine=by_machine,
            checks=checks,
            look=look,
            machine_labels=sum(by_machine.values()),
            images_shown=is_shown(viewer, "Report", "top_image"),
            gold_shown=gold,
            sections=[
                section
                for section in map(ReportSection, report["sections"])
                if gold or section is not ReportSection.QUALITY
            ],
            summary=report["summary"],
            images=report["images"],
            labels=report["labels"],
            labels_per_image=report["labelsPerImage"],
            cooccurrence_total=report["cooccurrenceTotal"],
            never_without_total=report["neverWithoutTotal"],
            advice_total=report["adviceTotal"],
            mean_best_iou=report["meanBestIou"] if gold else None,
            gold_boxes=report["goldBoxes"] if gold else 0,
            gold_matched=report["goldMatched"] if gold else 0,
            # A report of before items were compared does not speak of them.
            gold_items=report.get("goldItems", 0) if gold else 0,
            gold_items_right=report.get("goldItemsRight", 0) if gold else 0,
            gold_classes=[GoldClass.of(one) for one in report.get("goldClasses", ()) if gold],
            quality=Quality.of(report["quality"]) if gold else None,
            quality_unknown=_unknown(report) if gold else None,
            problems=report["problems"],
            digest=digest if is_shown(viewer, "Report", "digest") else None,
        )


def _unknown(report: Json) -> str | None:
    """Why there is no quality; a report of before does not say it."""
    if report["quality"] is not None:
        return None
    return str(report.get("qualityUnknown") or WRITTEN_BEFORE)
