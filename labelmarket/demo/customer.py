"""The customer: prepares a project, chooses providers, and takes the labels."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from labelmarket.demo.client import FILE_TIMEOUT_S, Client
from labelmarket.demo.coco import Picture, class_names, items_of, key_of
from labelmarket.demo.documents import BATCH, ORDER, PROJECT, RECOMMENDATIONS, REPORT
from labelmarket.demo.material import Material
from labelmarket.demo.refusals import ApiError, Json
from labelmarket.demo.stage import CascadeShown, OfferShown, Say, Step, step
from labelmarket.demo.vetting import CURRENCY, TASK
from labelmarket.demo.waits import wait_for

ME: Final = "customer"
UPLOADS_AT_ONCE: Final = 4
ITEMS_PER_FILE_MAX: Final = 500
BARE_ITEMS_PER_FILE_MAX: Final = 50_000
ROUNDS_MAX: Final = 3
DELIVER_WITHIN_S: Final = 6 * 3600

INSTRUCTIONS: Final = """\
Draw a tight box around every object of the classes listed, also where it is partly hidden
or cut by the image's edge. A rider and the bicycle are two objects. Leave out what is only
a reflection or a picture. Many people who cannot be told apart are one box, marked as a crowd.
"""


class Customer:
    """Acts for one project by the customer's token."""

    def __init__(self, market: Client, *, material: Material, say: Say) -> None:
        self._market = market
        self._material = material
        self._say = say
        self.project_id = ""
        self.order_id = ""

    def prepare(self) -> None:
        """Make the project with its classes, items, instructions, priorities and gold."""
        with step(ME, f"makes the project “{self._material.title}”", say=self._say):
            self._create()
        pictures = self._material.truth["images"]
        size = ITEMS_PER_FILE_MAX if self._material.has_images else BARE_ITEMS_PER_FILE_MAX
        with step(ME, f"uploads {len(pictures):,} items", say=self._say):
            for some in _chunks(pictures, size=size):
                self._add_items(some)
        with step(ME, "writes the instructions", say=self._say):
            self._do("writeInstructions", {"text": INSTRUCTIONS})
        with step(ME, "ranks accuracy before price before speed", say=self._say):
            self._do("rankPriorities", {"ranking": [["ACCURACY"], ["PRICE"], ["SPEED"]]})
        with step(ME, "uploads the true labels that only it knows", say=self._say):
            upload_id = self._market.upload(self._material.gold, name="gold.json")
            self._read_file("addGold", {"uploadId": upload_id}, select="labels problemCount")

    def plan(self, *, answer_within_s: int) -> None:
        with step(ME, "plans the work order", say=self._say):
            times = {
                "answerWithinSeconds": answer_within_s,
                "deliverWithinSeconds": DELIVER_WITHIN_S,
            }
            planned = self._do("planWorkOrder", times, select="workOrder { id }")
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

    def approve(self, batch_id: str, *, within_s: float) -> None:
        """Approve the batch, and wait until the project is complete."""

        def completed() -> bool | None:
            found = self._market.query(PROJECT, id=self.project_id, waitFor=self._market.position)
            return True if found["project"]["status"] == "COMPLETED" else None

        with step(ME, "approves the labels", say=self._say):
            self._market.mutate("approveBatch", {"batchId": batch_id}, select="batch { id }")
            wait_for(completed, what="the project's completion", within_s=within_s)

    def _create(self) -> None:
        fields = {
            "name": self._material.title,
            "dataType": "image",
            "tasks": [{"taskType": TASK, "geometry": "box"}],
            "target": {"accuracy": 0.9, "currency": CURRENCY},
        }
        made = self._market.mutate("createProject", fields, select="project { id }")
        self.project_id = made["project"]["id"]
        classes = [{"name": name} for name in class_names(self._material.truth)]
        self._do("defineClasses", {"classes": classes})

    def _add_items(self, pictures: Sequence[Picture]) -> None:
        """Add items, each with its uploaded image where there is one."""
        media: list[Json] = []
        if self._material.has_images:
            keys = [key_of(picture) for picture in pictures]
            with ThreadPoolExecutor(UPLOADS_AT_ONCE) as pool:
                ids = pool.map(self._upload_image, keys)
                media = [
                    {"key": key, "uploadId": upload_id}
                    for key, upload_id in zip(keys, ids, strict=True)
                    if upload_id is not None
                ]
        upload_id = self._market.upload(items_of(pictures), name="items.json")
        fields = {"uploadId": upload_id, "media": media}
        self._read_file("addItems", fields, select="added problemCount")

    def _upload_image(self, key: str) -> str | None:
        content = self._material.image(key)
        return self._market.upload(content, name=key) if content is not None else None

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


def _chunks(pictures: Sequence[Picture], *, size: int) -> Iterator[Sequence[Picture]]:
    for first in range(0, len(pictures), size):
        yield pictures[first : first + size]
