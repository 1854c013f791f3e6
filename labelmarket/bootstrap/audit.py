"""The log and the views under examination, on one connection of its own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg

from labelmarket.adapters.postgres.audit import Filter, examine, fact_at, facts
from labelmarket.adapters.postgres.digests import Digest, digests
from labelmarket.adapters.postgres.feed import release
from labelmarket.adapters.postgres.pool import open_pool
from labelmarket.adapters.postgres.rebuild import Rebuilt, SwapRefused, rebuild
from labelmarket.adapters.postgres.replay import NotRecordedYet, SchemaRefused, replay
from labelmarket.adapters.postgres.session import Occupied, Session, open_session
from labelmarket.adapters.postgres.side_fold import FoldFailed
from labelmarket.application.audit import Examination, Finding, actor_in
from labelmarket.application.mapping import FactMapper, FactUnreadable
from labelmarket.application.ports import StoredFact
from labelmarket.application.view import View
from labelmarket.application.views.all import VIEWS
from labelmarket.bootstrap.database import find_database
from labelmarket.domain.facts import FACTS

STREAM_MAX = 100_000


class UnknownView(Exception):
    """No view has this name."""


CANNOT = (FoldFailed, NotRecordedYet, Occupied, SwapRefused)
"""What keeps a command from being carried out."""
UNFIT = (SchemaRefused, UnknownView, psycopg.Error)
"""What is wrong with a command's words, or with the database that it is given."""

Document = dict[str, Any]
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    session: Session
    mapper: FactMapper

    def log(self, wanted: Filter, *, first: int) -> Iterator[Document]:
        """One line for each fact: where, when, what, whose, by whom."""
        return (_line(fact) for fact in facts(self.session, wanted, first=first))

    def stream(self, aggregate_id: UUID) -> Iterator[Document]:
        """The facts of one aggregate, whole."""
        wanted = Filter(aggregate_id=aggregate_id)
        return (self._whole(fact) for fact in facts(self.session, wanted, first=STREAM_MAX))

    def fact(self, position: int) -> Document | None:
        """One fact, whole, with its hash."""
        found = fact_at(self.session, position)
        return None if found is None else {**self._whole(found[0]), "chain": found[1].hex()}

    def verify(self, *, tell: Callable[[int], None]) -> tuple[Examination, Finding | None]:
        examination = Examination(self.mapper)
        return examination, examine(self.session, examination, tell=tell)

    def replay(self, *, to: int, schema: str, tell: Tell) -> list[Digest]:
        return replay(self.session, VIEWS, self.mapper, to=to, schema=schema, tell=tell)

    def rebuild(
        self, names: Sequence[str], *, tell: Tell
    ) -> tuple[list[Rebuilt], list[FoldFailed]]:
        """Make views anew, all if none is named; those that cannot be stay as they are."""
        left = [view_named(name) for name in dict.fromkeys(names)] or list(VIEWS)
        failed: list[FoldFailed] = []
        while left:
            try:
                return rebuild(self.session, left, self.mapper, tell=tell), failed
            except FoldFailed as error:
                failed.append(error)
                left = [view for view in left if view.name not in error.views]
        return [], failed

    def digests(self) -> list[Digest]:
        return digests(self.session, VIEWS, schema="views")

    def _whole(self, fact: StoredFact) -> Document:
        """What is stored, as it is stored; and why this program cannot read it, if so."""
        try:
            self.mapper.read(fact)
            unreadable = None
        except (FactUnreadable, RecursionError) as error:
            unreadable = str(error)
        try:
            data = msgspec.json.decode(fact.state, type=dict[str, Any])
        except (msgspec.MsgspecError, RecursionError):
            data = {"bytes": fact.state.hex()}
        envelope = data.pop("envelope", None)
        return {**_line(fact), "unreadable": unreadable, "envelope": envelope, "data": data}


def view_named(name: str) -> View[Any]:
    for view in VIEWS:
        if view.name == name:
            return view
    known = ", ".join(view.name for view in VIEWS)
    raise UnknownView(f"there is no view {name!r}; there are {known}")


@contextmanager
def open_audit(data: Path | None) -> Iterator[Audit]:
    """Open the database of a running market's data folder, or the one that is configured."""
    with open_session(find_database(data), name="audit") as session:
        yield Audit(session=session, mapper=FactMapper(FACTS))


def release_view(data: Path | None, name: str) -> bool:
    """Let a quarantined view go on; False if it was not quarantined."""
    view = view_named(name)
    pool = open_pool(find_database(data), name="release", size_max=1)
    try:
        return release(pool, view.name)
    finally:
        pool.close()


def _line(fact: StoredFact) -> Document:
    return {
        "position": fact.position,
        "recordedAt": fact.recorded_at.isoformat(),
        "topic": fact.topic,
        "aggregateId": str(fact.originator_id),
        "version": fact.originator_version,
        "actor": actor_in(fact.state),
        "projectId": str(fact.project_id) if fact.project_id else None,
        "providerId": str(fact.provider_id) if fact.provider_id else None,
        "organisationId": str(fact.organisation_id) if fact.organisation_id else None,
    }
