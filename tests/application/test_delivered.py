"""What was delivered is told by who made it, task by task."""

from uuid import UUID

import pytest

from labelmarket.application import delivered
from labelmarket.application.access import Actor
from labelmarket.application.commands.batches import RequestRework, RevokeBatch
from labelmarket.application.commands.classes import MarkClassCritical
from labelmarket.application.commands.orders import PlanWorkOrder, RankProviders
from labelmarket.application.commands.projects import AddItems, CreateProject, DefineClasses
from labelmarket.application.commands.starting import LaunchProject
from labelmarket.application.delivered import Layer, labeled_twice
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.project import Project
from labelmarket.domain.project_facts import Target
from labelmarket.domain.slots import Ranges
from labelmarket.domain.values import LabelClass
from tests.application.stage import BOXES, CUSTOMER, Stage, organisation

ALL: Ranges = ((0, 10),)
HALF: Ranges = ((0, 5),)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def work(stage: Stage, order_id: UUID, who: Actor, slots: Ranges = ALL) -> LabelBatch:
    batch = stage.accepted(order_id, by=who)
    return stage.delivered(batch, slots, digest=f"file of {batch.id}")


def layers(stage: Stage, *batches: LabelBatch, task_id: UUID | None = None) -> tuple[Layer, ...]:
    project = stage.get(Project, batches[0].project_id)
    ids = [batch.id for batch in batches]
    return delivered.of_project(stage.memory.market, project, ids, task_id=task_id)


def told(some: tuple[Layer, ...]) -> list[tuple[str, Ranges]]:
    return [(one.annotator, one.on) for one in some]


def test_what_was_taken_back_does_not_count_but_was_reported(stage: Stage) -> None:
    ada = stage.provider("Ada")
    batch = work(stage, stage.launched(ada), ada)
    rework = RequestRework(batch_id=batch.id, reason="wrong", deliver_within_s=60)
    stage.do(rework, by=CUSTOMER)
    stage.delivered(stage.get(LabelBatch, batch.id), ALL, digest="again")
    stage.do(RevokeBatch(batch_id=batch.id, reason="wrong again"), by=CUSTOMER)
    batch = stage.get(LabelBatch, batch.id)

    assert layers(stage, batch) == delivered.of_batch(stage.memory.market, batch) == ()
    assert told(delivered.in_report(stage.memory.market, batch)) == [("provider: Ada", ALL)]


def test_providers_of_one_name_are_told_apart(stage: Stage) -> None:
    # Given a critical class, which two providers label who call themselves alike
    ada, other = stage.provider("Ada"), stage.provider("Ada ")
    project_id = stage.project()
    critical = MarkClassCritical(
        project_id=project_id, class_name="cat", critical=True, reason="rare"
    )
    stage.do(critical, by=CUSTOMER)
    first = stage.planned(project_id, ada, other)
    stage.do(LaunchProject(project_id=project_id), by=CUSTOMER)
    stage.memory.settle()
    (second,) = stage.get(Project, project_id).second_orders
    # When both deliver
    batches = work(stage, first, ada), work(stage, second, other, HALF)
    # Then each is told by its id, too, and what both label is known
    found = layers(stage, *batches)
    assert told(found) == [
        (f"provider: Ada ({organisation(ada).hex[:8]})", ALL),
        (f"provider: Ada ({organisation(other).hex[:8]})", HALF),
    ]
    assert labeled_twice(found) == 5


def test_the_labels_of_one_task_can_be_told_from_those_of_another(stage: Stage) -> None:
    # Given a project of two tasks on the same items
    ada = stage.provider("Ada")
    tasks = (BOXES, BOXES)
    made = CreateProject(name="Two", data_type="image", tasks=tasks, target=Target())
    project_id = stage.do(made, by=CUSTOMER)
    classes = (LabelClass(name="cat"),)
    stage.do(DefineClasses(project_id=project_id, classes=classes), by=CUSTOMER)
    items = AddItems(
        project_id=project_id,
        upload_digest="u",
        manifest_digest="m",
        after=(),
        items=10,
        problems=0,
        problems_digest="n",
    )
    stage.do(items, by=CUSTOMER)
    task_ids = list(stage.get(Project, project_id).tasks)
    orders = [planned(stage, project_id, task_id, ada) for task_id in task_ids]
    stage.do(LaunchProject(project_id=project_id), by=CUSTOMER)
    stage.memory.settle()
    # When labels of both are in
    batches = [work(stage, orders[0], ada), work(stage, orders[1], ada, HALF)]
    # Then either can be had alone, and together
    for task_id, own in zip(task_ids, (ALL, HALF), strict=True):
        assert told(layers(stage, *batches, task_id=task_id)) == [("provider: Ada", own)]
    assert told(layers(stage, *batches)) == [("provider: Ada", ALL), ("provider: Ada", HALF)]


def planned(stage: Stage, project_id: UUID, task_id: UUID, provider: Actor) -> UUID:
    plan = PlanWorkOrder(
        project_id=project_id,
        task_id=task_id,
        items=None,
        answer_within_s=60,
        deliver_within_s=3_600,
    )
    order_id = stage.do(plan, by=CUSTOMER)
    rank = RankProviders(
        order_id=order_id, provider_ids=(organisation(provider),), expected_version=None
    )
    stage.do(rank, by=CUSTOMER)
    return order_id
