"""The load: cascades one after the other, through the API, until told to stop.

Run as `python -m proofs.load ADDRESS OPERATOR-TOKEN JOURNAL SEED`; it prints one JSON line.
"""

import logging
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import orjson

from labelmarket.demo.client import Client
from labelmarket.demo.refusals import ApiError, Json
from proofs.journal import Journal, JournaledClient
from proofs.people import ITEMS, PATIENCE_S, People, items, launched

HANDS = 6
STEP_S_MAX = 60.0
LOOK_EVERY_S = 0.1
SHORT_S, LONG_S = 1, 120

OPEN_OFFERS = """
query($p: ID!) { offers(projectId: $p, status: OPEN, first: 20) { nodes { id } } }"""
ORDER = "query($o: ID!) { workOrder(id: $o) { status } }"
BATCH = "query($b: ID!) { batch(id: $b) { status } }"


class Hand:
    """A customer and two providers, who play with each other; for one thread."""

    def __init__(self, people: People, *, number: int, seed: int) -> None:
        self._chance = random.Random(f"{seed} {number}")  # noqa: S311 - a play, no secret
        self._customer = people.client("CUSTOMER")
        self._silent, self._silent_id = people.provider(f"silent {number}")
        self._good, self._good_id = people.provider(f"good {number}")
        self.counts: Counter[str] = Counter()

    def run(self, stopping: threading.Event) -> None:
        """Play on; whatever a fault costs a cascade, the next one begins anew."""
        while not stopping.is_set():
            try:
                self._cascade()
                self.counts["completed"] += 1
            except ApiError as error:
                self.counts[f"given up: {error.code}"] += 1
            except TimeoutError as error:
                self.counts[f"given up: {error}"] += 1

    def _cascade(self) -> None:
        within_s = SHORT_S if self._chance.random() < 0.7 else LONG_S
        ranked = [self._silent_id, self._good_id]
        ids = launched(self._customer, ranked=ranked, answer_within_s=within_s)
        batch_id = _until(lambda: self._taken(ids, hurried=within_s == SHORT_S), "acceptance")
        self._good.mutate("startWork", {"batchId": batch_id}, select="batch { id }")
        half = ITEMS // 2
        for part in (range(half), range(half, ITEMS)):
            upload = self._good.client.upload(items(part), name="labels.json")
            delivery = {"batchId": batch_id, "uploadId": upload}
            self._good.mutate("deliverLabels", delivery, select="part")
        _until(lambda: self._is_delivered(batch_id), "measuring")
        self._customer.mutate("approveBatch", {"batchId": batch_id}, select="batch { id }")

    def _taken(self, ids: Json, *, hurried: bool) -> str:
        """One look at the offers: the silent one declines what is not hurried."""
        for offer_id in self._open(self._good, ids["project"]):
            try:
                answer = self._good.mutate(
                    "acceptOffer", {"offerId": offer_id}, select="batch { id }"
                )
                return str(answer["batch"]["id"])
            except ApiError as error:
                _only(error, "OFFER_EXPIRED", "OFFER_CLOSED")
                self.counts["accepted too late"] += 1
        status = self._customer.client.query(ORDER, o=ids["order"])["workOrder"]["status"]
        if status == "EXHAUSTED":
            again = {"orderId": ids["order"], "answer": "ASK_AGAIN", "answerWithinSeconds": LONG_S}
            self._customer.mutate("answerExhausted", again, select="workOrder { id }")
            ids["again"] = True
        if not hurried or "again" in ids:
            self._decline(ids["project"])
        return ""

    def _decline(self, project_id: str) -> None:
        for offer_id in self._open(self._silent, project_id):
            no = {"offerId": offer_id, "reason": "CAPACITY"}
            try:
                self._silent.mutate("declineOffer", no, select="offer { id }")
            except ApiError as error:
                _only(error, "OFFER_EXPIRED", "OFFER_CLOSED")

    def _is_delivered(self, batch_id: str) -> str:
        status = str(self._customer.client.query(BATCH, b=batch_id)["batch"]["status"])
        return status if status == "DELIVERED" else ""

    def _open(self, who: JournaledClient, project_id: str) -> list[str]:
        nodes = who.client.query(OPEN_OFFERS, p=project_id)["offers"]["nodes"]
        return [str(node["id"]) for node in nodes]


def _only(error: ApiError, *codes: str) -> None:
    if error.code not in codes:
        raise error


def _until(look: Callable[[], str], what: str) -> str:
    deadline = time.monotonic() + STEP_S_MAX
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(LOOK_EVERY_S)
    raise TimeoutError(what)


def main() -> int:
    address, token, place, seed = sys.argv[1:]
    logging.getLogger("httpx").setLevel(logging.WARNING)
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    journal = Journal(Path(place))
    with Client(address=address, token=token, patience_s=PATIENCE_S) as operator:
        people = People(operator=operator, journal=journal)
        hands = [Hand(people, number=number, seed=int(seed)) for number in range(HANDS)]
        threads = [threading.Thread(target=hand.run, args=(stopping,)) for hand in hands]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    journal.close()
    counts = sum((hand.counts for hand in hands), Counter[str]())
    sys.stdout.write(orjson.dumps(counts).decode() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
