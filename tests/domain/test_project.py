"""A project is a draft until it is launched; a launch with nothing to do says so."""

from collections.abc import Callable
from uuid import UUID

import pytest

from labelmarket.domain.errors import Conflict, InvalidInput, NothingToDo
from labelmarket.domain.project import Project
from labelmarket.domain.project_facts import ProjectStatus, Target
from labelmarket.domain.routing import Route
from labelmarket.domain.values import ClassMetric, LabelClass, Priority
from tests.domain.domain_samples import BOXES, CUSTOMER, NOON, ORDER, PROJECT, TASK, facts_of

CAT, DOG = LabelClass(name="cat"), LabelClass(name="dog")


def draft(
    *, items: int = 10, classes: tuple[LabelClass, ...] = (CAT, DOG), orders: int = 1
) -> Project:
    project = Project.create(
        project_id=PROJECT,
        organisation_id=CUSTOMER,
        name="Street scenes",
        data_type="image",
        target=Target(),
        at=NOON,
    )
    project.define_task(task_id=TASK, requirement=BOXES, at=NOON)
    if classes:
        project.define_classes(classes, at=NOON)
    add_items(project, items=items)
    for number in range(orders):
        project.add_order(order_id=UUID(int=ORDER.int + number), task_id=TASK, at=NOON)
    facts_of(project)
    return project


def add_items(project: Project, *, items: int, upload: str = "upload") -> None:
    project.add_items(
        upload_digest=upload, manifest_digest=f"of {upload}", items=items, problems=0, at=NOON
    )


def machine_for(project: Project, *names: str) -> None:
    metrics = tuple(ClassMetric(class_name=n, value=0.9, gold_examples=50) for n in names)
    project.register_oracle(name="oracle", metric="map", metrics=metrics, at=NOON)
    project.apply_threshold(0.5, at=NOON)
    facts_of(project)


@pytest.mark.parametrize(
    "project",
    [draft(items=0), draft(classes=()), draft(orders=0)],
    ids=["items", "classes", "orders"],
)
def test_a_launch_with_nothing_to_do_says_so(project: Project) -> None:
    with pytest.raises(NothingToDo):
        project.launch(at=NOON)
    assert facts_of(project) == []


def test_a_launch_says_which_classes_go_where() -> None:
    project = draft()
    machine_for(project, "dog")
    (left,) = project.launch(at=NOON).values()
    assert (left.slots, left.classes) == (((0, 10),), ("cat",))
    assert facts_of(project) == ["ProjectLaunched", "SlotsOrdered"]
    assert project.classes_on(Route.HUMAN) == ("cat",)


def test_when_a_machine_labels_everything_the_project_is_complete_at_once() -> None:
    project = draft(orders=0)
    machine_for(project, "cat", "dog")
    assert not project.launch(at=NOON)
    assert facts_of(project) == ["ProjectLaunched", "ProjectCompleted"]


def test_a_project_is_launched_once() -> None:
    project = draft()
    project.launch(at=NOON)
    with pytest.raises(Conflict):
        project.launch(at=NOON)


CHANGES: dict[str, Callable[[Project], object]] = {
    "classes": lambda p: p.define_classes((CAT,), at=NOON),
    "items": lambda p: add_items(p, items=5, upload="more"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_labeled_is_fixed_by_the_launch(change: str) -> None:
    project = draft()
    project.launch(at=NOON)
    facts_of(project)
    with pytest.raises(Conflict):
        CHANGES[change](project)
    assert facts_of(project) == []


def test_the_same_again_records_nothing() -> None:
    project = draft()
    project.write_instructions(digest="text", characters=4, at=NOON)
    project.rank_priorities(tuple((p,) for p in Priority), at=NOON)
    project.apply_threshold(0.5, at=NOON)
    facts_of(project)
    project.write_instructions(digest="text", characters=4, at=NOON)
    project.rank_priorities(tuple((p,) for p in Priority), at=NOON)
    project.apply_threshold(0.5, at=NOON)
    project.define_classes((CAT, DOG), at=NOON)
    project.revise_target(Target(), at=NOON)
    add_items(project, items=10)
    assert facts_of(project) == []


@pytest.mark.parametrize(
    "classes",
    [(CAT, CAT), (LabelClass(name=" "),), (LabelClass(name="x" * 201),)],
    ids=["twice", "blank", "long"],
)
def test_classes_need_names_of_their_own(classes: tuple[LabelClass, ...]) -> None:
    with pytest.raises(InvalidInput):
        draft().define_classes(classes, at=NOON)


def test_classes_that_gold_speaks_of_keep_their_places() -> None:
    project = draft()
    project.add_gold(upload_digest="g", labels_digest="of g", labels=3, problems=0, at=NOON)
    with pytest.raises(Conflict):
        project.define_classes((DOG, CAT), at=NOON)
    project.define_classes((CAT, DOG, LabelClass(name="cow")), at=NOON)
    assert project.class_names == ("cat", "dog", "cow")


def test_a_report_of_fewer_gold_files_than_are_known_records_nothing() -> None:
    project = draft()
    for upload in ("g", "h"):
        project.add_gold(upload_digest=upload, labels_digest=upload, labels=3, problems=0, at=NOON)
    facts_of(project)
    project.measure_gold(parts=1, report_digest="r", at=NOON)
    assert facts_of(project) == []


def test_priorities_are_ranked_each_of_them_once() -> None:
    with pytest.raises(InvalidInput):
        draft().rank_priorities(((Priority.PRICE, Priority.PRICE),), at=NOON)


@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_a_threshold_and_a_metric_lie_between_0_and_1(value: float) -> None:
    project = draft()
    metric = ClassMetric(class_name="cat", value=value, gold_examples=1)
    with pytest.raises(InvalidInput):
        project.apply_threshold(value, at=NOON)
    with pytest.raises(InvalidInput):
        project.register_oracle(name="o", metric="map", metrics=(metric,), at=NOON)


def test_a_cancelled_project_takes_nothing_more() -> None:
    project = draft()
    project.cancel(reason="over", at=NOON)
    project.cancel(reason="over", at=NOON)
    assert facts_of(project) == ["ProjectCancelled"]
    with pytest.raises(Conflict):
        project.write_instructions(digest="text", characters=4, at=NOON)
    project.complete(at=NOON)
    assert project.status is ProjectStatus.CANCELLED


def test_a_completed_project_is_not_cancelled() -> None:
    project = draft()
    project.launch(at=NOON)
    project.complete(at=NOON)
    with pytest.raises(Conflict):
        project.cancel(reason="over", at=NOON)
