"""Nested edges: one statement for each edge and level, however many things are shown."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from labelmarket.application.access import Viewer
from labelmarket.application.office import Office
from labelmarket.application.view import Reads, Row
from labelmarket.application.work_items import Brief, briefs
from labelmarket.graphql.threads import Threads

NESTED_ROWS_MAX = 5_000
KEYS_IN_ONE_LOAD_MAX = 1_000

R = TypeVar("R", bound=Row)


class Loaders:
    """What one request has read so far; a message of a subscription begins anew."""

    def __init__(self, office: Office, threads: Threads, viewer: Viewer) -> None:
        def by_id(reads: Reads[R]) -> DataLoader[UUID, R | None]:
            async def load(ids: list[UUID]) -> Sequence[R | None]:
                rows = await threads.call(reads.by_ids, viewer, list(dict.fromkeys(ids)))
                return [rows.get(one) for one in ids]

            return DataLoader(load_fn=load, max_batch_size=KEYS_IN_ONE_LOAD_MAX)

        def by_parent(reads: Reads[R]) -> DataLoader[UUID, list[R]]:
            async def load(parents: list[UUID]) -> Sequence[list[R]]:
                rows = await threads.call(
                    reads.page, viewer, first=NESTED_ROWS_MAX, parent_ids=parents
                )
                found: dict[UUID | None, list[R]] = defaultdict(list)
                for row in rows:
                    found[row.parent_id].append(row)
                return [found[parent] for parent in parents]

            return DataLoader(load_fn=load, max_batch_size=KEYS_IN_ONE_LOAD_MAX)

        async def load_briefs(ids: list[UUID]) -> Sequence[Brief]:
            found = await threads.call(briefs, office, list(dict.fromkeys(ids)))
            return [found[one] for one in ids]

        self.briefs: DataLoader[UUID, Brief] = DataLoader(load_fn=load_briefs)
        self.projects = by_id(office.projects)
        self.orders = by_id(office.orders)
        self.offers = by_id(office.offers)
        self.batches = by_id(office.batches)
        self.providers = by_id(office.providers)
        self.orders_of_project = by_parent(office.orders)
        self.offers_of_order = by_parent(office.offers)
        self.batches_of_order = by_parent(office.batches)
