"""A client of the API: asks, waits, and asks again under the same key until it knows."""

from collections.abc import Sequence
from uuid import UUID

from labelmarket.application.access import Actor
from labelmarket.application.commands.providers import ReinstateProvider
from labelmarket.application.market import Outcome
from labelmarket.application.work import Command
from simulation.journal import Broken, Journal, Said
from simulation.scheduler import Park, Scheduler, Sleep, Steps, Task
from simulation.serve import NET_S, Reply, Request, Serve

TRIES_MAX = 40
GIVE_UP = 0.03
"""How likely a client never asks again after a lost reply."""
PATIENCE_S = (0.02, 12.0)
BACKOFF_S = (0.05, 4.0)
TWICE = 0.1
MISUSE = 0.03
"""How likely a client says another thing under a key that was used."""


class Mailbox:
    """Where a reply arrives, if somebody still waits for it."""

    def __init__(self, scheduler: Scheduler, owner: Task) -> None:
        self._scheduler = scheduler
        self._owner: Task | None = owner
        self.reply: Reply | None = None

    def put(self, reply: Reply) -> None:
        if self._owner is not None and self.reply is None:
            self.reply = reply
            self._scheduler.wake(self._owner, at_us=self._scheduler.now_us)

    def close(self) -> None:
        self._owner = None


class Client:
    def __init__(self, scheduler: Scheduler, servers: Sequence[Serve], journal: Journal) -> None:
        self._scheduler = scheduler
        self._chance = scheduler.chance
        self._servers = servers
        self._journal = journal

    def say(self, command: Command, *, by: Actor) -> Steps[Outcome | None]:
        """The outcome; None when it will never be known."""
        said = self._journal.begin(command, by=by)
        if not (yield from self._until_known(said)):
            return None
        if self._chance.random.random() < TWICE:
            yield from self._until_known(said)
        if self._chance.random.random() < MISUSE:
            yield from self._misuse(said)
        return said.outcome

    def repeat(self, said: Said) -> Steps[None]:
        """Ask what was asked before, under its key."""
        yield from self._until_known(said)

    def thing(self, command: Command, *, by: Actor) -> Steps[UUID | None]:
        """The id of what a command was about; None when it was refused or is not known."""
        outcome = yield from self.say(command, by=by)
        return None if outcome is None else outcome.answer.thing

    def _until_known(self, said: Said) -> Steps[bool]:
        request = Request(command=said.command, by=said.by, key=said.key)
        for _ in range(TRIES_MAX):
            reply = yield from self._ask(request)
            if reply is not None and reply.reused:
                raise Broken(f"{said.key} was not used for anything else")
            if reply is not None and reply.outcome is not None and not reply.outcome.crowded:
                self._journal.acknowledge(said, reply.outcome)
                return True
            if not self._chance.is_calm and self._chance.random.random() < GIVE_UP:
                return False
            yield Sleep(self._chance.within_us(*BACKOFF_S))
        if self._chance.is_calm:
            raise Broken(f"{said.key} is never answered")
        return False

    def _misuse(self, said: Said) -> Steps[None]:
        other = ReinstateProvider(provider_id=UUID(int=0), note=said.key)
        reply = yield from self._ask(Request(command=other, by=said.by, key=said.key))
        if reply is not None and reply.outcome is not None:
            raise Broken(f"{said.key} was taken for another command")

    def _ask(self, request: Request) -> Steps[Reply | None]:
        """The reply, or None when none came in time."""
        server = self._chance.one_of(self._servers)
        owner = self._scheduler.current
        assert owner is not None, "a client asks in its own turn"
        mailbox = Mailbox(self._scheduler, owner)
        yield Sleep(self._chance.within_us(*NET_S))
        if not self._chance.strikes("request lost"):
            server.take(request, mailbox.put)
        yield Park(self._scheduler.now_us + self._chance.within_us(*PATIENCE_S))
        mailbox.close()
        return mailbox.reply
