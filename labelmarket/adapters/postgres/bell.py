"""The bell: one listening connection a process, which tells that there may be news.

A bell is a hint. Whoever waits for it looks by itself after a while all the same, so a
lost one costs a moment and never a fact.
"""

import threading
import time
from collections.abc import Callable

import psycopg

CHANNELS = ("facts", "timers", "jobs", "views")

RECONNECT_PAUSE_S = 0.2
LISTEN_SLICE_S = 0.5


class Ring:
    """Waits for one channel; a ring between two waits is not lost."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def ring(self) -> None:
        self._rung.set()

    def wait(self, timeout_s: float) -> None:
        """Come back at a ring, or after the timeout."""
        self._rung.wait(timeout_s)
        self._rung.clear()


class PostgresBell:
    """Listens in a thread of its own and comes back after every break."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._listeners: dict[str, list[Callable[[], None]]] = {c: [] for c in CHANNELS}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="bell", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=5)

    def ring_for(self, *channels: str) -> Ring:
        """A ring of one's own for these channels."""
        ring = Ring()
        for channel in channels:
            self.on(channel, ring.ring)
        return ring

    def on(self, channel: str, tell: Callable[[], None], /) -> None:
        """Have `tell` called, in the bell's thread, at every ring."""
        self._listeners[channel].append(tell)

    def _listen(self) -> None:
        while not self._stopping.is_set():
            try:
                self._hear()
            except psycopg.Error:
                time.sleep(RECONNECT_PAUSE_S)

    def _hear(self) -> None:
        with psycopg.connect(
            self._database_url, autocommit=True, application_name="labelmarket bell"
        ) as connection:
            for channel in CHANNELS:
                connection.execute(f"LISTEN {channel}")
            # What was said while nobody listened is not repeated: ring for everything.
            self._ring(CHANNELS)
            while not self._stopping.is_set():
                for notice in connection.notifies(timeout=LISTEN_SLICE_S):
                    self._ring((notice.channel,))
                    if self._stopping.is_set():
                        return

    def _ring(self, channels: tuple[str, ...]) -> None:
        for channel in channels:
            for tell in self._listeners.get(channel, []):
                tell()
