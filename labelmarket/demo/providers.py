"""Simulated providers: each acts by itself, with its own token, as its role in the play asks."""

from collections.abc import Callable, Iterator
from enum import Enum
from threading import Event
from typing import Final

from labelmarket.demo.client import Client
from labelmarket.demo.documents import OFFER_EVENTS, OPEN_OFFERS, PARTS_READ, WORK_ITEMS
from labelmarket.demo.feed import Feed
from labelmarket.demo.hands import Hand, Handed, Task
from labelmarket.demo.refusals import ApiError, Json
from labelmarket.demo.stage import PlayFailed, Say, Step, naming, step
from labelmarket.demo.vetting import Account
from labelmarket.demo.waits import wait_for

LOOK_EVERY_S: Final = 0.4
"""A provider looks at its offers at least this often, whatever its subscription says."""
PARTS: Final = 3
PAGE: Final = 100
READ_WITHIN_S: Final = 120.0
TOO_LATE: Final = frozenset({"OFFER_EXPIRED", "OFFER_CLOSED", "ORDER_NOT_OPEN"})


class Behaviour(Enum):
    """What a provider does with an offer; it follows from its place in the ranking."""

    SILENT = "never answers"
    DECLINES = "declines for want of capacity"
    ACCEPTS = "accepts and delivers"


class Provider:
    """One simulated provider at work. `run` is given a thread of its own."""

    def __init__(
        self,
        *,
        address: str,
        account: Account,
        behaviour: Behaviour,
        hand: Callable[[], Hand],
        after: str,
        say: Say,
    ) -> None:
        self.name = account.player.name
        self._address = address
        self._token = account.token
        self._behaviour = behaviour
        self._hand = hand
        self._after = after
        self._say = say
        self._seen: set[str] = set()

    def run(self, stop: Event) -> None:
        """Look after offers until told to stop. The subscription only says when to look."""
        with (
            naming(self.name, "looks at its offers"),
            Client(address=self._address, token=self._token) as market,
            Feed(
                address=self._address,
                token=self._token,
                document=OFFER_EVENTS,
                variables={},
                after=self._after,
            ) as bell,
        ):
            while not stop.is_set():
                found = market.query(OPEN_OFFERS, waitFor=bell.after)
                for offer in found["offers"]["nodes"]:
                    if offer["id"] not in self._seen:
                        self._seen.add(offer["id"])
                        self._answer(market, offer)
                bell.next(timeout_s=LOOK_EVERY_S)

    def _answer(self, market: Client, offer: Json) -> None:
        if self._behaviour is Behaviour.SILENT:
            self._say(Step(who=self.name, text="sees the offer and does not answer"))
            return
        try:
            with naming(self.name, "answers its offer"):
                batch = self._decline_or_accept(market, offer)
        except PlayFailed as failed:
            # A server that was down may have eaten the time; the next provider is asked then.
            if failed.code not in TOO_LATE:
                raise
            self._say(Step(who=self.name, text="answers too late"))
            return
        if batch is not None:
            self._work(market, batch)

    def _decline_or_accept(self, market: Client, offer: Json) -> Json | None:
        """Answer; an acceptance gives the batch that it opened."""
        if self._behaviour is Behaviour.DECLINES:
            note = "Our teams are booked."
            answer = {"offerId": offer["id"], "reason": "CAPACITY", "note": note}
            market.mutate("declineOffer", answer, select="offer { id }")
            self._say(Step(who=self.name, text="declines: its teams are booked"))
            return None
        answer = {"offerId": offer["id"]}
        batch: Json = market.mutate("acceptOffer", answer, select="batch { id items }")["batch"]
        self._say(Step(who=self.name, text=f"accepts, and takes on {batch['items']:,} items"))
        return batch

    def _work(self, market: Client, batch: Json) -> None:
        with step(self.name, "starts the work", say=self._say):
            market.mutate("startWork", {"batchId": batch["id"]}, select="batch { id }")
            tasks = list(self._work_items(market, batch["id"]))
        hand = self._hand()
        share = max(1, -(-len(tasks) // PARTS))
        for first in range(0, len(tasks), share):
            some = tasks[first : first + share]
            self._deliver(market, batch["id"], hand.label(some), items=len(some))
        with step(self.name, "looks at how its parts were read", say=self._say):
            self._look_at_parts(market, batch["id"])

    def _work_items(self, market: Client, batch_id: str) -> Iterator[Task]:
        """List what is to be labeled, and look at the first image or text there is."""
        after, looked = None, False
        while True:
            found = market.query(
                WORK_ITEMS, id=batch_id, first=PAGE, after=after, waitFor=market.position
            )
            page = found["batch"]["workItems"]
            for item in page["nodes"]:
                if item["mediaUrl"] and not looked:
                    looked = bool(market.fetch(item["mediaUrl"]))
                yield Task(key=item["key"], classes=tuple(item["classes"]))
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    def _deliver(self, market: Client, batch_id: str, file: Handed, *, items: int) -> None:
        text = f"delivers {file.labels:,} labels of {items:,} items"
        with step(self.name, text, say=self._say):
            upload_id = market.upload(file.content, name=file.name)
            delivery = {"batchId": batch_id, "uploadId": upload_id}
            market.mutate("deliverLabels", delivery, select="part")

    def _look_at_parts(self, market: Client, batch_id: str) -> None:
        def all_read() -> list[Json] | None:
            found = market.query(PARTS_READ, id=batch_id, waitFor=market.position)
            parts: list[Json] = found["batch"]["parts"]
            return None if any(part["state"] == "READING" for part in parts) else parts

        for part in wait_for(all_read, what="reading the parts", within_s=READ_WITHIN_S):
            if part["state"] == "REFUSED":
                raise ApiError(code=part["refusedCode"], message=part["refusedMessage"])
            if part["problemCount"]:
                text = f"finds {part['problemCount']} rows of part {part['number']} left out"
                self._say(Step(who=self.name, text=text))
