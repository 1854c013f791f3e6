"""What machines say is kept by version; what becomes labels leaves the rest to people."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelmarket.domain.bounds import LESSONS_MAX, TRAINED_ON_MAX
from labelmarket.domain.errors import Conflict, InvalidInput, NothingToDo
from labelmarket.domain.project import Project
from labelmarket.domain.project_facts import ProjectStatus
from labelmarket.domain.project_routing import MachineShare
from labelmarket.domain.routing import Route
from labelmarket.domain.slots import Ranges, count, intersection, normal, union
from labelmarket.domain.values import ClassMetric
from tests.domain.domain_samples import NOON, ORDER, TASK, facts_of
from tests.domain.test_project import CAT, DOG, draft

ITEMS = 10


def said(
    project: Project,
    *,
    version: str = "1",
    upload: str = "file",
    labels: str = "columns",
    task: UUID = TASK,
    oracle: str = "yolo",
    trained_on: int | None = None,
) -> bool:
    return project.add_predictions(
        task_id=task,
        oracle=oracle,
        trained_on=trained_on,
        version=version,
        upload_digest=upload,
        labels_digest=labels,
        labels=20,
        covered=((0, ITEMS),),
        problems=0,
        at=NOON,
    )


def measured(project: Project, *, predictions: str = "columns", **values: float) -> None:
    metrics = tuple(
        ClassMetric(class_name=name, value=value, gold_examples=40)
        for name, value in values.items()
    )
    project.measure_oracle(
        task_id=TASK,
        predictions=predictions,
        metric="ap",
        metrics=metrics,
        gold_files=1,
        at=NOON,
    )


def routed(*, cat: float = 0.9, dog: float = 0.2, orders: int = 1) -> Project:
    """A draft whose cats go to the machine, unless told otherwise."""
    project = draft(items=ITEMS, orders=orders)
    said(project)
    measured(project, cat=cat, dog=dog)
    project.apply_threshold(0.5, at=NOON)
    facts_of(project)
    return project


def share(project: Project, slots: Ranges, *, whole_items: bool = False) -> MachineShare:
    basis = project.share_basis(TASK)
    assert basis is not None
    return MachineShare(
        task_id=TASK,
        basis=basis,
        whole_items=whole_items,
        slots=slots,
        labels_digest="placed",
        sums_digest="sums",
        labels=7,
    )


def test_a_version_says_it_once() -> None:
    project = draft()

    assert said(project)
    assert not said(project)
    with pytest.raises(Conflict, match="yolo 1 has said otherwise"):
        said(project, upload="another")

    assert facts_of(project) == ["PredictionsAdded"]


def test_the_lessons_are_those_of_the_latest_model_by_what_it_learned_from() -> None:
    project = draft(items=ITEMS)
    for version, many in enumerate((9, 3, None, 3, 6), start=1):
        said(project, version=str(version), labels=f"columns {version}", trained_on=many)

    lessons = project.lessons(TASK)

    # Of two that learned from as many the last one counts; what is not known tells nothing.
    assert [(one.trained_on, one.version) for one in lessons] == [(3, "4"), (6, "5"), (9, "1")]
    said(project, oracle="another", trained_on=4)
    assert [one.oracle for one in project.lessons(TASK)] == ["another"]


def test_of_very_many_lessons_those_that_learned_from_most_are_left() -> None:
    project = draft(items=ITEMS)
    for many in range(1, LESSONS_MAX + 3):
        said(project, version=str(many), trained_on=many)

    assert [one.trained_on for one in project.lessons(TASK)] == list(range(3, LESSONS_MAX + 3))


@pytest.mark.parametrize("many", [0, -5, TRAINED_ON_MAX + 1])
def test_a_model_learns_from_a_number_of_examples_that_can_be(many: int) -> None:
    with pytest.raises(InvalidInput, match="examples"):
        said(draft(items=ITEMS), trained_on=many)


def test_another_version_counts_from_then_on_and_the_first_is_kept() -> None:
    project = draft()
    said(project)
    said(project, version="2", upload="better", labels="others")

    assert project.predictions[TASK].version == "2"
    assert not said(project)


@pytest.mark.parametrize("wrong", [{"version": " "}, {"task": UUID(int=99)}])
def test_predictions_are_of_a_task_and_of_a_version(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidInput):
        said(draft(), **wrong)  # type: ignore[arg-type]


def test_what_predictions_name_stays_in_its_place() -> None:
    project = draft()
    said(project)
    with pytest.raises(Conflict, match="predictions name these classes"):
        project.define_classes((DOG, CAT), at=NOON)


def test_what_was_measured_takes_the_place_of_what_was_claimed() -> None:
    project = draft()
    claimed = (ClassMetric(class_name="cat", value=1.0, gold_examples=0),)
    project.register_oracle(name="someone's", metric="map", metrics=claimed, at=NOON)
    said(project)

    measured(project, dog=0.7)

    assert project.oracle == "yolo"
    assert list(project.metrics) == ["dog"]


def test_a_measurement_of_predictions_that_were_followed_by_others_counts_for_nothing() -> None:
    project = draft()
    said(project)
    said(project, version="2", upload="better", labels="others")
    facts_of(project)

    measured(project, cat=0.1)

    assert facts_of(project) == []


def test_the_same_figures_again_record_nothing() -> None:
    project = routed()
    measured(project, cat=0.9, dog=0.2)
    assert facts_of(project) == []


def test_of_objects_people_label_the_other_classes_and_everything_where_the_machine_is_silent() -> (
    None
):
    project = routed()

    wanted = project.launch([share(project, ((0, 6),))], at=NOON)

    (left,) = wanted.values()
    assert left.slots == ((0, 10),)
    assert left.classes == ("dog",)
    assert left.everything == ((6, 10),)
    assert facts_of(project) == ["ProjectLaunched", "MachineLabelsPlaced", "SlotsOrdered"]
    (placed,) = project.placed[TASK]
    assert placed.slots == ((0, 6),)


def test_whole_items_are_the_machines_or_those_of_people_who_choose_among_all_classes() -> None:
    project = routed()

    wanted = project.launch([share(project, ((0, 3), (5, 6)), whole_items=True)], at=NOON)

    (left,) = wanted.values()
    assert left.slots == ((3, 5), (6, 10))
    assert left.classes == ("cat", "dog")


def test_a_machine_that_knows_every_class_leaves_the_items_that_it_is_silent_about() -> None:
    project = routed(dog=0.8)
    (left,) = project.launch([share(project, ((0, 8),))], at=NOON).values()
    assert (left.slots, left.classes) == (((8, 10),), ("cat", "dog"))


def test_a_machine_that_labels_everything_completes_the_project_without_an_order() -> None:
    project = routed(dog=0.8, orders=0)

    assert project.launch([share(project, ((0, ITEMS),))], at=NOON) == {}

    assert project.status is ProjectStatus.COMPLETED


def test_what_is_left_to_people_needs_an_order() -> None:
    project = routed(dog=0.8, orders=0)
    with pytest.raises(NothingToDo, match="no work order"):
        project.launch([share(project, ((0, 9),))], at=NOON)


slots = st.lists(
    st.tuples(st.integers(0, ITEMS), st.integers(0, ITEMS)).map(lambda r: (min(r), max(r)))
).map(normal)


@given(slots, st.booleans(), st.sampled_from([0.2, 0.8]))
def test_every_class_of_every_item_is_labeled_by_one_hand(
    machine: Ranges, whole_items: bool, dog: float
) -> None:
    project = routed(dog=dog)
    given_share = share(project, machine, whole_items=whole_items)

    left = project.launch([given_share], at=NOON)[ORDER]

    theirs = set(project.classes_on(Route.MACHINE)) if not whole_items else {"cat", "dog"}
    for name in ("cat", "dog"):
        by_machine = machine if name in theirs else ()
        everywhere = left.slots if name in left.classes else ()
        by_people = union(everywhere, left.everything)
        assert not intersection(by_machine, by_people)
        assert count(union(by_machine, by_people)) == ITEMS


def test_a_share_rests_on_predictions_items_classes_and_routes() -> None:
    project = routed()
    basis = project.share_basis(TASK)
    assert basis is not None

    project.override_route(class_name="cat", route=Route.HUMAN, reason="", at=NOON)
    assert project.share_basis(TASK) is None
    project.override_route(class_name="dog", route=Route.MACHINE, reason="", at=NOON)
    assert project.share_basis(TASK) == replace(basis, machine_classes=("dog",))
