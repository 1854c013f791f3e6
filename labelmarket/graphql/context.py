"""What a resolver stands on: who asks, the market, threads, and what was read already."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeAlias, TypeVar

import strawberry

from labelmarket.application.access import Actor, Viewer
from labelmarket.application.office import Office
from labelmarket.application.ports import NotYet
from labelmarket.graphql.errors import NOT_YET, POSITION_UNKNOWN, CodedError, unauthenticated
from labelmarket.graphql.loaders import Loaders
from labelmarket.graphql.positions import Positions
from labelmarket.graphql.threads import Threads

if TYPE_CHECKING:
    from labelmarket.graphql.hub import Hub

P = ParamSpec("P")
T = TypeVar("T")


class TokenSecrets(Protocol):
    """Derives what nobody else can, the same for the same text, from the server's own secret."""

    def derive(self, text: str, /) -> bytes:
        """Give 32 bytes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """What all requests of a process share."""

    office: Office
    positions: Positions
    threads: Threads
    hub: "Hub"
    token_secrets: TokenSecrets


@dataclass(kw_only=True)
class Context:
    """One operation. `viewer` is None for whoever sent no valid token."""

    api: Api
    viewer: Viewer | None
    request_id: str
    traceparent: str | None = None
    token_text: str = field(default="", repr=False)
    allow_s: Callable[[float], None] = field(default=lambda _: None, repr=False)
    """Gives the operation so many seconds, counted from its beginning, where it has a deadline."""

    @property
    def office(self) -> Office:
        return self.api.office

    @property
    def who(self) -> Viewer:
        if self.viewer is None:
            raise unauthenticated()
        return self.viewer

    @cached_property
    def loaders(self) -> Loaders:
        return Loaders(self.office, self.api.threads, self.who)

    def forget_what_was_read(self) -> None:
        self.__dict__.pop("loaders", None)

    @property
    def actor(self) -> Actor:
        return Actor(
            name=f"token:{self.who.token_id}",
            viewer=self.who,
            correlation_id=self.request_id,
            traceparent=self.traceparent,
        )

    async def call(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the application in a thread."""
        return await self.api.threads.call(ask, *args, **kwargs)

    async def wait_for(self, position: str | None) -> None:
        """Wait until what is read next holds this position; answers NOT_YET after a while."""
        if position is None:
            return
        await self.wait_until(self.api.positions.decode(position))

    async def wait_until(self, number: int) -> None:
        """Like `wait_for`, for a position that was decoded."""
        try:
            await self.reached(number)
        except NotYet as late:
            raise CodedError(
                str(late), code=NOT_YET, position=self.api.positions.encode(late.reached)
            ) from None

    async def reached(self, number: int) -> None:
        """Come back when every view has this position. Raises `NotYet` after a while."""
        await asyncio.wrap_future(self.office.reach.when(number))

    async def place(self, after: str) -> int:
        """The place behind which facts are wanted.

        A place behind the log's end was given out before the database was restored.
        """
        number = self.api.positions.decode(after)
        if number > self.api.hub.head and number > await self.call(self.office.log.head):
            raise CodedError("the log ends before this position", code=POSITION_UNKNOWN)
        return number

    async def ask_for_token_again(self) -> None:
        """Look whether the token is still good; afterwards `viewer` is None when it is not."""
        self.viewer = await self.call(self.office.authenticate, self.token_text)

    async def text_of(self, digest: str) -> str:
        """Read a text from the blob store."""
        return (await self.call(self.office.blobs.read, digest)).decode()


Info: TypeAlias = strawberry.Info[Context, None]
