"""When a work order ends, its project may have ended with it."""

from labelmarket.application.commands.slots import CompleteProject
from labelmarket.application.view import Entry, topics_of
from labelmarket.application.work import Command
from labelmarket.domain.work_order_facts import WorkOrderCancelled, WorkOrderCompleted


class CompleteProjectWithOrders:
    name = "complete_project"
    topics = topics_of(WorkOrderCancelled, WorkOrderCompleted)

    def react(self, entry: Entry, /) -> tuple[Command, ...]:
        if not isinstance(entry.fact, (WorkOrderCancelled, WorkOrderCompleted)):
            return ()
        assert entry.project_id is not None, "a work order belongs to a project"
        return (CompleteProject(project_id=entry.project_id),)
