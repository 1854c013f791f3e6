"""Decides commands on streams as they are now: one by itself, or several that go together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from labelmarket.application.access import Actor
from labelmarket.application.ports import Clock, NewId
from labelmarket.application.shared_streams import LoadsMany, SharedStreams
from labelmarket.application.work import Answer, Command, Loads, Work, refusal
from labelmarket.domain.aggregate import Aggregate
from labelmarket.domain.errors import Refusal

TOGETHER_MAX = 150
TOGETHER_FACTS_MAX = 400
"""Others wait while a save is under way, so it is kept short when it need not be long."""

Seen = Sequence[tuple[UUID, int]]
"""Streams, each with the version that was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command, who gives it, the key that it is known by, and what is done when it is."""

    command: Command
    by: Actor
    key: str
    fingerprint: bytes
    done_timers: tuple[str, ...] = ()
    done_jobs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """An answer, what goes with it, and the streams that it rests on and does not change.

    `changed` is what this command changed itself: a later one of the same save may look at
    the same aggregate, change it, and be refused.
    """

    asked: Asked
    work: Work
    answer: Answer
    reads: Seen
    changed: tuple[Aggregate, ...]

    @property
    def facts(self) -> int:
        return sum(len(a.pending_events) for a in self.changed)


class Deciding:
    """`have_grown` tells whether streams are longer by now than they were seen."""

    def __init__(
        self,
        *,
        load: Loads,
        load_many: LoadsMany,
        have_grown: Callable[[Seen], bool],
        now: Clock,
        new_id: NewId,
    ) -> None:
        self._load = load
        self._load_many = load_many
        self._have_grown = have_grown
        self._now = now
        self._new_id = new_id

    def decide(self, asked: Asked) -> Decided | None:
        """Decide by itself; None when streams were not all of one moment."""
        return self._decide(asked, load=self._load)

    def decide_together(self, asked: Sequence[Asked]) -> list[Decided]:
        """Decide the first of these, as many as fit into one save.

        Each is decided as if those before it were stored: a stream is loaded once for all of
        them, and one that needs a changed stream has to wait for the next save. So has one
        that something is wrong with, to be asked by itself.
        """
        some = asked[:TOGETHER_MAX]
        shared = SharedStreams(self._load_many, [one.command for one in some])
        decided: list[Decided] = []
        facts, keys = 0, set[str]()
        for one in some:
            try:
                then = self._decide(one, load=shared.find)
            except Exception:  # it is raised again when the command is asked by itself
                break
            if then is None or one.key in keys or facts + then.facts > TOGETHER_FACTS_MAX:
                break
            shared.changed.update(aggregate.id for aggregate in then.changed)
            facts += then.facts
            keys.add(one.key)
            decided.append(then)
        return decided

    def _decide(self, asked: Asked, *, load: Loads) -> Decided | None:
        """Streams are loaded one after the other, so one of them may grow in between.

        A refusal, or something that cannot be, may have come of that.
        """
        work = Work(load=load, new_id=self._new_id, at=self._now(), by=asked.by)
        try:
            answer = asked.command.decide(work)
        except Refusal as error:
            if self._have_grown(work.seen):
                return None
            nothing = Work(load=load, new_id=self._new_id, at=work.at, by=asked.by)
            return Decided(
                asked=asked, work=nothing, answer=refusal(error), reads=work.seen, changed=()
            )
        except AssertionError:
            if self._have_grown(work.seen):
                return None
            raise
        return Decided(
            asked=asked,
            work=work,
            answer=answer,
            reads=work.unchanged,
            changed=tuple(a for a in work.aggregates.values() if a.pending_events),
        )
