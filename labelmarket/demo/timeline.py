"""The facts of the project as they are recorded, for the live view."""

from collections.abc import Iterator
from threading import Event
from typing import Final

from labelmarket.demo.client import Client
from labelmarket.demo.documents import EVENTS, PROJECT_EVENTS
from labelmarket.demo.feed import Feed
from labelmarket.demo.refusals import Json
from labelmarket.demo.stage import FactSeen, Say, naming

LOOK_EVERY_S: Final = 0.5
PAGE: Final = 100
PAGES_MAX: Final = 100_000


class Timeline:
    """Tells of every fact of one project once; `run` is given a thread of its own."""

    def __init__(self, *, address: str, token: str, project_id: str, after: str, say: Say) -> None:
        self._address = address
        self._token = token
        self._project_id = project_id
        self._after = after
        self._say = say

    def run(self, stop: Event) -> None:
        """Follow the subscription; while it is broken, read the log instead."""
        with (
            naming("customer", "follows the facts"),
            Client(address=self._address, token=self._token) as market,
            Feed(
                address=self._address,
                token=self._token,
                document=PROJECT_EVENTS,
                variables={"projectId": self._project_id},
                after=self._after,
            ) as feed,
        ):
            while not stop.is_set():
                fact = feed.next(timeout_s=LOOK_EVERY_S)
                if fact is not None:
                    self._tell(fact)
                elif not feed.is_connected:
                    for missed in log_after(market, after=feed.after):
                        feed.after = missed["position"]
                        if missed["projectId"] == self._project_id:
                            self._tell(missed)

    def _tell(self, fact: Json) -> None:
        self._say(FactSeen(type=fact["type"], at=fact["at"]))


def log_after(market: Client, *, after: str | None) -> Iterator[Json]:
    """Read all facts after a position that the caller may see, in their order."""
    for _ in range(PAGES_MAX):
        page = market.query(EVENTS, after=after, first=PAGE)["events"]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["nodes"][-1]["position"]
