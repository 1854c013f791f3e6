"""What a report says of each class and of each two: counts, spread, place and shape."""

from collections.abc import Mapping
from typing import Any, Self

import strawberry

from labelmarket.graphql.types.enums import Quadrant
from labelmarket.graphql.types.telling import told


@strawberry.type(description="How often a class occurs.")
class ClassCount:
    name: str
    labels: int
    images: int
    share_of_labels: float
    share_of_images: float = strawberry.field(description="Of all images, the bare ones included.")
    machine_labels: int = strawberry.field(description="How many of the labels are a machine's.")

    @classmethod
    def of(cls, one: Mapping[str, Any], *, machine_labels: int) -> Self:
        return told(cls, one, machine_labels=machine_labels)


@strawberry.type(description="A class of whole items against the true labels.")
class GoldClass:
    name: str
    gold: int = strawberry.field(description="Checked items that have it.")
    given: int = strawberry.field(description="Checked items that were said to have it.")
    right: int = strawberry.field(description="Both.")
    precision: float | None = strawberry.field(description="Null when no item was given it.")
    recall: float | None = strawberry.field(description="Null when no item has it.")

    @classmethod
    def of(cls, one: Mapping[str, Any]) -> Self:
        return told(cls, one)


@strawberry.type(description="How many images hold both classes, and what that says.")
class Cooccurrence:
    a: str
    b: str
    images: int
    labels_of_a: int = strawberry.field(description="On the images that hold both.")
    labels_of_b: int = strawberry.field(description="On the images that hold both.")
    b_given_a: float = strawberry.field(description="Share of the images with a that hold b.")
    a_given_b: float = strawberry.field(description="Share of the images with b that hold a.")
    lift: float = strawberry.field(description="1: they know nothing of each other.")
    phi: float | None = strawberry.field(
        description="Correlation, from -1 to 1. Null when one of them is on every image."
    )

    @classmethod
    def of(cls, one: Mapping[str, Any]) -> Self:
        return told(cls, one)


@strawberry.type(description="A class that was on no image without another.")
class NeverWithout:
    a: str
    b: str
    images: int = strawberry.field(description="All images with a.")
    lower_bound: float = strawberry.field(
        description="At 95 % confidence b comes with a at least so often (Clopper-Pearson)."
    )
    known: bool = strawberry.field(
        description="Whether that is 95 % or more; else there are only so many examples."
    )
    words: str

    @classmethod
    def of(cls, one: Mapping[str, Any]) -> Self:
        return told(cls, one)


@strawberry.type(description="How a class is spread over the images.")
class Density:
    name: str
    max_in_one_image: int
    share_of_top_image: float
    top_image: str | None = strawberry.field(
        description="The image with the most labels. Null for providers."
    )
    gini: float = strawberry.field(description="0: evenly spread; near 1: in few images.")
    effective_images: float | None = strawberry.field(
        description="How many images, evenly filled, would spread it as widely."
    )
    histogram: list[int] = strawberry.field(
        description="Images with 0, 1, 2 … labels; the 65th entry: with 64 or more."
    )
    words: str

    @classmethod
    def of(cls, one: Mapping[str, Any], *, images_shown: bool) -> Self:
        return told(cls, one, top_image=one["topImage"] if images_shown else None)


@strawberry.type(description="Where in the image a class lies, over a square grid.")
class Location:
    name: str
    quadrants: list[list[int]] = strawberry.field(description="Rows from the top, each from left.")
    grid: int
    centres: list[list[int]]
    coverage: list[list[float]] = strawberry.field(
        description="How many times each cell is covered in all."
    )
    unplaced: int = strawberry.field(
        description="Labels of images without a known size, or with their centre outside."
    )
    fullest: Quadrant | None = strawberry.field(
        description="The quadrant that holds most. Null without a centre in any."
    )
    share_of_fullest: float
    p: float = strawberry.field(
        description="How probable so uneven quadrants are by chance, if each label lay for itself, "
        "corrected for having asked of all classes (G-test, Holm)."
    )
    words: str

    @classmethod
    def of(cls, one: Mapping[str, Any]) -> Self:
        fullest = None if one["fullest"] is None else Quadrant(one["fullest"])
        return told(cls, one, fullest=fullest)


@strawberry.type(description="How large the boxes of a class are; crowds are left out.")
class Shapes:
    name: str
    boxes: int
    median_area: float | None = strawberry.field(description="As a share of the image.")
    median_aspect: float | None = strawberry.field(description="Width over height.")
    area_first: int = strawberry.field(
        description="The first of `areas` begins at 2 to this power of the image, and each is "
        "twice the one before."
    )
    areas: list[int]
    aspect_first: int = strawberry.field(
        description="The first of `aspects` begins at 2 to this power, and each is twice the one "
        "before."
    )
    aspects: list[int]
    small: int = strawberry.field(description="Below 32 x 32 pixels.")
    medium: int
    large: int = strawberry.field(description="96 x 96 pixels or more.")
    touching_border: int
    outside: int
    off_image: int
    zero_size: int
    exact_duplicates: int
    near_duplicates: int = strawberry.field(description="IoU 0.95 or more with another.")
    odd_sizes: int
    odd_aspects: int
    words: str

    @classmethod
    def of(cls, one: Mapping[str, Any]) -> Self:
        return told(cls, one)
