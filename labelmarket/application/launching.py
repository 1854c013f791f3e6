"""Works out what the machine labels, then lets the market decide: at the launch, and later."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import msgspec

from labelmarket.application.access import Actor
from labelmarket.application.commands.starting import (
    LaunchProject,
    PlaceMachineLabels,
    StartWorkOrder,
)
from labelmarket.application.label_kinds import kind_of
from labelmarket.application.labels import LabelKind
from labelmarket.application.machine_labels import MACHINE, MachineLabels
from labelmarket.application.market import Market, Outcome
from labelmarket.application.work import Command, Stale, refusal
from labelmarket.domain.errors import Conflict, Refusal
from labelmarket.domain.project import Project
from labelmarket.domain.project_routing import MachineShare, ShareBasis
from labelmarket.domain.work_order import WorkOrder

ATTEMPTS_MAX = 8
"""How often shares are worked out when others keep changing the project meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launching:
    market: Market
    machine: MachineLabels

    def __call__(self, project_id: UUID, *, by: Actor, key: str | None) -> Outcome:
        """Launch; whoever asks again under the same key hears the same answer."""

        def command() -> Command:
            return LaunchProject(project_id=project_id, shares=self.shares(project_id, by=by))

        return self._settled(("launchProject", project_id), command, by=by, key=key)

    def start(self, order_id: UUID, *, by: Actor, key: str | None) -> Outcome:
        """Begin an order of a launched project, with what is left to people now."""

        def command() -> Command:
            order = self.market.find(WorkOrder, order_id)
            shares = () if order is None else self.shares(order.project_id, by=by)
            return StartWorkOrder(order_id=order_id, shares=shares)

        return self._settled(("startWorkOrder", order_id), command, by=by, key=key)

    def place(self, project_id: UUID, *, by: Actor, key: str | None) -> Outcome:
        """Let the machine label what no order holds, as routes are now."""

        def command() -> Command:
            return PlaceMachineLabels(project_id=project_id, shares=self.shares(project_id, by=by))

        return self._settled(("placeMachineLabels", project_id), command, by=by, key=key)

    def shares(self, project_id: UUID, *, by: Actor) -> tuple[MachineShare, ...]:
        """The machine's share of each task as routes are now; nothing for whoever may not ask."""
        project = self.market.find(Project, project_id)
        if project is None or project.is_over:
            return ()
        try:
            by.must_own(project.organisation_id)
        except Refusal:
            return ()
        bases = {task_id: project.share_basis(task_id) for task_id in project.tasks}
        return tuple(
            self._share(project, task_id, basis)
            for task_id, basis in bases.items()
            if basis is not None
        )

    def _settled(
        self,
        asked: tuple[str, UUID],
        command: Callable[[], Command],
        *,
        by: Actor,
        key: str | None,
    ) -> Outcome:
        """Carry out a command that rests on shares, made anew when these are outdated."""
        fingerprint = sha256(msgspec.json.encode(asked)).digest()
        known = self.market.known_answer(key, fingerprint=fingerprint)
        if known is not None:
            return known
        for _ in range(ATTEMPTS_MAX):
            try:
                return self.market.handle(command(), by=by, key=key, fingerprint=fingerprint)
            except Stale:
                continue
        crowded = Conflict("the project was changed each time its shares were worked out")
        return Outcome(answer=refusal(crowded), position=None)

    def _share(self, project: Project, task_id: UUID, basis: ShareBasis) -> MachineShare:
        said = project.predictions[task_id]
        kind = kind_of(self.market, project.tasks[task_id].task_type)
        placed = self.machine.place(
            basis.predictions,
            kind=kind,
            items=basis.manifests,
            classes=basis.classes,
            machine_classes=basis.machine_classes,
            within=basis.opened,
            gold=tuple(project.gold.values()),
            name=f"{MACHINE}{said.oracle} {said.version}",
        )
        return MachineShare(
            task_id=task_id,
            basis=basis,
            whole_items=kind is LabelKind.ITEM_CLASS,
            slots=placed.slots,
            labels_digest=placed.labels_digest,
            sums_digest=placed.sums_digest,
            labels=placed.labels,
        )
