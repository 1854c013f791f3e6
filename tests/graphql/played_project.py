"""A project played up to an accepted offer, through the API alone."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import orjson

from labelmarket.domain.access_token import Role
from tests.graphql.conftest import Client
from tests.graphql.memory_office import MemoryOffice

ITEMS = 7
SHIFTS = [{"weekday": day, "start": "00:00", "end": "23:59"} for day in range(7)]


def upload(client: Client, content: bytes, name: str = "a file") -> str:
    """Upload bytes as a client does, and give the upload's id."""
    fields = {"name": name, "bytes": len(content), "sha256": sha256(content).hexdigest()}
    upload = client.done("createUpload", "upload { id url }", **fields)["upload"]
    answer = client.send("PUT", upload["url"], content=content)
    assert answer.status_code == 201, answer.text
    return str(upload["id"])


def coco(images: int) -> bytes:
    listed = [
        {"id": n, "file_name": f"{n}.png", "width": 100, "height": 80} for n in range(1, images + 1)
    ]
    return orjson.dumps({"images": listed, "annotations": [], "categories": []})


@dataclass(slots=True)
class Played:
    """Everybody with their tokens, and the ids of what came about."""

    market: MemoryOffice
    customer: Client
    operator: Client
    providers: list[Client] = field(default_factory=list)
    provider_ids: list[str] = field(default_factory=list)
    project_id: str = ""
    order_id: str = ""

    def add_provider(self, name: str, *, task_type: str = "object_detection") -> None:
        provider = Client(self.customer.app, self.market.token(Role.PROVIDER))
        fields = {
            "name": name,
            "workforce": "STAFF",
            "region": "EU",
            "contact": f"{name}@example.org",
        }
        provider_id = provider.done("applyAsProvider", "provider { id }", **fields)["provider"][
            "id"
        ]
        geometries = ["box"] if task_type == "object_detection" else []
        capability = {"taskType": task_type, "geometries": geometries, "unitsPerHour": "100"}
        provider.done("publishCapabilities", capabilities=[capability])
        rate = {"taskType": task_type, "currency": "EUR", "perItem": "0.10"}
        provider.done("publishRateCard", rates=[rate])
        provider.done("setAvailability", timeZone="UTC", shifts=SHIFTS, itemsPerMonth=1_000)
        self.operator.done("vetProvider", providerId=provider_id)
        self.providers.append(provider)
        self.provider_ids.append(provider_id)

    def launch(self) -> None:
        """A project whose order asks the providers one after the other."""
        task = {"taskType": "object_detection", "geometry": "box"}
        made = self.customer.done(
            "createProject", "project { id }", name="Street", dataType="image", tasks=[task]
        )
        self.project_id = made["project"]["id"]
        self.on_project("addItems", uploadId=upload(self.customer, coco(ITEMS)))
        self.on_project("defineClasses", classes=[{"name": "bicycle"}])
        self.on_project("writeInstructions", text="Draw tightly.")
        planned = self.on_project("planWorkOrder", "workOrder { id }", answerWithinSeconds=60)
        self.order_id = planned["workOrder"]["id"]
        self.customer.done("rankProviders", orderId=self.order_id, providerIds=self.provider_ids)
        self.on_project("launchProject")
        self.market.settle()

    def on_project(self, name: str, select: str = "position", **fields: Any) -> dict[str, Any]:
        return self.customer.done(name, select, projectId=self.project_id, **fields)

    def open_offer(self, provider: Client) -> dict[str, Any]:
        found = provider.ask("{ offers(status: OPEN) { nodes { id round rank } } }")
        (offer,) = found["offers"]["nodes"]
        return dict(offer)

    def accept(self, provider: Client) -> str:
        """Accept the provider's open offer, and give the batch's id."""
        offer = self.open_offer(provider)
        accepted = provider.done(
            "acceptOffer", "offer { status } batch { id }", offerId=offer["id"]
        )
        assert accepted["offer"] == {"status": "ACCEPTED"}
        self.market.settle()
        return str(accepted["batch"]["id"])
