"""From a mutation's input to its payload: one command, waited for, and shown."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from labelmarket.application.labels import BlobStoreFull
from labelmarket.application.market import Outcome
from labelmarket.application.ports import KeyReused, NotYet, Unavailable
from labelmarket.application.work import Command
from labelmarket.domain.errors import InvalidInput, Refusal
from labelmarket.graphql.context import Context, Info
from labelmarket.graphql.errors import IDEMPOTENCY_MISMATCH, NOT_YET, STORE_FULL, unavailable
from labelmarket.graphql.payloads import Payload, from_refused, user_error
from labelmarket.graphql.scalars import Position

KEY_CHARACTERS_MAX = 200
FILE_DEADLINE_S = 120.0

P = TypeVar("P", bound=Payload)
A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Asking:
    """A mutation that is being carried out; `key` is None when the client gave none."""

    context: Context
    name: str
    key: str | None


async def settle(
    info: Info, payload: type[P], key: str | None, command: Callable[[], Command]
) -> P:
    """Give a command and answer with the thing it changed."""
    return await settle_with(
        info,
        payload,
        key,
        prepare=command,
        carry_out=lambda asked, by: info.context.office.market.handle(
            asked, by=by.context.actor, key=by.key
        ),
    )


async def settle_with(
    info: Info,
    payload: type[P],
    key: str | None,
    *,
    prepare: Callable[[], A],
    carry_out: Callable[[A, Asking], Outcome],
) -> P:
    """Like `settle`, for what is more than one command; `carry_out` runs in a thread."""
    in_thread = info.context.api.threads.call
    return await _settled(
        info, payload, key, prepare=prepare, carry_out=carry_out, in_thread=in_thread
    )


async def settle_file(
    info: Info,
    payload: type[P],
    key: str | None,
    *,
    prepare: Callable[[], A],
    carry_out: Callable[[A, Asking], Outcome],
) -> P:
    """Like `settle_with`, for what reads a whole file: it has longer, and keeps nobody waiting."""
    info.context.allow_s(FILE_DEADLINE_S)
    in_thread = info.context.api.threads.take_file
    return await _settled(
        info, payload, key, prepare=prepare, carry_out=carry_out, in_thread=in_thread
    )


async def _settled(
    info: Info,
    payload: type[P],
    key: str | None,
    *,
    prepare: Callable[[], A],
    carry_out: Callable[[A, Asking], Outcome],
    in_thread: Callable[[Callable[[A, Asking], Outcome], A, Asking], Awaitable[Outcome]],
) -> P:
    context = info.context
    try:
        asking = Asking(context, info.field_name, _scoped(key, info))
        asked = prepare()
        outcome = await in_thread(carry_out, asked, asking)
    except Refusal as refusal:
        return payload(errors=[from_refused(refusal)])
    except KeyReused as reused:
        return payload.refused(
            code=IDEMPOTENCY_MISMATCH, message=str(reused), path=("idempotencyKey",)
        )
    except BlobStoreFull as full:
        return payload.refused(code=STORE_FULL, message=str(full))
    except Unavailable:
        raise unavailable() from None
    return await _shown(context, payload, outcome)


async def _shown(context: Context, payload: type[P], outcome: Outcome) -> P:
    shown = payload()
    if outcome.position is not None:
        shown.position = Position(context.api.positions.encode(outcome.position))
    if outcome.answer.refused is not None:
        shown.errors = [from_refused(outcome.answer.refused)]
        return shown
    try:
        if outcome.position is not None:
            await context.reached(outcome.position)
    except NotYet as late:
        shown.errors = [user_error(code=NOT_YET, message=f"it is done, but {late}")]
        return shown
    context.forget_what_was_read()
    if outcome.answer.thing is not None:
        await shown.show(context, outcome.answer.thing)
    return shown


def _scoped(key: str | None, info: Info) -> str | None:
    """A key means what its token and its mutation make of it."""
    if key is None:
        return None
    if not 1 <= len(key) <= KEY_CHARACTERS_MAX:
        raise InvalidInput(
            f"a key has 1 to {KEY_CHARACTERS_MAX} characters", path=("idempotencyKey",)
        )
    return f"{info.context.who.token_id}:{info.field_name}:{key}"
