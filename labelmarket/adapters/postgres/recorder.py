"""The append: facts, keys with answers, timers, jobs and chain in one round trip."""

from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import Any, NoReturn
from uuid import UUID

import orjson
import psycopg
from eventsourcing.persistence import Notification, NotSupportedError, StoredEvent
from psycopg.rows import TupleRow

from labelmarket.adapters.postgres.arrays import plain_array
from labelmarket.adapters.postgres.pool import Pool, patiently
from labelmarket.application.market import FactRecorder
from labelmarket.application.ports import (
    Along,
    AlreadyRecorded,
    LogConflict,
    OutcomeUnknown,
    Remembered,
    Unavailable,
)

# In binary where it is bytes and texts: spelled out, they would cost as much as storing them.
APPEND = """
SELECT outcome, known_fingerprint, known_answer, positions FROM market.append(
    %b::text[], %b::bytea[], %b::bytea[], %s::int[], %s::int[],
    %s::uuid[], %s::bigint[], %b::text[], %b::bytea[],
    %s::uuid[], %s::uuid[], %s::uuid[], %s::uuid[], %s::bigint[], %s::jsonb)
"""
RECORDED = "SELECT fingerprint, answer, positions FROM market.commands WHERE key = %s"
STREAM = """
SELECT originator_id, originator_version, topic, state FROM market.facts
WHERE originator_id = %s AND originator_version > %s AND originator_version <= %s
ORDER BY originator_version
"""
STREAMS = """
SELECT originator_id, originator_version, topic, state FROM market.facts
WHERE originator_id = ANY (%s::uuid[]) ORDER BY originator_id, originator_version
"""
NOTIFICATIONS = """
SELECT notification_id, originator_id, originator_version, topic, state FROM market.facts
WHERE notification_id >= %s AND notification_id <= %s
ORDER BY notification_id LIMIT %s
"""
HEAD = "SELECT max(notification_id) FROM market.facts"

BIGINT_MAX = 2**63 - 1


class PostgresRecorder(FactRecorder):
    """The event store library's recorder, on one function of our own.

    Nothing here retries blindly: an append whose reply was lost is said again under the
    same key, and the database tells whether the first one was heard.
    """

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        **kwargs: Any,  # noqa: ANN401 - the library's signature
    ) -> Sequence[int]:
        along: Along = kwargs["along"]
        arguments = _arguments(stored_events, along)

        def append(connection: psycopg.Connection[TupleRow]) -> TupleRow:
            row = connection.execute(APPEND, arguments, prepare=True).fetchone()
            assert row is not None
            return row

        try:
            outcome, fingerprint, answer, positions = patiently(self._pool, append)
        except Unavailable as error:
            raise OutcomeUnknown(str(error)) from error
        if outcome == "conflict":
            raise LogConflict
        if outcome == "repeated":
            raise AlreadyRecorded(
                Remembered(
                    fingerprint=bytes(fingerprint),
                    answer=bytes(answer),
                    positions=tuple(positions),
                )
            )
        return list(positions)

    def recorded(self, key: str) -> Remembered | None:
        row = patiently(self._pool, lambda c: c.execute(RECORDED, (key,), prepare=True).fetchone())
        if row is None:
            return None
        return Remembered(fingerprint=bytes(row[0]), answer=bytes(row[1]), positions=tuple(row[2]))

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        assert not desc and limit is None, "streams are short and read forward"
        bounds = (originator_id, gt or 0, BIGINT_MAX if lte is None else lte)
        rows = patiently(self._pool, lambda c: c.execute(STREAM, bounds, prepare=True).fetchall())
        return [StoredEvent(row[0], row[1], row[2], bytes(row[3])) for row in rows]

    def select_streams(self, originator_ids: Collection[UUID]) -> Sequence[StoredEvent]:
        ids = (plain_array(originator_ids),)
        rows = patiently(self._pool, lambda c: c.execute(STREAMS, ids, prepare=True).fetchall())
        return [StoredEvent(row[0], row[1], row[2], bytes(row[3])) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        assert not topics, "a filtered read would hide how far it has read"
        first = (start or 0) + (0 if inclusive_of_start else 1)
        bounds = (first, BIGINT_MAX if stop is None else stop, limit)
        rows = patiently(
            self._pool, lambda c: c.execute(NOTIFICATIONS, bounds, prepare=True).fetchall()
        )
        return [
            Notification(
                id=row[0],
                originator_id=row[1],
                originator_version=row[2],
                topic=row[3],
                state=bytes(row[4]),
            )
            for row in rows
        ]

    def max_notification_id(self) -> int | None:
        row = patiently(self._pool, lambda c: c.execute(HEAD, prepare=True).fetchone())
        assert row is not None
        head: int | None = row[0]
        return head

    def subscribe(
        self,
        gt: int | None = None,  # noqa: ARG002 - the library's signature
        topics: Sequence[str] = (),  # noqa: ARG002
    ) -> NoReturn:
        raise NotSupportedError("the feed follows the log; there is no second way")


def _arguments(stored: Sequence[StoredEvent], along: Along) -> tuple[Any, ...]:
    assert len(stored) == len(along.audiences), "each fact has an audience"
    lasts = list(accumulate(said.facts for said in along.said))
    assert lasts[-1] == len(stored), "each fact is some command's own"
    along_with = {
        "timers": [
            {"id": t.id, "due_at": t.due_at.isoformat(), "command": t.command, "args": t.args}
            for t in along.timers
        ],
        "jobs": [
            {"id": j.id, "kind": j.kind, "queue": j.queue, "args": j.args} for j in along.jobs
        ],
        "done_timers": along.done_timers,
        "done_jobs": along.done_jobs,
    }
    extra = {name: what for name, what in along_with.items() if what}
    return (
        [said.key for said in along.said],
        [said.fingerprint for said in along.said],
        [said.answer for said in along.said],
        plain_array(last - said.facts + 1 for last, said in zip(lasts, along.said, strict=True)),
        plain_array(lasts),
        plain_array(s.originator_id for s in stored),
        plain_array(s.originator_version for s in stored),
        [s.topic for s in stored],
        [s.state for s in stored],
        plain_array(project for project, _ in along.audiences),
        plain_array(provider for _, provider in along.audiences),
        plain_array(along.customers),
        plain_array(stream for stream, _ in along.reads),
        plain_array(version for _, version in along.reads),
        orjson.dumps(extra).decode() if extra else None,
    )
