"""What is said to the market has a length, and means something."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from labelmarket.domain.access_token import AccessToken, Role
from labelmarket.domain.bounds import (
    GOLD_FILES_MAX,
    INSTRUCTIONS_MAX,
    MANIFESTS_MAX,
    NAMES_MAX,
    ROUNDS_MAX,
)
from labelmarket.domain.errors import Conflict, InvalidInput
from labelmarket.domain.offer import DeclineReason
from labelmarket.domain.project import Project
from labelmarket.domain.project_facts import Target
from labelmarket.domain.provider import Provider
from labelmarket.domain.routing import Route
from labelmarket.domain.values import (
    Capability,
    ClassMetric,
    Clearance,
    LabelClass,
    Requirement,
    Workforce,
)
from tests.domain.domain_samples import (
    ADA,
    BOXES,
    CUSTOMER,
    NOON,
    PROJECT,
    RATE,
    TASK,
    running_order,
    sent_offer,
)

LONG = "x" * 10_000
CAPABILITY = Capability(task_type="object_detection", units_per_hour=Decimal(100))
CAT = LabelClass(name="cat")


def applicant(name: str = "Ada", region: str = "DE", contact: str = "desk") -> Provider:
    return Provider.apply_for_listing(
        provider_id=ADA,
        name=name,
        workforce=Workforce.STAFF,
        region=region,
        contact=contact,
        at=NOON,
    )


def draft(*classes: LabelClass, name: str = "Streets") -> Project:
    project = Project.create(
        project_id=PROJECT,
        organisation_id=CUSTOMER,
        name=name,
        data_type="image",
        target=Target(),
        at=NOON,
    )
    project.define_classes(classes, at=NOON)
    return project


def publish(**changes: object) -> None:
    applicant().publish_capabilities(
        capabilities=(replace(CAPABILITY, **changes),),  # type: ignore[arg-type]
        clearances=(),
        at=NOON,
    )


def require(**changes: object) -> None:
    requirement: Requirement = replace(BOXES, **changes)  # type: ignore[arg-type]
    draft().define_task(task_id=TASK, requirement=requirement, at=NOON)


def measured(class_name: str = "cat", *, name: str = "o", gold_examples: int = 5) -> None:
    metric = ClassMetric(class_name=class_name, value=0.5, gold_examples=gold_examples)
    draft(CAT).register_oracle(name=name, metric="map", metrics=(metric,), at=NOON)


def issue(name: str) -> None:
    AccessToken.issue(
        token_id=ADA,
        name=name,
        role=Role.CUSTOMER,
        organisation_id=CUSTOMER,
        secret_sha256="0" * 64,
        expires_at=NOON + timedelta(days=1),
        at=NOON,
    )


def aim(**target: object) -> None:
    draft().revise_target(Target(**target), at=NOON)  # type: ignore[arg-type]


REFUSED: dict[str, Callable[[], object]] = {
    "provider name": lambda: applicant(name=LONG),
    "provider name of blanks": lambda: applicant(name=" "),
    "region": lambda: applicant(region=LONG),
    "contact": lambda: applicant(contact=LONG),
    "suspension": lambda: applicant().remove(reason=LONG, at=NOON),
    "tools": lambda: publish(tools=tuple(f"tool {n}" for n in range(NAMES_MAX + 1))),
    "tool": lambda: publish(tools=(LONG,)),
    "empty tool": lambda: publish(tools=("",)),
    "language": lambda: publish(source_language=LONG),
    "empty language": lambda: publish(source_language="", target_language=""),
    "geometry": lambda: publish(geometries=("banana",)),
    "pace": lambda: publish(units_per_hour=Decimal(0)),
    "clearance": lambda: applicant().publish_capabilities(
        capabilities=(), clearances=(Clearance(name=LONG),), at=NOON
    ),
    "currency": lambda: applicant().publish_rates((replace(RATE, currency="dollars"),), at=NOON),
    "small currency": lambda: applicant().publish_rates((replace(RATE, currency="usd"),), at=NOON),
    "required geometry": lambda: require(geometry="banana"),
    "required language": lambda: require(source_language="", target_language=""),
    "required tools": lambda: require(tools=(LONG,)),
    "required regions": lambda: require(regions=tuple(map(str, range(NAMES_MAX + 1)))),
    "required clearances": lambda: require(clearances=("a\nb",)),
    "project name": lambda: draft(name=LONG),
    "accuracy": lambda: aim(accuracy=99),
    "accuracy that is none": lambda: aim(accuracy=float("nan")),
    "budget": lambda: aim(budget=Decimal(-5)),
    "budget without end": lambda: aim(budget=Decimal("Infinity")),
    "target currency": lambda: aim(currency="US"),
    "oracle": lambda: measured(name=LONG),
    "gold examples": lambda: measured(gold_examples=-5),
    "unknown class": lambda: measured("dog"),
    "override": lambda: draft(CAT).override_route(
        class_name="cat", route=Route.HUMAN, reason=LONG, at=NOON
    ),
    "cancellation": lambda: draft().cancel(reason=LONG, at=NOON),
    "decline": lambda: sent_offer().decline(reason=DeclineReason.OTHER, note=LONG, at=NOON),
    "withdrawal": lambda: sent_offer().withdraw(reason=LONG, at=NOON),
    "token name": lambda: issue(LONG),
}


@pytest.mark.parametrize("say", REFUSED.values(), ids=REFUSED)
def test_what_is_too_long_or_means_nothing_is_refused(say: Callable[[], object]) -> None:
    with pytest.raises(InvalidInput) as refused:
        say()
    assert refused.value.path
    assert len(refused.value.message) < 200


@pytest.mark.parametrize("other", [" car", "car ", "car\n", "c\x00ar", "car\u2028", "car"])
def test_names_of_classes_that_look_alike_are_refused(other: str) -> None:
    with pytest.raises(InvalidInput):
        draft(LabelClass(name="car"), LabelClass(name=other))


def test_a_class_is_named_as_the_files_name_it() -> None:
    assert draft(LabelClass(name=" traffic light ")).class_names == (" traffic light ",)


def test_a_note_may_have_lines() -> None:
    applicant().remove(reason="first\nsecond", at=NOON)


def test_a_project_takes_so_many_versions_of_its_instructions() -> None:
    project = draft()
    for number in range(INSTRUCTIONS_MAX):
        project.write_instructions(digest=str(number), characters=1, at=NOON)
    project.write_instructions(digest=project.instructions[-1], characters=1, at=NOON)
    with pytest.raises(Conflict):
        project.write_instructions(digest="one more", characters=1, at=NOON)


def test_a_project_takes_so_many_files_of_items_and_gold() -> None:
    project = draft()
    for number in range(max(MANIFESTS_MAX, GOLD_FILES_MAX)):
        add(project, upload=str(number))
        project.add_gold(
            upload_digest=str(number), labels_digest="g", labels=1, problems=0, at=NOON
        )
    with pytest.raises(Conflict):
        add(project, upload="one more")
    with pytest.raises(Conflict):
        project.add_gold(upload_digest="one more", labels_digest="g", labels=1, problems=0, at=NOON)


def test_an_order_has_so_many_rounds() -> None:
    order = running_order(ADA)
    for number in range(ROUNDS_MAX - 1):
        order.place_offer(offer_id=UUID(int=1_000 + number), at=NOON)
        order.exhaust(at=NOON)
        order.ask_again(answer_within_s=None, at=NOON)
    order.place_offer(offer_id=UUID(int=1), at=NOON)
    order.exhaust(at=NOON)
    with pytest.raises(Conflict):
        order.ask_again(answer_within_s=None, at=NOON)


def add(project: Project, *, upload: str) -> None:
    project.add_items(
        upload_digest=upload, manifest_digest=f"of {upload}", items=1, problems=0, at=NOON
    )
