"""The event-sourced application: takes a command, decides, and stores the facts."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar, cast
from uuid import UUID

import msgspec
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import ApplicationRecorder, InfrastructureFactory, Mapper
from eventsourcing.popo import POPOFactory
from eventsourcing.utils import Environment, EnvType

from labelmarket.application.access import Actor
from labelmarket.application.mapping import FactMapper
from labelmarket.application.ports import (
    Along,
    AlreadyRecorded,
    Clock,
    KeyReused,
    LogConflict,
    NewId,
    Pause,
    Remembered,
)
from labelmarket.application.work import (
    FACTS_IN_ONE_SAVE_MAX,
    Answer,
    Command,
    Work,
    refusal,
)
from labelmarket.domain.aggregate import Aggregate, Envelope, Fact
from labelmarket.domain.errors import Conflict, Refusal
from labelmarket.domain.facts import FACTS

WRITE_ATTEMPTS_MAX = 8
POLICY_VERSION = 1

A = TypeVar("A", bound=Aggregate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer to a command, and the position of its last fact, if it made one.

    `crowded` says that others kept coming first and nothing was recorded: ask again.
    """

    answer: Answer
    position: int | None
    crowded: bool = False

    def must_be_recorded(self) -> None:
        """Raises `LogConflict` for an outcome that asks to ask again."""
        if self.crowded:
            raise LogConflict(self.answer.refused)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decided:
    """An answer, what goes with it, and the streams that it rests on and does not change."""

    work: Work
    answer: Answer
    reads: tuple[tuple[UUID, int], ...]


class FactRecorder(ApplicationRecorder):
    """The library's recorder, which takes `along=Along(...)` and remembers keys.

    `insert_events` raises `AlreadyRecorded` for a key that is known and `LogConflict`
    when another writer came first.
    """

    @abstractmethod
    def recorded(self, key: str) -> Remembered | None:
        """What was recorded under a key."""


class Market(Application[UUID]):
    """Everything that changes goes through `handle`."""

    name = "market"

    def __init__(
        self,
        recorder: FactRecorder,
        *,
        now: Clock,
        new_id: NewId,
        pause: Pause,
    ) -> None:
        self._recorder = recorder
        self._now = now
        self._new_id = new_id
        self._pause = pause
        super().__init__()

    def construct_env(self, name: str, env: EnvType | None = None) -> Environment:  # noqa: ARG002
        """Nothing is taken from the process's environment."""
        return Environment(name, {})

    def construct_factory(self, env: Environment) -> InfrastructureFactory[Any]:
        return POPOFactory(env)

    def construct_mapper(self) -> Mapper[UUID]:
        return FactMapper(FACTS)

    def construct_recorder(self) -> FactRecorder:
        return self._recorder

    def find(self, kind: type[A], aggregate_id: UUID) -> A | None:
        """Load an aggregate as it stands now; None when there is none of this kind."""
        try:
            found: Aggregate = self.repository.get(aggregate_id, projector_func=_folded)
        except AggregateNotFoundError:
            return None
        return found if isinstance(found, kind) else None

    def known_answer(self, key: str | None, *, fingerprint: bytes) -> Outcome | None:
        """What was answered under this key before. Raises `KeyReused` for another command."""
        if key is None or (known := self._recorder.recorded(key)) is None:
            return None
        return _again(known, fingerprint)

    def handle(
        self,
        command: Command,
        *,
        by: Actor,
        key: str | None = None,
        fingerprint: bytes | None = None,
        done_timers: Sequence[str] = (),
        done_jobs: Sequence[str] = (),
    ) -> Outcome:
        """Carry a command out once per key, however often it is asked.

        A refusal is an answer too: it is remembered under a key that the caller gave.
        Raises `KeyReused` for another command under the same key, `TooEarly` for a timer's
        command before its moment, `OutcomeUnknown` when
        the database did not answer the append, `Unavailable` when it was silent before.
        """
        asked = fingerprint or fingerprint_of(command)
        if (known := self.known_answer(key, fingerprint=asked)) is not None:
            return known
        key_or_new = key or f"once:{self._new_id()}"
        for attempt in range(WRITE_ATTEMPTS_MAX):
            decided = self._decide(command, by=by)
            if decided is None:
                continue
            if decided.answer.refused is not None and key is None and not decided.work.aggregates:
                return Outcome(answer=decided.answer, position=None)
            try:
                return self._store(
                    decided,
                    key=key_or_new,
                    asked=asked,
                    done_timers=done_timers,
                    done_jobs=done_jobs,
                )
            except AlreadyRecorded as again:
                return _again(again.remembered, asked)
            except LogConflict:
                self._pause(attempt)
        crowded = refusal(Conflict("too many others changed this at once; ask again"))
        return Outcome(answer=crowded, position=None, crowded=True)

    def _decide(self, command: Command, *, by: Actor) -> _Decided | None:
        """Decide on streams as they are now; None when they were not all of one moment.

        Streams are loaded one after the other, so one of them may grow in between; a
        refusal, or something that cannot be, may have come of that.
        """
        work = Work(load=self.find, new_id=self._new_id, at=self._now(), by=by)
        try:
            answer = command.decide(work)
        except Refusal as error:
            if self._have_grown(work.seen):
                return None
            nothing = Work(load=self.find, new_id=self._new_id, at=work.at, by=by)
            return _Decided(work=nothing, answer=refusal(error), reads=work.seen)
        except AssertionError:
            if self._have_grown(work.seen):
                return None
            raise
        return _Decided(work=work, answer=answer, reads=work.unchanged)

    def _have_grown(self, seen: Sequence[tuple[UUID, int]]) -> bool:
        """Whether a decision rested on streams that were not all of one moment."""
        return any(self._recorder.select_events(stream, gt=version) for stream, version in seen)

    def _store(
        self,
        decided: _Decided,
        *,
        key: str,
        asked: bytes,
        done_timers: Sequence[str],
        done_jobs: Sequence[str],
    ) -> Outcome:
        work = decided.work
        changed = [a for a in work.aggregates.values() if a.pending_events]
        pending = [(a, cast(Fact, fact)) for a in changed for fact in a.pending_events]
        assert len(pending) <= FACTS_IN_ONE_SAVE_MAX, "a save is bounded"
        envelope = _envelope(work.by, key)
        for _, fact in pending:
            object.__setattr__(fact, "envelope", envelope)
        along = Along(
            key=key,
            fingerprint=asked,
            answer=msgspec.json.encode(decided.answer),
            audiences=tuple(a.audience() for a, _ in pending),
            customers=tuple(a.customer() for a, _ in pending),
            reads=decided.reads,
            timers=tuple(work.timers),
            jobs=tuple(work.jobs),
            done_timers=(*work.done_timers, *done_timers),
            done_jobs=tuple(done_jobs),
        )
        recordings = self.save(*changed, along=along)
        last = recordings[-1].notification.id if recordings else None
        return Outcome(answer=decided.answer, position=last)


def fingerprint_of(command: Command) -> bytes:
    """What tells one command from another: its name and all its fields."""
    return sha256(msgspec.json.encode((type(command).__name__, command))).digest()


def _folded(aggregate: Aggregate | None, facts: Iterable[Fact]) -> Aggregate | None:
    """The state after facts; the library's own fold checks a protocol, at ten times the cost."""
    for fact in facts:
        aggregate = fact.mutate(aggregate)
    return aggregate


def _again(known: Remembered, asked: bytes) -> Outcome:
    if known.fingerprint != asked:
        raise KeyReused("the idempotency key was used for another command")
    answer = msgspec.json.decode(known.answer, type=Answer)
    return Outcome(answer=answer, position=known.positions[-1] if known.positions else None)


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
