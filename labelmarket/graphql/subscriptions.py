"""Subscriptions: facts as they happen, and batches as they change."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Annotated

import strawberry

from labelmarket.application.ports import StoredFact
from labelmarket.domain.errors import NotFound
from labelmarket.domain.facts import FACTS
from labelmarket.graphql import ids
from labelmarket.graphql.context import Context, Info
from labelmarket.graphql.errors import from_refusal
from labelmarket.graphql.hearing import hear
from labelmarket.graphql.scalars import Position
from labelmarket.graphql.types.batch import Batch
from labelmarket.graphql.types.fact import Fact, aggregate_of

_OF_OFFERS = frozenset(topic for topic in FACTS if aggregate_of(topic) in {"Offer", "Batch"})

After = Annotated[
    Position | None,
    strawberry.argument(description="Begin behind this, without a gap; left out: from now on."),
]


@strawberry.type
class Subscription:
    @strawberry.subscription(description="Every fact of a project.")
    async def project_events(
        self, info: Info, project_id: strawberry.ID, after: After = None
    ) -> AsyncGenerator[Fact, None]:
        context = info.context
        identity = ids.find(project_id, "Project")
        if identity is None or await context.loaders.projects.load(identity) is None:
            raise from_refusal(NotFound("there is no such project"))
        facts = hear(
            context,
            wanted=lambda fact: fact.project_id == identity,
            after=after,
            project_id=identity,
        )
        async with aclosing(facts):
            async for fact in facts:
                yield _shown(context, fact)

    @strawberry.subscription(
        description="Facts about offers and batches: a provider's own, or those of the projects "
        "of the asker's organisation."
    )
    async def offer_events(self, info: Info, after: After = None) -> AsyncGenerator[Fact, None]:
        facts = hear(info.context, wanted=lambda fact: fact.topic in _OF_OFFERS, after=after)
        async with aclosing(facts):
            async for fact in facts:
                yield _shown(info.context, fact)

    @strawberry.subscription(description="A batch as it stands after each of its facts.")
    async def batch_progress(
        self, info: Info, batch_id: strawberry.ID, after: After = None
    ) -> AsyncGenerator[Batch, None]:
        context = info.context
        identity = ids.find(batch_id, "Batch")
        if identity is None or await context.loaders.batches.load(identity) is None:
            raise from_refusal(NotFound("there is no such batch"))
        facts = hear(
            context,
            wanted=lambda fact: fact.originator_id == identity,
            after=after,
            aggregate_id=identity,
        )
        async with aclosing(facts):
            async for fact in facts:
                await context.wait_until(fact.position)
                context.forget_what_was_read()
                row = await context.loaders.batches.load(identity)
                if row is not None:
                    yield Batch.of(row)


def _shown(context: Context, fact: StoredFact) -> Fact:
    return Fact.of(fact, context.who, mapper=context.office.mapper, positions=context.api.positions)
