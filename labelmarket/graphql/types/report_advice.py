"""What a report found amiss and advises, with the queries that show it."""

from collections.abc import Mapping
from typing import Any, Self

import strawberry

from labelmarket.graphql.types.enums import AdviceAction, EvidenceKind, HealthCheck, Quadrant


@strawberry.type(
    description="What to look for; all that is given must hold. Images: those that hold every "
    "class of `with` and none of `without`, or that `check` finds. Labels: those of the classes of "
    "`with` (of any, when it is empty) that `check` finds, with their centre in `quadrant`, on "
    "`image`."
)
class EvidenceQuery:
    kind: EvidenceKind
    with_: list[str] = strawberry.field(name="with")
    without: list[str]
    check: HealthCheck | None
    quadrant: Quadrant | None
    image: str | None = strawberry.field(description="Null for providers.")

    @classmethod
    def of(cls, one: Mapping[str, Any] | None, *, images_shown: bool) -> Self | None:
        if one is None:
            return None
        return cls(
            kind=EvidenceKind(one["kind"]),
            with_=one["with"],
            without=one["without"],
            check=None if one["check"] is None else HealthCheck(one["check"]),
            quadrant=None if one["quadrant"] is None else Quadrant(one["quadrant"]),
            image=one["image"] if images_shown else None,
        )


@strawberry.type(description="What a query finds: `count` of `of`.")
class Evidence:
    query: EvidenceQuery | None = strawberry.field(
        description="Null for rows that were left out: they are named where they were delivered."
    )
    count: int
    of_: int = strawberry.field(name="of")


@strawberry.type(description="One image, class or label that a check found.")
class Example:
    image: str | None
    class_: str | None = strawberry.field(name="class")
    label_id: str | None = strawberry.field(description="The label's own id in its file.")
    box: list[float] | None = strawberry.field(description="Left, top, width and height in pixels.")
    words: str

    @classmethod
    def of(cls, one: Mapping[str, Any]) -> Self:
        return cls(
            image=one["image"],
            class_=one["class"],
            label_id=None if one["id"] is None else str(one["id"]),
            box=one["box"],
            words=one["words"],
        )


@strawberry.type(description="What one check found: `count` of `of`, 0 where all is well.")
class Finding:
    check: HealthCheck
    count: int
    of_: int = strawberry.field(name="of")
    words: str
    examples: list[Example] = strawberry.field(description="At most 20. Empty for providers.")
    query: EvidenceQuery | None

    @classmethod
    def of(cls, one: Mapping[str, Any], *, images_shown: bool) -> Self:
        return cls(
            check=HealthCheck(one["check"]),
            count=one["count"],
            of_=one["of"],
            words=one["words"],
            examples=[Example.of(example) for example in one["examples"]] if images_shown else [],
            query=EvidenceQuery.of(one["query"], images_shown=images_shown),
        )


@strawberry.type(description="A figure that an action follows from.")
class NamedNumber:
    name: str
    value: float


@strawberry.type(
    description="One thing to do next. Those of one action stand in the order of how much is "
    "amiss; the first of each action come before the second of any."
)
class Advice:
    rank: int
    action: AdviceAction
    words: str
    classes: list[str]
    evidence: Evidence
    numbers: list[NamedNumber]
    impact_unknown: str | None = strawberry.field(
        description="Why nobody can tell what it would gain."
    )

    @classmethod
    def of(cls, one: Mapping[str, Any], *, images_shown: bool) -> Self:
        evidence = one["evidence"]
        return cls(
            rank=one["rank"],
            action=AdviceAction(one["action"]),
            words=one["words"],
            classes=one["classes"],
            evidence=Evidence(
                query=EvidenceQuery.of(evidence["query"], images_shown=images_shown),
                count=evidence["count"],
                of_=evidence["of"],
            ),
            numbers=[NamedNumber(**number) for number in one["numbers"]],
            impact_unknown=one["impactUnknown"],
        )
