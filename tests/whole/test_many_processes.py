"""Several processes of each kind share the work, on servers that somebody else runs."""

import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from labelmarket.adapters.embedded.kept import KeptProgram
from labelmarket.demo.play import play
from labelmarket.demo.stage import FactSeen, Message
from labelmarket.demo.summary import Summary
from tests.whole.ground import Ground, ground
from tests.whole.installed import installed_binaries, version_of

MANY = {"serve": 1, "follow": 2, "work": 3}
TAKEOVER_S_MAX = 5.0
PLAY_S_MAX = 90.0
LOOK_EVERY_S = 0.02
FACTS = "SELECT count(*) FROM market.facts WHERE topic = %s"
LAGGING = """
SELECT count(*) FROM views.progress
WHERE position < (SELECT max(notification_id) FROM market.facts)
"""


class Play:
    """The demo's play in a thread, which can be waited for fact by fact."""

    def __init__(self, market: Ground) -> None:
        self.seen: list[str] = []
        self.summary: Summary | None = None
        self._market = market
        self._thread = threading.Thread(target=self._play)
        self._thread.start()

    def _play(self) -> None:
        self.summary = play(
            self._market.address,
            self._market.operator,
            coco=None,
            images=None,
            once=True,
            say=self._hear,
        )

    def _hear(self, message: Message) -> None:
        if isinstance(message, FactSeen):
            self.seen.append(message.type)

    def until(self, fact: str) -> None:
        deadline = time.monotonic() + PLAY_S_MAX
        while fact not in self.seen:
            assert self._thread.is_alive(), "the play ended early"
            assert time.monotonic() < deadline, f"{fact} did not come"
            time.sleep(LOOK_EVERY_S)

    def end(self) -> Summary:
        self._thread.join(timeout=PLAY_S_MAX)
        assert self.summary is not None, "the play failed"
        return self.summary


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the servers' user can reach too."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def test_the_demo_passes_though_the_process_that_leads_is_killed(open_folder: Path) -> None:
    # Given three workers and two followers, on the machine's own servers where it has any
    binaries = installed_binaries()
    for program in (binaries.postgres, binaries.valkey):
        sys.stdout.write(f"{version_of(program)}\n")
    with ground(open_folder, counts=MANY, binaries=binaries) as market:
        demo = Play(market)
        # When the feed that was first there is killed as soon as an offer is out
        demo.until("OfferSent")
        _kill(market.processes["follow"])
        # Then the other one takes over within moments, and the play ends as it should
        assert _caught_up(market) < TAKEOVER_S_MAX
        summary = demo.end()
        assert [offer.outcome for offer in summary.offers[:2]] == ["expired", "declined"]
        assert summary.items == summary.report["images"]
        # And everything happened once
        with psycopg.connect(market.outside.database_url) as connection:
            for topic in ("ProviderAccepted", "SliceFilled", "BatchOpened", "ProjectCompleted"):
                assert connection.execute(FACTS, (topic,)).fetchone() == (1,)


def _kill(kept: KeptProgram) -> None:
    assert kept.pid is not None
    os.kill(kept.pid, signal.SIGKILL)


def _caught_up(market: Ground) -> float:
    """Seconds until every view has every fact that there is by then."""
    began = time.monotonic()
    with psycopg.connect(market.outside.database_url, autocommit=True) as connection:
        while connection.execute(LAGGING).fetchone() != (0,):
            assert time.monotonic() - began < TAKEOVER_S_MAX, "nobody took over"
            time.sleep(LOOK_EVERY_S)
    return time.monotonic() - began
