"""The API's processes: a request is a command, and its reply may never arrive."""

from collections.abc import Callable
from dataclasses import dataclass

from labelmarket.application.access import Actor
from labelmarket.application.market import Outcome
from labelmarket.application.ports import KeyReused, Unavailable
from labelmarket.application.work import Command
from simulation.process import Process
from simulation.scheduler import Sleep, Steps

NET_S = (0.0005, 0.05)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    command: Command
    by: Actor
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An outcome; or none, when the market says that it does not know, or that a key was used."""

    outcome: Outcome | None = None
    reused: bool = False


class Serve(Process):
    def run(self) -> None:
        """Waits to be asked."""

    def take(self, request: Request, reply: Callable[[Reply], None]) -> None:
        """A request has arrived; nobody hears of one that arrives at a dead process."""
        if self.is_up:
            self.spawn(f"request {request.key}", self._answer(request, reply))

    def _answer(self, request: Request, reply: Callable[[Reply], None]) -> Steps[None]:
        try:
            outcome = yield from self.plainly(
                lambda: self.market.handle(request.command, by=request.by, key=request.key)
            )
            answer = Reply(outcome=outcome)
        except KeyReused:
            answer = Reply(reused=True)
        except Unavailable:
            answer = Reply()
        yield Sleep(self.outside.chance.within_us(*NET_S))
        if not self.outside.chance.strikes("reply lost"):
            reply(answer)
