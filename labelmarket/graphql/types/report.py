"""Reports: what labels look like in numbers, and how near they are to the true ones."""

from typing import Any, Self

import orjson
import strawberry

from labelmarket.application.access import Viewer
from labelmarket.application.visibility import is_shown


@strawberry.type(description="How often a class occurs.")
class ClassCount:
    name: str
    labels: int
    images: int


@strawberry.type(description="How many images hold both classes.")
class Cooccurrence:
    a: str
    b: str
    images: int


@strawberry.type(description="How a class is spread over the images.")
class Density:
    name: str
    max_in_one_image: int
    share_of_top_image: float
    gini: float = strawberry.field(description="0: evenly spread; near 1: in few images.")
    effective_images: float | None = strawberry.field(
        description="How many images, evenly filled, would spread it as widely."
    )
    histogram: list[int] = strawberry.field(
        description="Images with 0, 1, 2 … labels; the 65th entry: with 64 or more."
    )


@strawberry.type(description="Where in the image a class lies, over a square grid.")
class Location:
    name: str
    quadrants: list[list[int]] = strawberry.field(description="Rows from the top, each from left.")
    grid: int
    centres: list[list[int]]
    coverage: list[list[float]] = strawberry.field(
        description="How many times each cell is covered in all."
    )
    unplaced: int = strawberry.field(description="Labels of images without a known size.")


@strawberry.type(description="What labels look like in numbers.")
class Report:
    images: int
    labels: int
    classes: list[ClassCount]
    cooccurrence: list[Cooccurrence]
    density: list[Density]
    location: list[Location]
    mean_best_iou: float | None = strawberry.field(
        description="Over the gold boxes. Null without gold, and for providers."
    )
    gold_boxes: int = strawberry.field(description="0 for providers.")
    gold_matched: int = strawberry.field(description="0 for providers.")
    problems: int = strawberry.field(description="Rows that were left out.")
    digest: str | None = strawberry.field(description="Names this very report. Null for providers.")

    @classmethod
    def of(cls, text: bytes, *, digest: str, viewer: Viewer) -> Self:
        report: dict[str, Any] = orjson.loads(text)
        gold = is_shown(viewer, "Report", "mean_best_iou")
        return cls(
            images=report["images"],
            labels=report["labels"],
            classes=[ClassCount(**one) for one in report["classes"]],
            cooccurrence=[Cooccurrence(**one) for one in report["cooccurrence"]],
            density=[_density(one) for one in report["density"]],
            location=[Location(**one) for one in report["location"]],
            mean_best_iou=report["meanBestIou"] if gold else None,
            gold_boxes=report["goldBoxes"] if gold else 0,
            gold_matched=report.get("goldMatched", 0) if gold else 0,
            problems=report["problems"],
            digest=digest if is_shown(viewer, "Report", "digest") else None,
        )


def _density(one: dict[str, Any]) -> Density:
    return Density(
        name=one["name"],
        max_in_one_image=one["maxInOneImage"],
        share_of_top_image=one["shareOfTopImage"],
        gini=one["gini"],
        effective_images=one["effectiveImages"],
        histogram=one["histogram"],
    )
