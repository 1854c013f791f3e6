"""Nested edges: one statement for each edge and level, however many things are shown."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from labelmarket.application.access import Viewer
from labelmarket.application.office import Office
from labelmarket.application.view import Reads, Row
from labelmarket.application.views.batch_sheet import BatchRow
from labelmarket.application.views.export_sheet import ExportRow
from labelmarket.application.views.offer_board import OfferRow
from labelmarket.application.views.order_sheet import OrderRow
from labelmarket.application.views.project_page import ProjectRow
from labelmarket.application.views.provider_record import ProviderRow
from labelmarket.application.work_items import Brief, briefs
from labelmarket.graphql.threads import Threads

NESTED_ROWS_MAX = 5_000
KEYS_IN_ONE_LOAD_MAX = 1_000

R = TypeVar("R", bound=Row)


class Loaders:
    """What one request has read so far; a message of a subscription begins anew."""

    def __init__(self, office: Office, threads: Threads, viewer: Viewer) -> None:
        self._office = office
        self._threads = threads
        self._viewer = viewer

    @cached_property
    def briefs(self) -> DataLoader[UUID, Brief]:
        async def load(ids: list[UUID]) -> Sequence[Brief]:
            found = await self._threads.call(briefs, self._office, list(dict.fromkeys(ids)))
            return [found[one] for one in ids]

        return DataLoader(load_fn=load)

    @cached_property
    def projects(self) -> DataLoader[UUID, ProjectRow | None]:
        return self._by_id(self._office.projects)

    @cached_property
    def orders(self) -> DataLoader[UUID, OrderRow | None]:
        return self._by_id(self._office.orders)

    @cached_property
    def offers(self) -> DataLoader[UUID, OfferRow | None]:
        return self._by_id(self._office.offers)

    @cached_property
    def batches(self) -> DataLoader[UUID, BatchRow | None]:
        return self._by_id(self._office.batches)

    @cached_property
    def exports(self) -> DataLoader[UUID, ExportRow | None]:
        return self._by_id(self._office.exports)

    @cached_property
    def providers(self) -> DataLoader[UUID, ProviderRow | None]:
        return self._by_id(self._office.providers)

    @cached_property
    def orders_of_project(self) -> DataLoader[UUID, list[OrderRow]]:
        return self._by_parent(self._office.orders)

    @cached_property
    def offers_of_order(self) -> DataLoader[UUID, list[OfferRow]]:
        return self._by_parent(self._office.offers)

    @cached_property
    def batches_of_order(self) -> DataLoader[UUID, list[BatchRow]]:
        return self._by_parent(self._office.batches)

    def _by_id(self, reads: Reads[R]) -> DataLoader[UUID, R | None]:
        async def load(ids: list[UUID]) -> Sequence[R | None]:
            rows = await self._threads.call(reads.by_ids, self._viewer, list(dict.fromkeys(ids)))
            return [rows.get(one) for one in ids]

        return DataLoader(load_fn=load, max_batch_size=KEYS_IN_ONE_LOAD_MAX)

    def _by_parent(self, reads: Reads[R]) -> DataLoader[UUID, list[R]]:
        async def load(parents: list[UUID]) -> Sequence[list[R]]:
            rows = await self._threads.call(
                reads.page, self._viewer, first=NESTED_ROWS_MAX, parent_ids=parents
            )
            found: dict[UUID | None, list[R]] = defaultdict(list)
            for row in rows:
                found[row.parent_id].append(row)
            return [found[parent] for parent in parents]

        return DataLoader(load_fn=load, max_batch_size=KEYS_IN_ONE_LOAD_MAX)
