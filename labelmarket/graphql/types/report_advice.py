"""What a report found amiss and advises, with the queries that show it."""

from collections.abc import Mapping
from typing import Any, Self

import strawberry

from labelmarket.application.looked_up import SHOWN_MAX, Sought
from labelmarket.graphql.connections import After, Connection, First
from labelmarket.graphql.types.enums import AdviceAction, EvidenceKind, HealthCheck, Quadrant
from labelmarket.graphql.types.evidence_found import EvidenceFound, Look


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
    look: strawberry.Private[Look]

    @strawberry.field(
        description="What it finds in the labels that are there now: an item each, or a label on "
        f"it; the first {SHOWN_MAX:,}. Null for providers."
    )
    async def found(
        self, first: First = 50, after: After = None
    ) -> Connection[EvidenceFound] | None:
        sought = Sought(
            kind=self.kind.value,
            holding=tuple(self.with_),
            without=tuple(self.without),
            check=None if self.check is None else self.check.value,
            quadrant=None if self.quadrant is None else self.quadrant.value,
            image=self.image,
        )
        return await self.look(sought, first=first, after=after)

    @classmethod
    def of(cls, one: Mapping[str, Any] | None, *, images_shown: bool, look: Look) -> Self | None:
        if one is None:
            return None
        return cls(
            look=look,
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
    def of(cls, one: Mapping[str, Any], *, images_shown: bool, look: Look) -> Self:
        return cls(
            check=HealthCheck(one["check"]),
            count=one["count"],
            of_=one["of"],
            words=one["words"],
            examples=[Example.of(example) for example in one["examples"]] if images_shown else [],
            query=EvidenceQuery.of(one["query"], images_shown=images_shown, look=look),
        )


@strawberry.type(description="A figure that an action follows from.")
class NamedNumber:
    name: str
    value: float


@strawberry.type(description="A metric where a model had learned from so many labels of a class.")
class ImpactPoint:
    labels: int
    value: float


@strawberry.type(
    description="What more labels of the class did so far: the metric of versions of a model by "
    "the number of labels that they learned from, least first."
)
class Impact:
    metric: str
    points: list[ImpactPoint]
    per_doubling: float = strawberry.field(
        description="The slope of the straight line through the points over log2 of the labels."
    )
    words: str

    @classmethod
    def of(cls, one: Mapping[str, Any] | None) -> Self | None:
        if one is None:
            return None
        return cls(
            metric=one["metric"],
            points=[ImpactPoint(**point) for point in one["points"]],
            per_doubling=one["perDoubling"],
            words=one["words"],
        )


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
    impact: Impact | None = strawberry.field(
        description="What it would gain, as far as that is known. Null for providers."
    )
    impact_unknown: str | None = strawberry.field(
        description="Why nobody can tell what it would gain. Null for providers."
    )

    @classmethod
    def of(
        cls, one: Mapping[str, Any], *, images_shown: bool, gold_shown: bool, look: Look
    ) -> Self:
        evidence = one["evidence"]
        return cls(
            rank=one["rank"],
            action=AdviceAction(one["action"]),
            words=one["words"],
            classes=one["classes"],
            evidence=Evidence(
                query=EvidenceQuery.of(evidence["query"], images_shown=images_shown, look=look),
                count=evidence["count"],
                of_=evidence["of"],
            ),
            numbers=[NamedNumber(**number) for number in one["numbers"]],
            impact=Impact.of(one["impact"]) if gold_shown else None,
            impact_unknown=one["impactUnknown"] if gold_shown else None,
        )
