"""What falls on the machine room: kills, pauses, restarts, forgetting, jumps and cuts."""

from collections.abc import Callable, Mapping, Sequence

from simulation.process import Outside, Process

DOWN_S = (0.2, 6.0)
PAUSE_S = (1.0, 45.0)
JUMP_S = 120.0
STEPS_BETWEEN = (15.0, 40.0, 120.0)


class Blows:
    def __init__(self, outside: Outside, processes: Sequence[Process]) -> None:
        self._outside = outside
        self._scheduler = outside.scheduler
        self._chance = outside.chance
        self._processes = processes
        self._steps_between = self._chance.one_of(STEPS_BETWEEN)
        self._next_step = 0.0
        self._kinds: Mapping[str, Callable[[], bool]] = {
            "kill": self._kill,
            "pause": self._pause,
            "server restart": self._restart_server,
            "broker wiped": self._wipe,
            "clock jump": self._jump,
            "session cut": self._cut,
        }

    def look(self) -> None:
        """Strike when so many steps were made; so blows fall where something goes on."""
        if self._scheduler.steps < self._next_step:
            return
        self._next_step = self._scheduler.steps + self._chance.random.expovariate(
            1 / self._steps_between
        )
        kind = self._chance.blow()
        if kind is not None and self._kinds[kind]():
            self._chance.happened(kind)
            self._scheduler.say(kind)

    def end(self) -> None:
        """Whatever still stands still carries on."""
        for process in self._processes:
            process.paused_until_us = 0

    def _kill(self) -> bool:
        process = self._chance.one_of(self._processes)
        self._scheduler.spawn(f"kill {process.name}", process.die())
        return process.is_up

    def _pause(self) -> bool:
        process = self._chance.one_of(self._processes)
        process.paused_until_us = self._scheduler.now_us + self._chance.within_us(*PAUSE_S)
        return process.is_up

    def _restart_server(self) -> bool:
        database = self._outside.database
        database.down_until_us = self._scheduler.now_us + self._chance.within_us(*DOWN_S)
        database.sessions.close_all()
        database.timers.lose_takers()
        return True

    def _wipe(self) -> bool:
        self._outside.broker.wipe()
        return True

    def _jump(self) -> bool:
        """A machine's own clock is set to something else, which nobody may notice."""
        process = self._chance.one_of(self._processes)
        process.wall_skew_us = self._chance.within_us(-JUMP_S, JUMP_S)
        return process.is_up

    def _cut(self) -> bool:
        opened = self._outside.database.sessions.opened
        if opened:
            self._chance.one_of(opened).close()
        return bool(opened)
