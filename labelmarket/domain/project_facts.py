"""The facts of a project, and the change that each one makes."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from labelmarket.domain.aggregate import Fact, FirstFact
from labelmarket.domain.slots import Ranges
from labelmarket.domain.values import LabelClass, Priority, Requirement


class ProjectStatus(StrEnum):
    DRAFT = "draft"
    LAUNCHED = "launched"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the customer wants to reach; each part may be left open."""

    accuracy: float | None = None
    deadline: datetime | None = None
    budget: Decimal | None = None
    currency: str | None = None


class ProjectState(Protocol):
    """What these facts change."""

    status: ProjectStatus
    target: Target
    tasks: dict[UUID, Requirement]
    instructions: tuple[str, ...]
    classes: tuple[LabelClass, ...]
    manifests: dict[str, str]
    items: int
    gold: dict[str, str]
    gold_report_digest: str | None
    gold_measured_parts: int
    priorities: tuple[tuple[Priority, ...], ...]
    orders: dict[UUID, UUID]
    order_sizes: dict[UUID, int]
    held: dict[UUID, Ranges]
    unlabeled: dict[UUID, Ranges]


class ProjectCreated(FirstFact):
    TOPIC = "ProjectCreated"
    organisation_id: UUID
    name: str
    data_type: str
    target: Target


class TaskDefined(Fact):
    TOPIC = "TaskDefined"
    task_id: UUID
    requirement: Requirement

    def apply(self, project: ProjectState, /) -> None:
        project.tasks = {**project.tasks, self.task_id: self.requirement}


class TargetRevised(Fact):
    TOPIC = "TargetRevised"
    target: Target

    def apply(self, project: ProjectState, /) -> None:
        project.target = self.target


class InstructionsWritten(Fact):
    TOPIC = "InstructionsWritten"
    number: int
    digest: str
    characters: int

    def apply(self, project: ProjectState, /) -> None:
        project.instructions = (*project.instructions, self.digest)


class ClassesDefined(Fact):
    TOPIC = "ClassesDefined"
    classes: tuple[LabelClass, ...]

    def apply(self, project: ProjectState, /) -> None:
        project.classes = self.classes


class ItemsAdded(Fact):
    TOPIC = "ItemsAdded"
    upload_digest: str
    manifest_digest: str
    items: int
    problems: int

    def apply(self, project: ProjectState, /) -> None:
        project.manifests = {**project.manifests, self.upload_digest: self.manifest_digest}
        project.items += self.items


class GoldAdded(Fact):
    TOPIC = "GoldAdded"
    upload_digest: str
    labels_digest: str
    labels: int
    problems: int

    def apply(self, project: ProjectState, /) -> None:
        project.gold = {**project.gold, self.upload_digest: self.labels_digest}


class GoldMeasured(Fact):
    """The report of the true labels; `parts` says of how many gold files."""

    TOPIC = "GoldMeasured"
    parts: int
    report_digest: str

    def apply(self, project: ProjectState, /) -> None:
        project.gold_report_digest = self.report_digest
        project.gold_measured_parts = self.parts


class PrioritiesRanked(Fact):
    """What matters most first; priorities in one group matter alike."""

    TOPIC = "PrioritiesRanked"
    ranking: tuple[tuple[Priority, ...], ...]

    def apply(self, project: ProjectState, /) -> None:
        project.priorities = self.ranking


class OrderAdded(Fact):
    """A work order was planned, for so many items of its task or for all that will be left."""

    TOPIC = "OrderAdded"
    class_version = 2
    order_id: UUID
    task_id: UUID
    items: int | None

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        state["items"] = None

    def apply(self, project: ProjectState, /) -> None:
        project.orders = {**project.orders, self.order_id: self.task_id}
        if self.items is not None:
            project.order_sizes = {**project.order_sizes, self.order_id: self.items}


class ProjectLaunched(Fact):
    """The market begins. `shared_out` says that `SlotsOrdered` tells the slots of each order."""

    TOPIC = "ProjectLaunched"
    class_version = 2
    items: int
    human_classes: tuple[str, ...]
    machine_classes: tuple[str, ...]
    shared_out: bool

    @staticmethod
    def upcast_v1_v2(state: dict[str, Any]) -> None:
        # Every order of such a launch was given all items, and of other tasks nothing waits.
        state["shared_out"] = False

    def apply(self, project: ProjectState, /) -> None:
        project.status = ProjectStatus.LAUNCHED
        if not self.shared_out:
            every = ((0, self.items),)
            project.held = dict.fromkeys(project.orders, every)
            ordered = set(project.orders.values())
            project.unlabeled = {task: every for task in project.tasks if task not in ordered}


class ProjectCompleted(Fact):
    TOPIC = "ProjectCompleted"

    def apply(self, project: ProjectState, /) -> None:
        project.status = ProjectStatus.COMPLETED


class ProjectCancelled(Fact):
    TOPIC = "ProjectCancelled"
    reason: str

    def apply(self, project: ProjectState, /) -> None:
        project.status = ProjectStatus.CANCELLED
