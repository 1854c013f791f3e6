"""One seed: a market with everything around it, its play, the calm afterwards, and the verdict."""

import traceback
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from labelmarket.adapters.postgres.clock import GOOD_ERROR_S
from simulation.blows import Blows
from simulation.broker import Broker
from simulation.chance import Chance
from simulation.checks import check_end
from simulation.client import Client
from simulation.database import Database, entries_of
from simulation.facts import Facts
from simulation.follow import Follow
from simulation.journal import Broken, Journal
from simulation.people import People
from simulation.process import Outside, Process
from simulation.scheduler import SECOND_US, Scheduler, Steps
from simulation.serve import Serve
from simulation.server_clock import SimulatedClock
from simulation.trace import Trace
from simulation.work import Work
from tests.application.cascade_watch import Watch
from tests.memory_log import CountedIds

STEPS = 2_000
CALM_TURNS_MAX = 200_000
CALM_S_MAX = 60 * 24 * 3_600
OPENING_TURNS_MAX = 20_000
PLAY_TURNS_PER_STEP_MAX = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the outside is made of; tests put broken parts in."""

    facts: type[Facts] = Facts
    clock: type[SimulatedClock] = SimulatedClock
    follow: type[Follow] = Follow


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a seed ended; `failure` tells which promise was broken."""

    seed: int
    steps: int
    hours: float
    facts: int
    commands: int
    struck: Counter[str]
    on: frozenset[str]
    digest: str
    failure: str | None
    lines: tuple[str, ...] = field(repr=False)


class Run:
    def __init__(self, seed: int, *, parts: Parts, whole_trace: bool) -> None:
        self.seed = seed
        self.chance = Chance(seed)
        self.trace = Trace(whole=whole_trace)
        self.scheduler = Scheduler(self.chance, self.trace)
        facts = parts.facts(self.scheduler)
        self.database = Database(self.scheduler, facts=facts)
        outside = Outside(
            scheduler=self.scheduler,
            database=self.database,
            broker=Broker(self.scheduler),
            new_id=CountedIds(),
            clock=parts.clock,
        )
        self.servers = [Serve(name, outside) for name in ("api 1", "api 2")]
        doomed: set[tuple[str, str]] = set()
        self.processes: list[Process] = [
            *self.servers,
            *(parts.follow(name, outside) for name in ("follow 1", "follow 2")),
            *(Work(name, outside, doomed) for name in ("work 1", "work 2")),
        ]
        self.journal = Journal()
        self.watch = Watch(clock_error=timedelta(seconds=GOOD_ERROR_S))
        self.client = Client(self.scheduler, self.servers, self.journal)
        self.people = People(self.database, self.client)
        self.blows = Blows(outside, self.processes)

    def play(self, *, steps: int) -> None:
        """Raises `AssertionError` where a promise is broken."""
        self.chance.is_calm = True
        for process in self.processes:
            process.start()
        self.scheduler.spawn("opening", self.people.open())
        self._until_quiet(turns_max=OPENING_TURNS_MAX)
        self.scheduler.steps = 0
        self.chance.is_calm = False
        for name, life in self.people.lives():
            self.scheduler.spawn(name, life)
        for _ in range(steps * PLAY_TURNS_PER_STEP_MAX):
            if self.scheduler.steps >= steps or self.scheduler.next_us() is None:
                break
            self.blows.look()
            self._turn()

    def calm(self) -> None:
        """No more faults: everything comes to rest, and everybody hears the same again."""
        self.chance.is_calm = True
        self.blows.end()
        self._until_quiet(turns_max=CALM_TURNS_MAX)
        self.scheduler.spawn("everybody again", self._say_again())
        self._until_quiet(turns_max=CALM_TURNS_MAX)
        check_end(self)

    def _say_again(self) -> Steps[None]:
        for said in list(self.journal.said):
            yield from self.client.repeat(said)

    def _until_quiet(self, *, turns_max: int) -> None:
        end_us = self.scheduler.now_us + CALM_S_MAX * SECOND_US
        for _ in range(turns_max):
            next_us = self.scheduler.next_us()
            if next_us is None:
                return
            if next_us > end_us:
                break
            self._turn()
        raise Broken("the market never comes to rest")

    def _turn(self) -> None:
        self.scheduler.run_one()
        if self.database.facts.head > self.watch.position:
            news = self.database.facts.read(after=self.watch.position, limit=1_000)
            for fact, entry in zip(news, entries_of(news), strict=True):
                self.trace.say(self.scheduler.now_us, "log", f"{fact.position} {fact.state!r}")
                self.watch.look(entry)


def run(
    seed: int, *, steps: int = STEPS, parts: Parts | None = None, whole_trace: bool = False
) -> Ended:
    """Play a seed to its end; a broken promise is told, not raised."""
    played = Run(seed, parts=parts or Parts(), whole_trace=whole_trace)
    failure = None
    try:
        played.play(steps=steps)
        steps_done = played.scheduler.steps
        played.calm()
    except Exception as error:  # whatever ends a run is what it found
        failure = _told(error)
        steps_done = min(steps, played.scheduler.steps)
    return Ended(
        seed=seed,
        steps=steps_done,
        hours=played.scheduler.now_us / SECOND_US / 3_600,
        facts=len(played.database.facts.log),
        commands=len(played.journal.said),
        struck=played.chance.struck,
        on=played.chance.on,
        digest=played.trace.digest(),
        failure=failure,
        lines=tuple(played.trace.lines),
    )


def _told(error: Exception) -> str:
    """What broke, and the line that noticed."""
    noticed = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} [{noticed.name}: {noticed.line}]"
