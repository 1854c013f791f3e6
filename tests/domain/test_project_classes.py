"""Classes take suggested names, become critical, and are imported, as long as nothing is fixed."""

from collections.abc import Callable

import pytest

from labelmarket.domain.errors import Conflict, InvalidInput
from labelmarket.domain.project import Project
from labelmarket.domain.project_facts import Target
from labelmarket.domain.routing import Route
from labelmarket.domain.suggestion import SuggestionKind
from labelmarket.domain.values import CLASSES_MAX, ClassMetric, LabelClass
from tests.domain.domain_samples import BOXES, CUSTOMER, NOON, PROJECT, TASK, facts_of

AUTMOBILE, DOG = LabelClass(name="autmobile", critical=True), LabelClass(name="dog")


def draft(*classes: LabelClass) -> Project:
    project = Project.create(
        project_id=PROJECT,
        organisation_id=CUSTOMER,
        name="Street scenes",
        data_type="image",
        target=Target(),
        at=NOON,
    )
    project.define_task(task_id=TASK, requirement=BOXES, at=NOON)
    project.define_classes(classes or (AUTMOBILE, DOG), at=NOON)
    facts_of(project)
    return project


def accept(project: Project, class_name: str = "autmobile", suggestion: str = "car") -> None:
    project.accept_suggestion(
        class_name=class_name,
        suggestion=suggestion,
        kind=SuggestionKind.MISSPELLING,
        reason="it looks like it",
        at=NOON,
    )


def oracle(project: Project, **values: float) -> None:
    project.register_oracle(
        name="detector",
        metric="AP",
        metrics=tuple(
            ClassMetric(class_name=name, value=value, gold_examples=40)
            for name, value in values.items()
        ),
        at=NOON,
    )


def imported(project: Project, *names: str) -> None:
    project.import_classes(upload_digest="u", names=names, problems=0, at=NOON)


def test_a_class_that_takes_a_suggested_name_keeps_its_place_its_flags_and_its_route() -> None:
    # Given a critical class, and one whose route the customer chose
    project = draft(AUTMOBILE, LabelClass(name="dgo"))
    oracle(project, dgo=0.9)
    project.override_route(class_name="dgo", route=Route.HUMAN, reason="", at=NOON)
    facts_of(project)
    # When both take the name that was suggested
    accept(project)
    accept(project, "dgo", "dog")
    # Then nothing but the names is different
    assert project.classes == (LabelClass(name="car", critical=True), DOG)
    assert project.overrides == {"dog": Route.HUMAN}
    assert facts_of(project) == ["ClassSuggestionAccepted"] * 2


@pytest.mark.parametrize(
    ("refused", "kind"),
    [
        (lambda p: accept(p, "autmobile", "dog"), Conflict),
        (lambda p: accept(p, "autmobile", " dog "), Conflict),
        (lambda p: accept(p, "zebra", "car"), InvalidInput),
        (lambda p: accept(p, "autmobile", ""), InvalidInput),
        (
            lambda p: p.ignore_suggestion(class_name="zebra", suggestion="car", at=NOON),
            InvalidInput,
        ),
        (
            lambda p: p.mark_critical(class_name="zebra", critical=True, reason="", at=NOON),
            InvalidInput,
        ),
        (lambda p: imported(p, "dog"), InvalidInput),
        (lambda p: imported(p, *map(str, range(CLASSES_MAX))), InvalidInput),
    ],
    ids=[
        "taken",
        "told apart by blanks",
        "no class",
        "no name",
        "ignored",
        "marked",
        "twice",
        "many",
    ],
)
def test_what_cannot_be_is_refused_and_leaves_no_fact(
    refused: Callable[[Project], None], kind: type[Exception]
) -> None:
    project = draft()
    with pytest.raises(kind):
        refused(project)
    assert facts_of(project) == []


def test_gold_fixes_the_names_and_takes_new_ones_behind_them() -> None:
    project = draft()
    project.add_gold(upload_digest="u", labels_digest="l", labels=1, problems=0, at=NOON)
    with pytest.raises(Conflict):
        accept(project)
    imported(project, "owl")
    project.mark_critical(class_name="dog", critical=True, reason="", at=NOON)
    assert project.class_names == ("autmobile", "dog", "owl")


@pytest.mark.parametrize(
    "late",
    [
        accept,
        lambda p: p.ignore_suggestion(class_name="dog", suggestion="cat", at=NOON),
        lambda p: p.mark_critical(class_name="dog", critical=True, reason="", at=NOON),
        lambda p: imported(p, "owl"),
    ],
    ids=["accept", "ignore", "mark", "import"],
)
def test_after_the_end_of_the_draft_nothing_is_named_anew(late: Callable[[Project], None]) -> None:
    project = draft()
    project.cancel(reason="", at=NOON)
    with pytest.raises(Conflict):
        late(project)


def test_what_is_ignored_is_ignored_once() -> None:
    project = draft()
    for _ in range(2):
        project.ignore_suggestion(class_name="autmobile", suggestion="car", at=NOON)
    assert facts_of(project) == ["ClassSuggestionIgnored"]
    assert project.ignored_suggestions == {("autmobile", "car")}


def test_a_critical_class_goes_to_people_whatever_the_figures_and_the_customer_say() -> None:
    # Given a class that the customer sends to a machine that is good at it
    project = draft(DOG)
    oracle(project, dog=0.99)
    project.apply_threshold(0.5, at=NOON)
    project.override_route(class_name="dog", route=Route.MACHINE, reason="", at=NOON)
    facts_of(project)
    # When it is marked as critical, twice
    for _ in range(2):
        project.mark_critical(class_name="dog", critical=True, reason="it bites", at=NOON)
    # Then people label it, and nothing sends it back
    assert facts_of(project) == ["ClassMarkedCritical"]
    assert project.routes["dog"].route is Route.HUMAN
    project.apply_threshold(0.1, at=NOON)
    with pytest.raises(Conflict):
        project.override_route(class_name="dog", route=Route.MACHINE, reason="", at=NOON)
    assert project.routes["dog"].route is Route.HUMAN


def test_a_class_that_is_critical_no_longer_goes_where_it_went() -> None:
    project = draft(LabelClass(name="dog", critical=True))
    oracle(project, dog=0.99)
    project.apply_threshold(0.5, at=NOON)
    project.mark_critical(class_name="dog", critical=False, reason="", at=NOON)
    assert project.routes["dog"].route is Route.MACHINE


def test_imported_classes_stand_behind_the_others_and_none_is_no_fact() -> None:
    project = draft()
    imported(project)
    imported(project, "owl", "_background_")
    assert facts_of(project) == ["ClassesImported"]
    assert project.class_names == ("autmobile", "dog", "owl", "_background_")


@pytest.mark.parametrize(
    "bounds", [{"low": 0.6}, {"high": 0.4}, {"low": -0.1}, {"high": 1.1}, {"low": float("nan")}]
)
def test_a_metric_lies_between_its_bounds(bounds: dict[str, float]) -> None:
    project = draft()
    metric = ClassMetric(class_name="dog", value=0.5, gold_examples=4, **bounds)
    with pytest.raises(InvalidInput):
        project.register_oracle(name="detector", metric="AP", metrics=(metric,), at=NOON)
    assert facts_of(project) == []
