"""What a save is told besides its facts: keys, answers, who may see what, timers and jobs."""

from collections.abc import Sequence
from hashlib import sha256
from typing import cast
from uuid import UUID

import msgspec

from labelmarket.application.access import Actor
from labelmarket.application.deciding import Decided
from labelmarket.application.ports import Along, Said
from labelmarket.application.work import Command
from labelmarket.domain.aggregate import Envelope, Fact

POLICY_VERSION = 1


def along(group: Sequence[Decided]) -> Along:
    """What goes with the facts of these commands; each fact is told who caused it."""
    changed = [(one.asked.key, one.work.by, a) for one in group for a in one.changed]
    for key, by, aggregate in changed:
        envelope = _envelope(by, key)
        for fact in aggregate.pending_events:
            object.__setattr__(cast(Fact, fact), "envelope", envelope)
    origins = [aggregate for _, _, aggregate in changed for _ in aggregate.pending_events]
    return Along(
        said=tuple(
            Said(
                key=one.asked.key,
                fingerprint=one.asked.fingerprint,
                answer=msgspec.json.encode(one.answer),
                facts=one.facts,
            )
            for one in group
        ),
        audiences=tuple(aggregate.audience() for aggregate in origins),
        customers=tuple(aggregate.customer() for aggregate in origins),
        reads=tuple(_reads(group).items()),
        timers=tuple(timer for one in group for timer in one.work.timers),
        jobs=tuple(job for one in group for job in one.work.jobs),
        done_timers=tuple(
            timer for one in group for timer in (*one.work.done_timers, *one.asked.done_timers)
        ),
        done_jobs=tuple(job for one in group for job in one.asked.done_jobs),
    )


def _reads(group: Sequence[Decided]) -> dict[UUID, int]:
    """What the decisions rest on; where two saw a stream differently, what the first one saw."""
    reads: dict[UUID, int] = {}
    for one in group:
        for stream, version in one.reads:
            reads[stream] = min(version, reads.get(stream, version))
    return reads


def fingerprint_of(command: Command) -> bytes:
    """What tells one command from another: its name and all its fields."""
    return sha256(msgspec.json.encode((type(command).__name__, command))).digest()


def _envelope(by: Actor, key: str) -> Envelope:
    return Envelope(
        actor=by.name,
        organisation_id=by.viewer.organisation_id if by.viewer else None,
        token_id=str(by.viewer.token_id) if by.viewer and by.viewer.token_id else None,
        command_id=key,
        correlation_id=by.correlation_id or key,
        causation_id=by.causation_id,
        policy_version=POLICY_VERSION,
        traceparent=by.traceparent,
    )
