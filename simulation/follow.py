"""The process that carries on: views, reactions, timers, and messages for waiting jobs."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from labelmarket.adapters.postgres.waiting import LOOK_EVERY_S, WAIT_MAX_S
from labelmarket.application.access import Viewer
from labelmarket.application.ports import NotYet
from labelmarket.application.reaction import Reaction
from labelmarket.application.reactions.begin_second_order import BeginSecondOrders
from labelmarket.application.reactions.compare_with_gold import CompareBatchesWithGold
from labelmarket.application.reactions.complete_project import CompleteProjectWithOrders
from labelmarket.application.reactions.offer_next_provider import OfferNextProvider
from labelmarket.application.reactions.withdraw_from_delisted import WithdrawFromDelisted
from simulation.due import fire_due, see_to_jobs
from simulation.followers import ReactionFollower, ViewFollower
from simulation.loop import loop
from simulation.process import Process
from simulation.scheduler import SECOND_US, Steps, sleep_s
from tests.memory_market import MemoryView

T = TypeVar("T")


class Follow(Process):
    views = ViewFollower
    reactions = ReactionFollower

    def run(self) -> None:
        database = self.database
        for view in database.views:
            ring = self.ring_for("facts")
            step = self.views(self, view, ring).advance
            self.spawn(view, loop(self.scheduler, step=step, ring=ring))
        for reaction in self._reactions():
            ring = self.ring_for("facts")
            step = self.reactions(self, reaction, ring).advance
            self.spawn(reaction.name, loop(self.scheduler, step=step, ring=ring))
        self.spawn(
            "timers",
            loop(
                self.scheduler,
                step=lambda: fire_due(self),
                ring=self.ring_for("timers"),
                next_due_us=database.timers.next_due_us,
            ),
        )
        self.spawn(
            "job messages",
            loop(
                self.scheduler,
                step=lambda: see_to_jobs(self),
                ring=self.ring_for("jobs"),
                next_due_us=database.jobs.next_due_us,
            ),
        )

    def _reactions(self) -> tuple[Reaction, ...]:
        return (
            OfferNextProvider(),
            BeginSecondOrders(),
            CompleteProjectWithOrders(),
            WithdrawFromDelisted(offers=_Sheet(self, "offer_board"), wait_for=self._wait_for),
            CompareBatchesWithGold(batches=_Sheet(self, "batch_sheet"), wait_for=self._wait_for),
        )

    def _wait_for(self, position: int) -> None:
        self.ports.ask(lambda: self._views_reach(position))

    def _views_reach(self, position: int) -> Steps[None]:
        """Come back once every view has the position. Raises `NotYet` after a while."""
        deadline_us = self.scheduler.now_us + int(WAIT_MAX_S * SECOND_US)
        while True:
            reached = yield from self.wire.patiently("how far", self.database.views_reach)
            if reached >= position:
                return
            if self.scheduler.now_us >= deadline_us:
                raise NotYet(reached)
            yield from sleep_s(LOOK_EVERY_S)


class _Sheet:
    """A view's rows, read through the wire."""

    def __init__(self, process: Process, name: str) -> None:
        self._process = process
        self._sheet: MemoryView[Any] = process.database.views[name]

    def by_ids(self, viewer: Viewer, ids: Sequence[UUID], /) -> dict[UUID, Any]:
        return self._asked(lambda: self._sheet.by_ids(viewer, ids))

    def page(
        self,
        viewer: Viewer,
        /,
        **scope: Any,  # noqa: ANN401 - handed on as it is
    ) -> list[Any]:
        return self._asked(lambda: self._sheet.page(viewer, **scope))

    def _asked(self, ask: Callable[[], T]) -> T:
        wire = self._process.wire
        return self._process.ports.ask(lambda: wire.patiently("read a sheet", ask))
