"""One subscriber's facts: what was missed is read, what is new is heard, none twice."""

import asyncio
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from uuid import UUID

from labelmarket.application.ports import StoredFact
from labelmarket.graphql.context import Context
from labelmarket.graphql.errors import TOO_SLOW, CodedError, unauthenticated
from labelmarket.graphql.hub import PAGE, Listener, Wanted

ASK_FOR_TOKEN_EVERY_S = 5.0


@dataclass(slots=True, kw_only=True)
class _Check:
    """Asks now and then whether the token is still good."""

    context: Context
    asked_at_s: float

    async def when_due(self) -> None:
        if time.monotonic() - self.asked_at_s < ASK_FOR_TOKEN_EVERY_S:
            return
        await self.context.ask_for_token_again()
        self.asked_at_s = time.monotonic()
        if self.context.viewer is None:
            raise unauthenticated()


async def hear(
    context: Context,
    *,
    wanted: Wanted,
    after: str | None,
    project_id: UUID | None = None,
    aggregate_id: UUID | None = None,
) -> AsyncGenerator[StoredFact, None]:
    """Give every wanted fact behind `after` that the viewer may see, in order, for ever.

    Without `after` it begins now. `project_id` and `aggregate_id` make the reading of what
    was missed shorter; `wanted` decides. Ends with UNAUTHENTICATED soon after the token was
    revoked, and with TOO_SLOW when the facts are not taken as fast as they come.
    """
    start = None if after is None else await context.place(after)
    check = _Check(context=context, asked_at_s=time.monotonic())
    listener = context.api.hub.join(context.who, wanted)
    try:
        reached = listener.start
        if start is not None:
            async for fact in _missed(
                context, check, listener, after=start, project=project_id, aggregate=aggregate_id
            ):
                yield fact
            reached = max(start, listener.start)
        async for fact in _new(check, listener):
            if fact.position > reached:
                yield fact
    finally:
        context.api.hub.leave(listener)


async def _missed(
    context: Context,
    check: _Check,
    listener: Listener,
    *,
    after: int,
    project: UUID | None,
    aggregate: UUID | None,
) -> AsyncGenerator[StoredFact, None]:
    """Read the log up to where the listener began to hear."""
    if after >= listener.start:
        return
    while after < listener.start:
        await check.when_due()
        facts = await context.call(
            context.office.log.visible,
            listener.viewer,
            after=after,
            limit=PAGE,
            project_id=project,
            aggregate_id=aggregate,
        )
        for fact in facts:
            if fact.position > listener.start:
                return
            if listener.wanted(fact):
                yield fact
        if len(facts) < PAGE:
            return
        after = facts[-1].position


async def _new(check: _Check, listener: Listener) -> AsyncGenerator[StoredFact, None]:
    while True:
        if listener.overrun and listener.waiting.empty():
            raise CodedError(
                "facts came faster than they were taken; begin again behind the last one",
                code=TOO_SLOW,
            )
        fact: StoredFact | None = None
        try:
            async with asyncio.timeout(ASK_FOR_TOKEN_EVERY_S):
                fact = await listener.waiting.get()
        except TimeoutError:
            pass
        await check.when_due()
        if fact is not None:
            yield fact
