"""Tells subscribers of new facts: one read for each ring of the bell, however many listen."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from labelmarket.application.access import EVERYTHING, Viewer
from labelmarket.application.office import Office
from labelmarket.application.ports import StoredFact
from labelmarket.domain.access_token import Role
from labelmarket.graphql.threads import Threads

LOOK_EVERY_S = 1.0
PAGE = 500
WAITING_MAX = 1_000

_log = logging.getLogger(__name__)

Wanted = Callable[[StoredFact], bool]


@dataclass(eq=False, slots=True, kw_only=True)
class Listener:
    """One subscriber. It hears of every wanted fact behind `start` that its viewer may see."""

    viewer: Viewer
    wanted: Wanted
    start: int
    overrun: bool = False
    waiting: asyncio.Queue[StoredFact] = field(
        default_factory=lambda: asyncio.Queue(maxsize=WAITING_MAX)
    )

    def tell(self, fact: StoredFact) -> None:
        """Queue a fact. A subscriber that is too slow hears no more, and is told so."""
        if self.overrun:
            return
        try:
            self.waiting.put_nowait(fact)
        except asyncio.QueueFull:
            self.overrun = True


class Hub:
    """Follows the log for the subscribers of one process."""

    def __init__(self, office: Office, threads: Threads) -> None:
        self._office = office
        self._threads = threads
        self._listeners: set[Listener] = set()
        self._rung = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.head = 0

    @property
    def listeners(self) -> int:
        return len(self._listeners)

    def join(self, viewer: Viewer, wanted: Wanted) -> Listener:
        """Hear of facts from now on. What lies between is to be read up to `start`."""
        listener = Listener(viewer=viewer, wanted=wanted, start=self.head)
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    async def open(self) -> None:
        """Begin at the log's end; a ring counts from here on."""
        self._loop = asyncio.get_running_loop()
        self.head = await self._threads.call(self._office.log.head)
        self._office.bell.on("facts", self._ring)

    async def follow(self) -> None:
        """Tell what is new, at every ring and at least every second, until cancelled."""
        while True:
            try:
                await self._look()
            except Exception:
                # The database may be away for a while; nothing is lost, since the log is read on
                # from the same place.
                _log.exception("the log could not be read; trying again")
                await asyncio.sleep(LOOK_EVERY_S)
            await self._ring_or_a_second()

    async def _look(self) -> None:
        while True:
            self._rung.clear()
            facts = await self._threads.call(
                self._office.log.visible, EVERYTHING, after=self.head, limit=PAGE
            )
            for fact in facts:
                self._tell(fact)
            if len(facts) < PAGE:
                return

    def _tell(self, fact: StoredFact) -> None:
        self.head = fact.position
        for listener in self._listeners:
            if self._may_hear(listener.viewer, fact) and listener.wanted(fact):
                listener.tell(fact)

    def _may_hear(self, viewer: Viewer, fact: StoredFact) -> bool:
        """The rule of the log's own scope, for one fact."""
        if viewer.sees_all:
            return True
        if viewer.role is Role.PROVIDER:
            return fact.provider_id == viewer.organisation_id
        return fact.organisation_id == viewer.organisation_id

    async def _ring_or_a_second(self) -> None:
        try:
            async with asyncio.timeout(LOOK_EVERY_S):
                await self._rung.wait()
        except TimeoutError:
            return

    def _ring(self) -> None:
        """Called in the bell's thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._rung.set)
