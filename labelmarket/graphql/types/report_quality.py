"""How good labels are against the true ones: figures, every class, errors, confusion."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

import strawberry

from labelmarket.domain.errors import InvalidInput
from labelmarket.graphql.errors import from_refusal
from labelmarket.graphql.types.enums import QualityGeometry, QualityMetric
from labelmarket.graphql.types.report_choice import Of, names_of
from labelmarket.graphql.types.telling import told

CONFUSION_CELLS_MAX = 250_000
FIGURES = ("ap", "ap50", "ap75", "ar100", "precision", "recall", "f1")

Rows = Annotated[
    list[str] | None,
    strawberry.argument(description="Only the rows of these classes, by their names."),
]


@strawberry.type(description="A figure of the whole comparison, from 0 to 1.")
class QualityFigure:
    name: str
    value: float | None = strawberry.field(
        description="Null where the true labels have nothing to judge it by."
    )


@strawberry.type(
    description="A class against the true labels. Counts are of labels, those of objects at an "
    "IoU of 0.5; or of whole items. One figure, `metric`, has an interval."
)
class ClassQuality:
    name: str
    gold: int
    predicted: int
    right: int
    wrong: int
    not_found: int
    ap: float | None = strawberry.field(description="Null without gold, and of whole items.")
    ap50: float | None
    ap75: float | None
    ar100: float | None
    precision: float | None = strawberry.field(
        description="Null for a class that was never given, and of objects."
    )
    recall: float | None = strawberry.field(
        description="Null for a class that is never true, and of objects."
    )
    f1: float | None = strawberry.field(description="Null for neither, and of objects.")
    metric: QualityMetric
    value: float | None
    low: float = strawberry.field(description="At 95 % confidence `value` is not below.")
    high: float = strawberry.field(description="At 95 % confidence `value` is not above.")
    gold_examples: int = strawberry.field(description="True labels or items that `value` rests on.")

    @classmethod
    def of(cls, one: Mapping[str, Any]) -> Self:
        # Objects have other figures than whole items.
        figures = {name: one.get(name) for name in FIGURES}
        return told(cls, one, **figures, metric=QualityMetric(one["metric"]))


@strawberry.type(description="How often something goes wrong with objects.")
class ErrorCount:
    kind: str
    count: int
    ap_gain: float | None = strawberry.field(
        description="How much higher AP at an IoU of 0.5 would be without."
    )

    @classmethod
    def of(cls, one: Mapping[str, Any]) -> Self:
        return told(cls, one)


@strawberry.type(
    description="Delivered labels, of people and of machines, against the true ones, on the items "
    "that both speak of. Names and numbers are those of `labelmarket evaluate`."
)
class Quality:
    said: strawberry.Private[Mapping[str, Any]]
    geometry: QualityGeometry
    figures: list[QualityFigure] = strawberry.field(
        description="Of objects COCO's twelve; of whole items accuracy, F1, precision and recall."
    )
    items: int | None = strawberry.field(description="Whole items that were compared, else null.")
    right: int
    wrong: int
    not_found: int | None = strawberry.field(description="Null of whole items.")
    ignored: int | None = strawberry.field(
        description="Inside of crowds, neither right nor wrong. Null of whole items."
    )
    set_aside: int | None = strawberry.field(
        description="Of whole items: given classes that a surer one put aside. Null of objects."
    )
    errors: list[ErrorCount] = strawberry.field(description="Empty of whole items.")
    confusion_classes: list[str] = strawberry.field(
        description="The order of `confusion`; the last stands for none."
    )

    @strawberry.field
    def classes(self, of: Of = None) -> list[ClassQuality]:
        chosen = names_of(of)
        return [
            ClassQuality.of(one)
            for one in self.said["classes"]
            if chosen is None or one["name"] in chosen
        ]

    @strawberry.field(
        description="A row a true class and a column a given one, in the order of "
        f"`confusionClasses`. Of more than {CONFUSION_CELLS_MAX:,} cells rows must be chosen."
    )
    def confusion(self, of: Rows = None) -> list[list[int]]:
        chosen, names = names_of(of), self.confusion_classes
        rows: list[list[int]] = [
            row
            for name, row in zip(names, self.said["confusion"], strict=True)
            if chosen is None or name in chosen
        ]
        if len(rows) * len(names) > CONFUSION_CELLS_MAX:
            raise from_refusal(
                InvalidInput(f"name at most {CONFUSION_CELLS_MAX // len(names)} classes by `of`")
            )
        return rows

    @classmethod
    def of(cls, said: Mapping[str, Any] | None) -> Self | None:
        if said is None:
            return None
        return cls(
            said=said,
            geometry=QualityGeometry(said["geometry"]),
            figures=[
                QualityFigure(name=name, value=value) for name, value in said["figures"].items()
            ],
            items=said.get("items"),
            right=said["right"],
            wrong=said["wrong"],
            not_found=said.get("notFound"),
            ignored=said.get("ignored"),
            set_aside=said.get("setAside"),
            errors=[ErrorCount.of(one) for one in said.get("errors", ())],
            confusion_classes=said["confusionClasses"],
        )
