"""What every customer does: orders, chooses, watches, and takes the labels."""

from collections.abc import Callable, Sequence
from typing import Final

from labelmarket.demo.client import FILE_TIMEOUT_S, Client
from labelmarket.demo.documents import BATCH, ORDER, PROJECT, RECOMMENDATIONS, REPORT
from labelmarket.demo.refusals import ApiError, Json
from labelmarket.demo.stage import CascadeShown, OfferShown, Say, Step, step
from labelmarket.demo.waits import wait_for

ME: Final = "customer"
ROUNDS_MAX: Final = 3
DELIVER_WITHIN_S: Final = 6 * 3600


class Buyer:
    """Acts for one project by the customer's token."""

    def __init__(self, market: Client, *, say: Say) -> None:
        self._market = market
        self._say = say
        self.project_id = ""
        self.order_id = ""

    def plan(self, *, answer_within_s: int, items: int | None = None) -> None:
        """Plan an order for so many items, or for all."""
        much = "" if items is None else f" of {items:,} items"
        with step(ME, f"plans the work order{much}", say=self._say):
            fields = {
                "items": items,
                "answerWithinSeconds": answer_within_s,
                "deliverWithinSeconds": DELIVER_WITHIN_S,
            }
            planned = self._do("planWorkOrder", fields, select="workOrder { id }")
            self.order_id = planned["workOrder"]["id"]

    def recommendation(self) -> Json:
        """Take the market's recommendation as it is now."""
        with step(ME, "asks for the recommendation", say=self._say):
            found = self._market.query(
                RECOMMENDATIONS, orderId=self.order_id, waitFor=self._market.position
            )
        return dict(found["recommendations"])

    def rank(self, provider_ids: Sequence[str]) -> None:
        with step(ME, "puts the providers into its own order", say=self._say):
            ranking = {"orderId": self.order_id, "providerIds": list(provider_ids)}
            self._market.mutate("rankProviders", ranking, select="workOrder { rankingVersion }")

    def launch(self) -> None:
        with step(ME, "launches", say=self._say):
            self._do("launchProject", {})

    def wait_for_taker(self, *, within_s: float, check: Callable[[], None]) -> str:
        """Watch offers come and go until one is accepted; gives the batch's id.

        When nobody took the work, which a server that was down may cause, everybody is
        asked again, twice at most.
        """
        rounds = 1

        def taken() -> str | None:
            nonlocal rounds
            check()
            order = self._order()
            if order["status"] == "EXHAUSTED":
                if rounds >= ROUNDS_MAX:
                    raise ApiError(code="NO_TAKER", message=f"nobody accepted in {rounds} rounds")
                rounds += 1
                again = {"orderId": self.order_id, "answer": "ASK_AGAIN"}
                self._market.mutate("answerExhausted", again, select="workOrder { round }")
            return next((o["batch"]["id"] for o in order["offers"] if o["batch"]), None)

        with step(ME, "waits for a provider", say=self._say):
            return wait_for(taken, what="an acceptance", within_s=within_s)

    def offers(self) -> tuple[OfferShown, ...]:
        return _shown(self._order())

    def wait_for_labels(self, batch_id: str, *, within_s: float, check: Callable[[], None]) -> Json:
        def delivered() -> Json | None:
            check()
            batch: Json | None = self._market.query(BATCH, id=batch_id)["batch"]
            ready = batch and batch["status"] == "DELIVERED" and batch["reportReady"]
            return batch if ready else None

        with step(ME, "waits for the labels", say=self._say):
            return wait_for(delivered, what="the delivery", within_s=within_s)

    def report(self, *, of: str, batch_id: str | None, images: int, within_s: float) -> Json:
        """Wait for a report that speaks of all images. The gold's belongs to the project."""

        def measured() -> Json | None:
            scope = {"batchId": batch_id} if batch_id else {"projectId": self.project_id}
            report: Json | None = self._market.query(REPORT, **scope, of=of)["report"]
            return report if report is not None and report["images"] >= images else None

        with step(ME, f"reads the report of the {of.lower()} labels", say=self._say):
            return wait_for(measured, what="the report", within_s=within_s)

    def approve(self, batch_id: str) -> None:
        with step(ME, "approves the labels", say=self._say):
            self._market.mutate("approveBatch", {"batchId": batch_id}, select="batch { id }")

    def wait_for_completion(self, *, within_s: float) -> None:
        def completed() -> bool | None:
            found = self._market.query(PROJECT, id=self.project_id, waitFor=self._market.position)
            return True if found["project"]["status"] == "COMPLETED" else None

        with step(ME, "waits until the project is complete", say=self._say):
            wait_for(completed, what="the project's completion", within_s=within_s)

    def _order(self) -> Json:
        """Look at the order, and show its offers."""
        found = self._market.query(ORDER, id=self.order_id, waitFor=self._market.position)
        order: Json = found["workOrder"]
        self._say(CascadeShown(offers=_shown(order)))
        return order

    def _read_file(self, name: str, fields: Json, *, select: str) -> None:
        """Let the market read an upload; what it leaves out is told."""
        read = self._market.mutate(
            name,
            {"projectId": self.project_id, **fields},
            select=select,
            timeout_s=FILE_TIMEOUT_S,
        )
        if read["problemCount"]:
            self._say(Step(who=ME, text=f"learns that {read['problemCount']:,} rows are left out"))

    def _do(self, name: str, fields: Json, *, select: str = "project { id }") -> Json:
        """Carry out a mutation on the project."""
        return self._market.mutate(name, {"projectId": self.project_id, **fields}, select=select)


def _shown(order: Json) -> tuple[OfferShown, ...]:
    offers = sorted(order["offers"], key=lambda offer: str(offer["sentAt"]))
    return tuple(
        OfferShown(
            provider=offer["provider"]["name"],
            outcome="" if offer["status"] == "OPEN" else offer["status"].lower(),
            sent_at=offer["sentAt"],
            answer_by=offer["answerBy"],
            ended_at=offer["endedAt"] or "",
        )
        for offer in offers
    )
