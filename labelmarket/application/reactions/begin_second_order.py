"""When an order begins in a project with critical classes, a second one begins beside it."""

from labelmarket.application.commands.seconds import BeginSecondOrder
from labelmarket.application.view import Entry, topics_of
from labelmarket.application.work import Command
from labelmarket.domain.work_order_facts import WorkOrderOpened


class BeginSecondOrders:
    name = "begin_second_order"
    topics = topics_of(WorkOrderOpened)

    def react(self, entry: Entry, /) -> tuple[Command, ...]:
        if not isinstance(entry.fact, WorkOrderOpened) or not entry.fact.second_classes:
            return ()
        return (BeginSecondOrder(order_id=entry.fact.originator_id),)
