"""The event-sourced application: takes a command, decides, and stores the facts."""

from abc import abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar, cast
from uuid import UUID

import msgspec
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.persistence import (
    ApplicationRecorder,
    InfrastructureFactory,
    Mapper,
    StoredEvent,
)
from eventsourcing.popo import POPOFactory
from eventsourcing.utils import Environment, EnvType

from labelmarket.application.access import Actor
from labelmarket.application.deciding import Asked, Decided, Deciding, Seen
from labelmarket.application.mapping import FactMapper
from labelmarket.application.ports import (
    AlreadyRecorded,
    Clock,
    KeyReused,
    LogConflict,
    NewId,
    Pause,
    Remembered,
    Unavailable,
)
from labelmarket.application.saving import along, fingerprint_of
from labelmarket.application.work import FACTS_IN_ONE_SAVE_MAX, Answer, Command, refusal
from labelmarket.domain.aggregate import Aggregate, Fact
from labelmarket.domain.errors import Conflict
from labelmarket.domain.facts import FACTS

WRITE_ATTEMPTS_MAX = 8

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


class FactRecorder(ApplicationRecorder):
    """The library's recorder, which takes `along=Along(...)` and remembers keys.

    `insert_events` raises `AlreadyRecorded` for a key that is known and `LogConflict`
    when another writer came first.
    """

    @abstractmethod
    def recorded(self, key: str) -> Remembered | None:
        """What was recorded under a key."""

    @abstractmethod
    def select_streams(self, originator_ids: Collection[UUID]) -> Sequence[StoredEvent]:
        """All facts of these streams, those of each in order."""


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
        self._new_id = new_id
        self._pause = pause
        self._deciding = Deciding(
            load=self.find,
            load_many=self._find_many,
            have_grown=self._have_grown,
            now=now,
            new_id=new_id,
        )
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

    def _find_many(self, ids: Collection[UUID]) -> dict[UUID, Aggregate]:
        facts: dict[UUID, list[Fact]] = {}
        for stored in self._recorder.select_streams(ids):
            fact = cast(Fact, self.mapper.to_domain_event(stored))
            facts.setdefault(fact.originator_id, []).append(fact)
        folded = ((stream, _folded(None, own)) for stream, own in facts.items())
        return {stream: aggregate for stream, aggregate in folded if aggregate is not None}

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
        asked = Asked(
            command=command,
            by=by,
            key=key or f"once:{self._new_id()}",
            fingerprint=fingerprint or fingerprint_of(command),
            done_timers=tuple(done_timers),
            done_jobs=tuple(done_jobs),
        )
        if (known := self.known_answer(key, fingerprint=asked.fingerprint)) is not None:
            return known
        for attempt in range(WRITE_ATTEMPTS_MAX):
            decided = self._deciding.decide(asked)
            if decided is None:
                continue
            if decided.answer.refused is not None and key is None and not decided.facts:
                return Outcome(answer=decided.answer, position=None)
            try:
                return self._store([decided])[0]
            except AlreadyRecorded as again:
                return _again(again.remembered, asked.fingerprint)
            except LogConflict:
                self._pause(attempt)
        crowded = refusal(Conflict("too many others changed this at once; ask again"))
        return Outcome(answer=crowded, position=None, crowded=True)

    def handle_each(self, asked: Sequence[Asked]) -> Iterator[Outcome | Exception]:
        """Carry out one after the other, many in a save; tell what each came to, in order.

        It is as if each were given to `handle` by itself: what is wrong with one, or who comes
        first to its streams, is no other's trouble. An outcome is always a recorded one.
        Whoever stops listening leaves the later ones undone.
        """
        left = list(asked)
        while left:
            group = self._deciding.decide_together(left)
            some, left = left[: max(1, len(group))], left[max(1, len(group)) :]
            try:
                outcomes = self._store(group)
            except Unavailable as error:
                yield from [error] * len(some)
            except Exception:  # whoever stands in the way alone does so again, and is told
                yield from map(self._alone, some)
            else:
                yield from outcomes or map(self._alone, some)

    def _alone(self, asked: Asked) -> Outcome | Exception:
        try:
            outcome = self.handle(
                asked.command,
                by=asked.by,
                key=asked.key,
                fingerprint=asked.fingerprint,
                done_timers=asked.done_timers,
                done_jobs=asked.done_jobs,
            )
            outcome.must_be_recorded()
        except Exception as error:  # the caller's to judge
            return error
        return outcome

    def _have_grown(self, seen: Seen) -> bool:
        """Whether a decision rested on streams that were not all of one moment."""
        return any(self._recorder.select_events(stream, gt=version) for stream, version in seen)

    def _store(self, group: Sequence[Decided]) -> list[Outcome]:
        """Store what was decided, all or nothing."""
        if not group:
            return []
        counts = [decided.facts for decided in group]
        assert sum(counts) <= FACTS_IN_ONE_SAVE_MAX, "a save is bounded"
        kept = along(group)
        facts = [
            fact
            for decided in group
            for aggregate in decided.changed
            for fact in aggregate.collect_events()
        ]
        # The library's `save` would first find out what each aggregate can do, at length.
        recordings = self.events.put(facts, along=kept)
        positions = (recording.notification.id for recording in recordings)
        last = [max(islice(positions, count), default=None) for count in counts]
        return [
            Outcome(answer=decided.answer, position=position)
            for decided, position in zip(group, last, strict=True)
        ]


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
