"""What people see: the views as they happen to stand, often too late."""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from labelmarket.application.access import Actor
from labelmarket.application.views.batch_sheet import BatchRow
from labelmarket.application.views.offer_board import OfferRow
from labelmarket.application.views.order_sheet import OrderRow
from labelmarket.application.work import Command
from simulation.chance import Chance
from simulation.database import Database

LATELY = 4
"""People look at the newest rows."""

Wish = Command | None
"""What somebody wants to say now; None for nothing."""


class Wishes(Protocol):
    """Somebody's wishes, drawn one at a time."""

    def next(self, who: Actor, /) -> Wish: ...


class Sight:
    def __init__(self, database: Database) -> None:
        self.chance: Chance = database.scheduler.chance
        self._views = database.views

    def order(self, wanted: Callable[[OrderRow], bool]) -> OrderRow | None:
        row: OrderRow | None = self._one("order_sheet", wanted)
        return row

    def offer(self, wanted: Callable[[OfferRow], bool]) -> OfferRow | None:
        row: OfferRow | None = self._one("offer_board", wanted)
        return row

    def batch(self, wanted: Callable[[BatchRow], bool]) -> BatchRow | None:
        row: BatchRow | None = self._one("batch_sheet", wanted)
        return row

    def projects_of(self, owner: UUID) -> int:
        rows = self._views["project_page"].rows()
        return sum(row.organisation_id == owner for row in rows)

    def _one(self, view: str, wanted: Callable[[Any], bool]) -> Any:  # noqa: ANN401 - any row
        rows = [row for row in self._views[view].rows() if wanted(row)]
        return self.chance.one_of(rows[-LATELY:]) if rows else None
