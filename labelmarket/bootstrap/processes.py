"""The market's own processes: started side by side, kept alive, stopped before the servers."""

import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from labelmarket.adapters.embedded.kept import KeptProgram, stop_together
from labelmarket.adapters.embedded.locks import wait_until_free
from labelmarket.adapters.embedded.programs import Program, Spawner

STOP_SIGNALS = ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))
DEATHS_TOLD = 3
ORPHANS_SECONDS_MAX = 10.0


class Processes:
    """Each process has its own session, so that Ctrl-C in a terminal reaches the supervisor alone.

    They die by SIGTERM with the supervisor: a process that has children of its own ends them.
    """

    def __init__(
        self,
        *,
        children: Mapping[str, Sequence[str]],
        data: Path,
        environment: Mapping[str, str],
        announce: Callable[[str], None],
    ) -> None:
        self._announce = announce
        self._spawner = Spawner()
        self._told: set[str] = set()
        self._kept = [
            KeptProgram(
                program=Program(
                    name=name,
                    argv=tuple(argv),
                    folder=Path.cwd(),
                    log=data / "logs" / f"{name}.log",
                    alive=alive_file(data=data, name=name),
                    environment=environment,
                    death_signal=signal.SIGTERM,
                    stop_signals=STOP_SIGNALS,
                ),
                spawner=self._spawner,
            )
            for name, argv in children.items()
        ]

    def tend(self) -> None:
        """Restart what died, and tell once, with its last words, when something keeps dying."""
        for kept in self._kept:
            kept.tend()
            name = kept.program.name
            if kept.deaths_in_a_row < DEATHS_TOLD:
                self._told.discard(name)
            elif name not in self._told:
                self._told.add(name)
                self._announce(f"{name} keeps ending: {kept.last_words()}")

    def deaths_in_a_row_max(self) -> int:
        return max((kept.deaths_in_a_row for kept in self._kept), default=0)

    def last_words(self) -> str:
        """Say what each process wrote last."""
        return "; ".join(f"{kept.program.name}: {kept.last_words()}" for kept in self._kept)

    def stop(self) -> None:
        stop_together(self._kept)
        self._spawner.close()


def alive_file(*, data: Path, name: str) -> Path:
    return data / "locks" / f"{name}.alive"


def wait_for_orphans(*, data: Path, names: Sequence[str]) -> None:
    """Give the processes of a killed supervisor a bounded time to end."""
    for name in names:
        wait_until_free(alive_file(data=data, name=name), seconds_max=ORPHANS_SECONDS_MAX)
