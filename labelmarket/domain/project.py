"""A project: the brief, the classes and their routing, the items, and what was launched."""

from collections.abc import Collection
from datetime import datetime
from itertools import takewhile
from typing import Self
from uuid import UUID

from labelmarket.domain.bounds import (
    GOLD_FILES_MAX,
    INSTRUCTIONS_MAX,
    MANIFESTS_MAX,
    check_name,
    check_text,
)
from labelmarket.domain.brief import check_requirement, check_target
from labelmarket.domain.errors import Conflict, InvalidInput, NothingToDo
from labelmarket.domain.project_facts import (
    GoldAdded,
    GoldMeasured,
    InstructionsWritten,
    ItemsAdded,
    PrioritiesRanked,
    ProjectCancelled,
    ProjectCompleted,
    ProjectCreated,
    ProjectLaunched,
    ProjectStatus,
    Target,
    TargetRevised,
    TaskDefined,
)
from labelmarket.domain.project_routing import MachineShare
from labelmarket.domain.project_slots import ProjectSlots, Wanted
from labelmarket.domain.routing import Route
from labelmarket.domain.slots import difference
from labelmarket.domain.values import Priority, Requirement

TASKS_MAX = 20
ITEMS_MAX = 10_000_000


class Project(ProjectSlots):
    TOPIC = "Project"

    def __init__(self, *, organisation_id: UUID, name: str, data_type: str, target: Target) -> None:
        super().__init__()
        self.organisation_id = organisation_id
        self.name = name
        self.data_type = data_type
        self.target = target
        self.instructions: tuple[str, ...] = ()
        self.gold_report_digest: str | None = None
        self.gold_measured_parts = 0
        self.priorities: tuple[tuple[Priority, ...], ...] = ()

    def audience(self) -> tuple[UUID | None, UUID | None]:
        return self.id, None

    def customer(self) -> UUID | None:
        return self.organisation_id

    def gold_before(self, upload_digest: str) -> tuple[str, ...]:
        """The gold that was there when this file was added; all of it for a new file."""
        earlier = takewhile(lambda added: added[0] != upload_digest, self.gold.items())
        return tuple(labels for _, labels in earlier)

    # Decisions: when each fact may happen.

    @classmethod
    def create(
        cls,
        *,
        project_id: UUID,
        organisation_id: UUID,
        name: str,
        data_type: str,
        target: Target,
        at: datetime,
    ) -> Self:
        check_name(name, path=("name",))
        check_target(target)
        return cls.begin(
            ProjectCreated,
            id=project_id,
            at=at,
            organisation_id=organisation_id,
            name=name,
            data_type=data_type,
            target=target,
        )

    def define_task(self, *, task_id: UUID, requirement: Requirement, at: datetime) -> None:
        self._not_over()
        if len(self.tasks) >= TASKS_MAX:
            raise InvalidInput(f"{TASKS_MAX} tasks at the most", path=("tasks",))
        check_requirement(requirement, path=("tasks", str(len(self.tasks))))
        self.record(TaskDefined, at=at, task_id=task_id, requirement=requirement)

    def revise_target(self, target: Target, *, at: datetime) -> None:
        self._not_over()
        check_target(target)
        if target != self.target:
            self.record(TargetRevised, at=at, target=target)

    def write_instructions(self, *, digest: str, characters: int, at: datetime) -> None:
        """Add a version; the same text again is the version that it was."""
        self._not_over()
        if self.instructions and self.instructions[-1] == digest:
            return
        if len(self.instructions) >= INSTRUCTIONS_MAX:
            raise Conflict(f"a project has {INSTRUCTIONS_MAX} versions of instructions at the most")
        self.record(
            InstructionsWritten,
            at=at,
            number=len(self.instructions) + 1,
            digest=digest,
            characters=characters,
        )

    def add_items(
        self, *, upload_digest: str, manifest_digest: str, items: int, problems: int, at: datetime
    ) -> None:
        """Count a file of items; the same file again records nothing."""
        if upload_digest in self.manifests:
            return
        self._draft("items are fixed once the project is launched")
        if len(self.manifests) >= MANIFESTS_MAX:
            raise Conflict(f"a project takes {MANIFESTS_MAX} files of items at the most")
        if self.items + items > ITEMS_MAX:
            raise InvalidInput(f"{ITEMS_MAX} items at the most", path=("uploadId",))
        if items:
            self.record(
                ItemsAdded,
                at=at,
                upload_digest=upload_digest,
                manifest_digest=manifest_digest,
                items=items,
                problems=problems,
            )

    def add_gold(
        self, *, upload_digest: str, labels_digest: str, labels: int, problems: int, at: datetime
    ) -> bool:
        """Add true labels, at any time. False when the same file was added already."""
        self._not_over()
        if upload_digest in self.gold:
            return False
        if len(self.gold) >= GOLD_FILES_MAX:
            raise Conflict(f"a project takes {GOLD_FILES_MAX} files of gold at the most")
        self.record(
            GoldAdded,
            at=at,
            upload_digest=upload_digest,
            labels_digest=labels_digest,
            labels=labels,
            problems=problems,
        )
        return True

    def measure_gold(self, *, parts: int, report_digest: str, at: datetime) -> None:
        """Name the report of the gold; one of fewer files than are known records nothing."""
        if parts == len(self.gold) and report_digest != self.gold_report_digest:
            self.record(GoldMeasured, at=at, parts=parts, report_digest=report_digest)

    def rank_priorities(self, ranking: tuple[tuple[Priority, ...], ...], *, at: datetime) -> None:
        self._not_over()
        named = [p for group in ranking for p in group]
        if sorted(named) != sorted(Priority):
            raise InvalidInput(
                "rank price, accuracy and speed, each of them once", path=("ranking",)
            )
        if ranking != self.priorities:
            self.record(PrioritiesRanked, at=at, ranking=ranking)

    def launch(self, shares: Collection[MachineShare] = (), *, at: datetime) -> dict[UUID, Wanted]:
        """Begin; gives what each planned order has people label, which may be nothing.

        The machine's shares are labels from now on. When nothing is left for people the project
        is complete at once.
        """
        self._draft("the project was launched already")
        if not self.items:
            raise NothingToDo("the project has no items yet")
        if not self.classes:
            raise NothingToDo("the project has no classes yet")
        by_task = {share.task_id: share for share in shares}
        needed = (self._leaves_to_people(task, by_task.get(task)) for task in self.tasks)
        if not self.waiting_orders and any(needed):
            raise NothingToDo("no work order is planned for what goes to people")
        self.record(
            ProjectLaunched,
            at=at,
            items=self.items,
            human_classes=self.classes_on(Route.HUMAN),
            machine_classes=self.classes_on(Route.MACHINE),
            shared_out=True,
        )
        self.place_shares(shares, at=at)
        orders = self.start_orders(self.waiting_orders, at=at)
        if not any(one.slots for one in orders.values()) and not self.waits_for_orders:
            self.complete(at=at)
        return orders

    def _leaves_to_people(self, task_id: UUID, share: MachineShare | None) -> bool:
        human = self.classes_on(Route.HUMAN)
        if share is None or (human and not share.whole_items):
            return bool(human)
        return bool(difference(self.open_slots(task_id), share.slots))

    def complete(self, *, at: datetime) -> None:
        if self.status is ProjectStatus.LAUNCHED:
            self.record(ProjectCompleted, at=at)

    def cancel(self, *, reason: str, at: datetime) -> None:
        if self.status is ProjectStatus.CANCELLED:
            return
        if self.status is ProjectStatus.COMPLETED:
            raise Conflict("the project is completed")
        check_text(reason, path=("reason",))
        self.record(ProjectCancelled, at=at, reason=reason)
