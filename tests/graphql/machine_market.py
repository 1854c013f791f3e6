"""A market in memory in which a machine says something, too."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from labelmarket.application.ports import Job
from labelmarket.bootstrap.work import measuring_on
from labelmarket.domain.access_token import Role
from labelmarket.workers.estimates.providers import estimate_providers
from tests.graphql.conftest import Client
from tests.graphql.memory_office import MemoryOffice
from tests.graphql.played_project import Played

PREVIEW = """query($id: ID!, $threshold: Float!) { previewRouting(
    projectId: $id, threshold: $threshold) { threshold saving problems
    classes { name route metric }
    tasks { machineItems machineLabels accuracy { low mean high }
        people { items secondItems currency price { low mean high } accuracy { mean } } }
    curve { threshold machineClasses peopleItems price accuracy }
    forTwoPoints { threshold price } } }"""


@dataclass(slots=True)
class Market:
    """A project, and two providers who could label it."""

    play: Played
    office: MemoryOffice

    @classmethod
    def open(cls, folder: Path, *, task_type: str, data_type: str) -> Self:
        """A draft of one task, and two providers who do such tasks."""
        office = MemoryOffice(folder, estimates=estimate_providers)
        app = office.web()
        customer, operator = (
            Client(app, office.token(role)) for role in (Role.CUSTOMER, Role.OPERATOR)
        )
        play = Played(office, customer, operator)
        for name in ("Ada", "Bel"):
            play.add_provider(name, task_type=task_type)
        fields = {"name": "Pets", "dataType": data_type, "tasks": [{"taskType": task_type}]}
        made = customer.done("createProject", "project { id }", **fields)
        play.project_id = made["project"]["id"]
        return cls(play, office)

    def work(self) -> None:
        """Do all jobs that wait, as a worker would."""
        recorder = self.office.play.recorder
        while waiting := recorder.jobs.keys() - recorder.done_jobs:
            for job_id in sorted(waiting):
                self._do(recorder.jobs[job_id])
        self.office.settle()

    def work_on(self, job: Job) -> None:
        self._do(job)
        self.office.settle()

    def _do(self, job: Job) -> None:
        measuring = measuring_on(self.office.play.market, self.office.blobs)
        measuring.run(job.id, kind=job.kind, args=job.args)

    def project(self, select: str) -> dict[str, Any]:
        document = f"query($id: ID!) {{ project(id: $id) {{ {select} }} }}"
        found = self.play.customer.ask(document, id=self.play.project_id)["project"]
        return dict(found)

    def preview(self, threshold: float) -> dict[str, Any]:
        asked = {"id": self.play.project_id, "threshold": threshold}
        return dict(self.play.customer.ask(PREVIEW, **asked)["previewRouting"])

    def order(self, *, items: int | None = None) -> str:
        planned = self.play.on_project("planWorkOrder", "workOrder { id }", items=items)
        order_id = str(planned["workOrder"]["id"])
        self.play.customer.done(
            "rankProviders", orderId=order_id, providerIds=self.play.provider_ids
        )
        self.office.settle()
        return order_id
