"""People of a market under load: accounts made through the API, and a project to work on."""

from dataclasses import dataclass

from labelmarket.demo.client import Client
from labelmarket.demo.refusals import Json
from proofs.journal import Journal, JournaledClient
from tests.api.people import always, coco

PATIENCE_S = 25.0
CLASSES = ("car",)
BOX = [1.0, 1.0, 5.0, 5.0]
ITEMS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Makes accounts as the operator, and clients whose mutations are written down."""

    operator: Client
    journal: Journal

    def client(self, role: str) -> JournaledClient:
        fields = {"name": role.lower(), "role": role, "expiresInSeconds": 86_400}
        made = self.operator.mutate("createToken", fields, select="secret")
        return JournaledClient(
            address=self.operator.address,
            token=str(made["secret"]),
            journal=self.journal,
            patience_s=PATIENCE_S,
        )

    def provider(self, name: str) -> tuple[JournaledClient, str]:
        """A listed provider that never closes, and its id."""
        provider = self.client("PROVIDER")
        about = {"name": name, "workforce": "STAFF", "region": "DE", "contact": "a@b.example"}
        made = provider.mutate("applyAsProvider", about, select="provider { id }")
        rate = {"taskType": "object_detection", "currency": "EUR", "setup": "1", "perItem": "0.05"}
        skills = {"taskType": "object_detection", "unitsPerHour": "100"}
        hours = {"timeZone": "UTC", "shifts": always(), "itemsPerMonth": 1_000_000}
        for mutation, fields in (
            ("publishCapabilities", {"capabilities": [skills]}),
            ("publishRateCard", {"rates": [rate]}),
            ("setAvailability", hours),
        ):
            provider.mutate(mutation, fields, select="provider { id }")
        provider_id = str(made["provider"]["id"])
        self.operator.mutate("vetProvider", {"providerId": provider_id}, select="provider { id }")
        return provider, provider_id


def launched(customer: JournaledClient, *, ranked: list[str], answer_within_s: int) -> Json:
    """A launched project with one order; the ids of both."""
    about = {"name": "load", "dataType": "image", "tasks": [{"taskType": "object_detection"}]}
    project = customer.mutate("createProject", about, select="project { id }")["project"]["id"]
    customer.mutate(
        "defineClasses",
        {"projectId": project, "classes": [{"name": name} for name in CLASSES]},
        select="project { id }",
    )
    upload = customer.client.upload(items(range(ITEMS)), name="items.json")
    customer.mutate("addItems", {"projectId": project, "uploadId": upload}, select="added")
    planned = customer.mutate(
        "planWorkOrder",
        {"projectId": project, "answerWithinSeconds": answer_within_s},
        select="workOrder { id }",
    )
    order = planned["workOrder"]["id"]
    customer.mutate(
        "rankProviders", {"orderId": order, "providerIds": ranked}, select="workOrder { id }"
    )
    customer.mutate("launchProject", {"projectId": project}, select="project { id }")
    return {"project": project, "order": order}


def items(numbers: range, *, width: float = BOX[2]) -> bytes:
    """A COCO file of these items, one label in each."""
    box = [*BOX[:2], width, BOX[3]]
    return coco({f"{number}.jpg": [("car", box)] for number in numbers}, classes=CLASSES)
