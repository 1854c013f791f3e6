"""People who act in a running market, through the public API alone."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, Self

import orjson

from labelmarket.demo.client import Client
from tests.api.running import RunningMarket

WAIT_S_MAX = 30.0
Json = dict[str, Any]


def always() -> list[Json]:
    """Working hours that never end."""
    return [{"weekday": day, "start": "00:00", "end": "00:00"} for day in range(7)]


def coco(
    images: dict[str, list[tuple[str, list[float]]]],
    *,
    classes: tuple[str, ...],
    size: tuple[int, int] = (100, 100),
    score: float | None = None,
) -> bytes:
    """A COCO file: image name → labels of (class, box), or predictions of one score."""
    numbers = {name: number for number, name in enumerate(images, start=1)}
    labels = [
        {
            "image_id": numbers[name],
            "category_id": classes.index(kind) + 1 if kind in classes else 999,
            "bbox": box,
            "area": box[2] * box[3],
            "iscrowd": 0,
            **({} if score is None else {"score": score}),
        }
        for name, given in images.items()
        for kind, box in given
    ]
    return orjson.dumps(
        {
            "images": [
                {"id": number, "file_name": name, "width": size[0], "height": size[1]}
                for name, number in numbers.items()
            ],
            "annotations": [{"id": n, **label} for n, label in enumerate(labels, start=1)],
            "categories": [{"id": n, "name": name} for n, name in enumerate(classes, start=1)],
        }
    )


class People:
    """Makes accounts, and waits for what is to come. Use it in a `with` block."""

    def __init__(self, market: RunningMarket) -> None:
        self.market = market
        self._stack = ExitStack()
        self.operator = self.client(market.operator)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def client(self, token: str) -> Client:
        return self._stack.enter_context(
            Client(address=self.market.address, token=token, patience_s=5.0)
        )

    def token(self, role: str, *, life_s: int = 3600) -> str:
        fields = {"name": role.lower(), "role": role, "expiresInSeconds": life_s}
        return str(self.operator.mutate("createToken", fields, select="secret")["secret"])

    def customer(self) -> Client:
        return self.client(self.token("CUSTOMER"))

    def provider(
        self,
        name: str,
        *,
        task: str = "object_detection",
        items_per_month: int = 10_000,
        capability: Json | None = None,
        vet: bool = True,
    ) -> tuple[Client, str]:
        """A provider that never closes; listed unless told otherwise. Gives its id, too."""
        client = self.client(self.token("PROVIDER"))
        applied = client.mutate(
            "applyAsProvider",
            {"name": name, "workforce": "STAFF", "region": "DE", "contact": "a@example.org"},
            select="provider { id }",
        )
        provider_id = str(applied["provider"]["id"])
        skills = {"taskType": task, "unitsPerHour": "100", **(capability or {})}
        client.mutate("publishCapabilities", {"capabilities": [skills]}, select="provider { id }")
        rate = {"taskType": task, "currency": "EUR", "setup": "1", "perItem": "0.05"}
        client.mutate("publishRateCard", {"rates": [rate]}, select="provider { id }")
        client.mutate(
            "setAvailability",
            {
                "timeZone": "Europe/Berlin",
                "shifts": always(),
                "itemsPerMonth": items_per_month,
            },
            select="provider { id }",
        )
        if vet:
            self.operator.mutate(
                "vetProvider", {"providerId": provider_id}, select="provider { id }"
            )
        return client, provider_id

    def project(
        self,
        customer: Client,
        *,
        items: bytes,
        classes: tuple[str, ...],
        data_type: str = "image",
        requirement: Json | None = None,
    ) -> str:
        """A project with items and classes, not yet launched."""
        tasks = [requirement or {"taskType": "object_detection"}]
        created = customer.mutate(
            "createProject",
            {"name": "a project", "dataType": data_type, "tasks": tasks},
            select="project { id }",
        )
        project_id = str(created["project"]["id"])
        customer.mutate(
            "defineClasses",
            {"projectId": project_id, "classes": [{"name": name} for name in classes]},
            select="project { id }",
        )
        upload_id = customer.upload(items, name="items.json")
        customer.mutate(
            "addItems", {"projectId": project_id, "uploadId": upload_id}, select="added"
        )
        return project_id

    def order(
        self,
        customer: Client,
        project_id: str,
        ranked: list[str],
        *,
        task_id: str | None = None,
        items: int | None = None,
        answer_within_s: int = 600,
    ) -> str:
        """A planned order with its providers in their order."""
        what = {"projectId": project_id, "taskId": task_id, "items": items}
        planned = customer.mutate(
            "planWorkOrder",
            {**what, "answerWithinSeconds": answer_within_s},
            select="workOrder { id }",
        )
        order_id = str(planned["workOrder"]["id"])
        customer.mutate(
            "rankProviders",
            {"orderId": order_id, "providerIds": ranked},
            select="workOrder { id }",
        )
        return order_id


def until(look: Callable[[], Any]) -> Any:
    """What `look` finds, as soon as it is something."""
    deadline = time.monotonic() + WAIT_S_MAX
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come in time")
