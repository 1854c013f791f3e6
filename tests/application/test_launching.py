"""A launch rests on the project as it stands, however often it is changed meanwhile."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from labelmarket.application.commands import orders
from labelmarket.application.commands.oracles import AddPredictions
from labelmarket.application.commands.routing import (
    ApplyRoutingThreshold,
    OverrideClassRoute,
    RegisterOracle,
)
from labelmarket.application.launching import ATTEMPTS_MAX, Launching
from labelmarket.application.machine_labels import Placed
from labelmarket.domain.project import Project
from labelmarket.domain.project_facts import ProjectStatus
from labelmarket.domain.routing import Route
from labelmarket.domain.values import ClassMetric
from tests.application.stage import CUSTOMER, OTHER_CUSTOMER, Stage

ITEMS = 10


class Meanwhile:
    """Works out a machine's share; while it does, somebody else may do something."""

    def __init__(self, *others: Callable[[], object]) -> None:
        self.others = list(others)
        self.asked: list[tuple[str, ...]] = []

    def place(self, _: str, *, machine_classes: tuple[str, ...], **__: Any) -> Placed:
        self.asked.append(machine_classes)
        if self.others:
            self.others.pop(0)()
        return Placed(slots=((0, ITEMS),), labels_digest="l", sums_digest="s", labels=ITEMS)


def routed(stage: Stage) -> UUID:
    """A draft whose cats and dogs go to the machine."""
    project_id = stage.project(items=ITEMS, classes=("cat", "dog"))
    metrics = tuple(
        ClassMetric(class_name=name, value=0.9, gold_examples=40) for name in ("cat", "dog")
    )
    stage.do(
        RegisterOracle(project_id=project_id, name="o", metric="ap", metrics=metrics), by=CUSTOMER
    )
    stage.do(ApplyRoutingThreshold(project_id=project_id, threshold=0.5), by=CUSTOMER)
    project = stage.get(Project, project_id)
    stage.do(
        AddPredictions(
            project_id=project_id,
            task_id=None,
            oracle="o",
            version="1",
            upload_digest="u",
            labels_digest="p",
            items=tuple(project.manifests.values()),
            classes=project.class_names,
            labels=ITEMS,
            covered=((0, ITEMS),),
            problems=0,
            problems_digest="n",
        ),
        by=CUSTOMER,
    )
    return project_id


def launch(stage: Stage, project_id: UUID, machine: Meanwhile, **how: Any) -> Any:
    launching = Launching(market=stage.memory.market, machine=machine)  # type: ignore[arg-type]
    return launching(project_id, **{"by": CUSTOMER, "key": None, **how})


def test_a_share_is_worked_out_again_when_routes_were_changed_meanwhile() -> None:
    stage = Stage()
    project_id = routed(stage)
    ada = stage.provider("Ada")
    order = stage.do(
        orders.PlanWorkOrder(
            project_id=project_id, task_id=None, answer_within_s=60, deliver_within_s=60
        ),
        by=CUSTOMER,
    )
    assert ada.viewer is not None
    ranked = (ada.viewer.organisation_id,)
    rank = orders.RankProviders(order_id=order, provider_ids=ranked, expected_version=None)
    stage.do(rank, by=CUSTOMER)
    choice = OverrideClassRoute(
        project_id=project_id, class_name="dog", route=Route.HUMAN, reason=""
    )
    machine = Meanwhile(lambda: stage.do(choice, by=CUSTOMER))

    outcome = launch(stage, project_id, machine)

    assert outcome.answer.refused is None
    assert machine.asked == [("cat", "dog"), ("cat",)]
    ((placed,),) = stage.get(Project, project_id).placed.values()
    assert placed.classes == ("cat",)


def test_a_project_that_is_changed_each_time_stays_a_draft() -> None:
    stage = Stage()
    project_id = routed(stage)
    routes = [Route.HUMAN, Route.MACHINE] * ATTEMPTS_MAX
    changes = [
        OverrideClassRoute(project_id=project_id, class_name="dog", route=route, reason="")
        for route in routes
    ]
    machine = Meanwhile(*(lambda c=c: stage.do(c, by=CUSTOMER) for c in changes))

    outcome = launch(stage, project_id, machine)

    assert outcome.answer.refused is not None
    assert outcome.answer.refused.code == "CONFLICT"
    assert len(machine.asked) == ATTEMPTS_MAX
    assert stage.get(Project, project_id).status is ProjectStatus.DRAFT


@pytest.mark.parametrize("key", [None, "k"])
def test_asked_again_it_is_launched_once(key: str | None) -> None:
    stage = Stage()
    project_id = routed(stage)
    first = launch(stage, project_id, Meanwhile(), key=key)
    head = stage.head()

    again = launch(stage, project_id, Meanwhile(), key=key)

    assert again.answer == first.answer
    assert stage.head() == head


def test_nothing_is_worked_out_for_somebody_else() -> None:
    stage = Stage()
    project_id = routed(stage)
    machine = Meanwhile()

    outcome = launch(stage, project_id, machine, by=OTHER_CUSTOMER)

    assert outcome.answer.refused is not None
    assert outcome.answer.refused.code == "NOT_FOUND"
    assert machine.asked == []
