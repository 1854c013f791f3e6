"""When a work order ends, its project may have ended with it."""

from collections.abc import Iterable

from labelmarket.application.commands.orders import CompleteProject
from labelmarket.application.view import Entry
from labelmarket.application.work import Command
from labelmarket.domain.work_order_facts import WorkOrderCancelled, WorkOrderCompleted


class CompleteProjectWithOrders:
    name = "complete_project"

    def react(self, entry: Entry, /) -> Iterable[Command]:
        if isinstance(entry.fact, (WorkOrderCancelled, WorkOrderCompleted)):
            assert entry.project_id is not None, "a work order belongs to a project"
            yield CompleteProject(project_id=entry.project_id)
