"""Mutations on what no work order holds, while a project runs."""

import strawberry

from labelmarket.application.commands.slots import LeaveUnlabeled, ReleaseWorkOrder
from labelmarket.graphql.context import Info
from labelmarket.graphql.mutations.keyed import Keyed
from labelmarket.graphql.mutations.orders import order_of
from labelmarket.graphql.mutations.projects import project_of
from labelmarket.graphql.mutations.things import ProjectPayload, WorkOrderPayload
from labelmarket.graphql.settling import settle, settle_file


@strawberry.input
class StartWorkOrderInput(Keyed):
    order_id: strawberry.ID


@strawberry.input
class ReleaseWorkOrderInput(Keyed):
    order_id: strawberry.ID
    reason: str = ""


@strawberry.input
class PlaceMachineLabelsInput(Keyed):
    project_id: strawberry.ID


@strawberry.input
class LeaveUnlabeledInput(Keyed):
    project_id: strawberry.ID
    reason: str = ""


@strawberry.type
class StartWorkOrderPayload(WorkOrderPayload):
    pass


@strawberry.type
class ReleaseWorkOrderPayload(WorkOrderPayload):
    pass


@strawberry.type
class PlaceMachineLabelsPayload(ProjectPayload):
    pass


@strawberry.type
class LeaveUnlabeledPayload(ProjectPayload):
    pass


@strawberry.type
class SlotMutations:
    @strawberry.mutation(
        description="Begin an order of a launched project. The machine labels its share of what no "
        "order holds, as routes are now; the order takes what is left to people."
    )
    async def start_work_order(
        self, info: Info, input: StartWorkOrderInput
    ) -> StartWorkOrderPayload:
        return await settle_file(
            info,
            StartWorkOrderPayload,
            input.idempotency_key,
            prepare=lambda: order_of(input.order_id),
            carry_out=lambda order_id, asking: info.context.office.launch.start(
                order_id, by=info.context.actor, key=asking.key
            ),
        )

    @strawberry.mutation(
        description="Stop asking. Items that no provider has taken on go back to the project, to "
        "be routed or ordered anew."
    )
    async def release_work_order(
        self, info: Info, input: ReleaseWorkOrderInput
    ) -> ReleaseWorkOrderPayload:
        return await settle(
            info,
            ReleaseWorkOrderPayload,
            input.idempotency_key,
            lambda: ReleaseWorkOrder(order_id=order_of(input.order_id), reason=input.reason),
        )

    @strawberry.mutation(
        description="Let the machine label what no order holds, as routes are now; what it had "
        "labeled there before does not count any more."
    )
    async def place_machine_labels(
        self, info: Info, input: PlaceMachineLabelsInput
    ) -> PlaceMachineLabelsPayload:
        return await settle_file(
            info,
            PlaceMachineLabelsPayload,
            input.idempotency_key,
            prepare=lambda: project_of(input.project_id),
            carry_out=lambda project_id, asking: info.context.office.launch.place(
                project_id, by=info.context.actor, key=asking.key
            ),
        )

    @strawberry.mutation(description="Give up what waits for an order; it gets no labels.")
    async def leave_unlabeled(
        self, info: Info, input: LeaveUnlabeledInput
    ) -> LeaveUnlabeledPayload:
        return await settle(
            info,
            LeaveUnlabeledPayload,
            input.idempotency_key,
            lambda: LeaveUnlabeled(project_id=project_of(input.project_id), reason=input.reason),
        )
