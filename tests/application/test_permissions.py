"""Every command is for somebody: the wrong role is forbidden, a foreign thing is not there."""

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import is_dataclass
from importlib import import_module
from typing import NamedTuple, cast
from uuid import UUID

import pytest

import labelmarket.application.commands
from labelmarket.application.access import MARKET, Actor
from labelmarket.application.commands import (
    batches,
    classes,
    exports,
    gold,
    offers,
    oracles,
    orders,
    projects,
    routing,
    seconds,
    slots,
    starting,
    tokens,
)
from labelmarket.application.commands import providers as providers_commands
from labelmarket.application.exports import Wanted
from labelmarket.application.measuring import NothingLeftToDo
from labelmarket.application.oracles import TextsLearned
from labelmarket.application.work import Command
from labelmarket.domain.access_token import Role
from labelmarket.domain.label_format import LabelFormat
from labelmarket.domain.offer import DeclineReason
from labelmarket.domain.project_facts import Target
from labelmarket.domain.routing import Route
from labelmarket.domain.suggestion import SuggestionKind
from labelmarket.domain.taxonomy import BUILT_IN
from labelmarket.domain.values import Workforce
from tests.application.stage import (
    AUDITOR,
    BOXES,
    CUSTOMER,
    OPERATOR,
    OTHER_CUSTOMER,
    Stage,
    actor,
    merged,
    open_hours,
    part_read,
)

PROVIDER, OTHER_PROVIDER = actor(Role.PROVIDER, "Ada"), actor(Role.PROVIDER, "Bel")
EVERYBODY = (CUSTOMER, PROVIDER, OPERATOR, AUDITOR)
OTHERS = {CUSTOMER: OTHER_CUSTOMER, PROVIDER: OTHER_PROVIDER}


class Scene(NamedTuple):
    """Things of the customer, offered to and taken on by the provider."""

    project: UUID
    order: UUID
    offer: UUID
    batch: UUID


CUSTOMERS: dict[type[Command], Callable[[Scene], Command]] = {
    orders.PlanWorkOrder: lambda s: orders.PlanWorkOrder(
        project_id=s.project, task_id=None, answer_within_s=60, deliver_within_s=60
    ),
    orders.RankProviders: lambda s: orders.RankProviders(
        order_id=s.order, provider_ids=(), expected_version=None
    ),
    starting.LaunchProject: lambda s: starting.LaunchProject(project_id=s.project),
    starting.StartWorkOrder: lambda s: starting.StartWorkOrder(order_id=s.order),
    starting.PlaceMachineLabels: lambda s: starting.PlaceMachineLabels(project_id=s.project),
    slots.ReleaseWorkOrder: lambda s: slots.ReleaseWorkOrder(order_id=s.order, reason=""),
    slots.LeaveUnlabeled: lambda s: slots.LeaveUnlabeled(project_id=s.project, reason=""),
    orders.AnswerExhausted: lambda s: orders.AnswerExhausted(
        order_id=s.order, answer=orders.ExhaustedAnswer.STOP, answer_within_s=None
    ),
    orders.CancelProject: lambda s: orders.CancelProject(project_id=s.project, reason=""),
    offers.WithdrawOffer: lambda s: offers.WithdrawOffer(offer_id=s.offer, reason=""),
    batches.RequestRework: lambda s: batches.RequestRework(
        batch_id=s.batch, reason="", deliver_within_s=60
    ),
    exports.AskExport: lambda s: exports.AskExport(
        wanted=Wanted(format=LabelFormat.COCO, project_id=s.project), selection_digest="d"
    ),
    batches.ApproveBatch: lambda s: batches.ApproveBatch(batch_id=s.batch),
    batches.RevokeBatch: lambda s: batches.RevokeBatch(batch_id=s.batch, reason=""),
    projects.ReviseTarget: lambda s: projects.ReviseTarget(project_id=s.project, target=Target()),
    projects.WriteInstructions: lambda s: projects.WriteInstructions(
        project_id=s.project, digest="d", characters=1
    ),
    projects.DefineClasses: lambda s: projects.DefineClasses(project_id=s.project, classes=()),
    classes.AcceptClassSuggestion: lambda s: classes.AcceptClassSuggestion(
        project_id=s.project,
        class_name="cat",
        suggestion="kitten",
        kind=SuggestionKind.NARROWER,
        reason="r",
    ),
    classes.IgnoreClassSuggestion: lambda s: classes.IgnoreClassSuggestion(
        project_id=s.project, class_name="cat", suggestion="kitten"
    ),
    classes.MarkClassCritical: lambda s: classes.MarkClassCritical(
        project_id=s.project, class_name="cat", critical=True, reason=""
    ),
    classes.ImportClasses: lambda s: classes.ImportClasses(
        project_id=s.project,
        upload_digest="u",
        behind=("cat",),
        names=("owl",),
        problems=0,
        problems_digest="p",
    ),
    projects.AddItems: lambda s: projects.AddItems(
        project_id=s.project,
        upload_digest="u",
        manifest_digest="m",
        after=(),
        items=1,
        problems=0,
        problems_digest="p",
    ),
    gold.AddGold: lambda s: gold.AddGold(
        project_id=s.project,
        upload_digest="u",
        labels_digest="l",
        items=("manifest",),
        classes=("cat",),
        gold=(),
        labels=1,
        problems=0,
        problems_digest="p",
    ),
    oracles.TeachLearner: lambda s: oracles.TeachLearner(project_id=s.project, task_id=None),
    oracles.AddPredictions: lambda s: oracles.AddPredictions(
        project_id=s.project,
        task_id=None,
        oracle="o",
        version="1",
        upload_digest="u",
        labels_digest="l",
        items=("manifest",),
        classes=("cat",),
        labels=1,
        covered=(),
        problems=0,
        problems_digest="p",
    ),
    projects.RankPriorities: lambda s: projects.RankPriorities(project_id=s.project, ranking=()),
    routing.RegisterOracle: lambda s: routing.RegisterOracle(
        project_id=s.project, name="o", metric="map", metrics=()
    ),
    routing.ApplyRoutingThreshold: lambda s: routing.ApplyRoutingThreshold(
        project_id=s.project, threshold=0.5
    ),
    routing.OverrideClassRoute: lambda s: routing.OverrideClassRoute(
        project_id=s.project, class_name="cat", route=Route.HUMAN, reason=""
    ),
    routing.ResetClassRoute: lambda s: routing.ResetClassRoute(
        project_id=s.project, class_name="cat"
    ),
}
PROVIDERS: dict[type[Command], Callable[[Scene], Command]] = {
    offers.AcceptOffer: lambda s: offers.AcceptOffer(offer_id=s.offer),
    offers.DeclineOffer: lambda s: offers.DeclineOffer(
        offer_id=s.offer, reason=DeclineReason.OTHER, note=""
    ),
    batches.StartWork: lambda s: batches.StartWork(batch_id=s.batch, team="red", lease_s=60),
    batches.DeliverLabels: lambda s: batches.DeliverLabels(
        batch_id=s.batch, upload_digest="u", size_bytes=1
    ),
}
SPEAKING_FOR_THEMSELVES: dict[type[Command], tuple[Command, Role]] = {
    projects.CreateProject: (
        projects.CreateProject(name="n", data_type="image", tasks=(BOXES,), target=Target()),
        Role.CUSTOMER,
    ),
    providers_commands.ApplyAsProvider: (
        providers_commands.ApplyAsProvider(
            name="n", workforce=Workforce.STAFF, region="DE", contact=""
        ),
        Role.PROVIDER,
    ),
    providers_commands.PublishCapabilities: (
        providers_commands.PublishCapabilities(capabilities=(), clearances=()),
        Role.PROVIDER,
    ),
    providers_commands.PublishRateCard: (
        providers_commands.PublishRateCard(rates=()),
        Role.PROVIDER,
    ),
    providers_commands.SetAvailability: (
        providers_commands.SetAvailability(availability=open_hours(items_per_month=1)),
        Role.PROVIDER,
    ),
}
NOBODY = UUID(int=9)
OPERATORS: dict[type[Command], Command] = {
    providers_commands.VetProvider: providers_commands.VetProvider(provider_id=NOBODY, note=""),
    providers_commands.SuspendProvider: providers_commands.SuspendProvider(
        provider_id=NOBODY, reason=""
    ),
    providers_commands.RemoveProvider: providers_commands.RemoveProvider(
        provider_id=NOBODY, reason=""
    ),
    providers_commands.ReinstateProvider: providers_commands.ReinstateProvider(
        provider_id=NOBODY, note=""
    ),
    providers_commands.AddTaskType: providers_commands.AddTaskType(
        task_type=BUILT_IN["object_detection"]
    ),
    tokens.IssueToken: tokens.IssueToken(
        token_id=NOBODY,
        name="n",
        role=Role.OPERATOR,
        organisation_id=None,
        secret_sha256="0" * 64,
        expires_in_s=60,
    ),
    tokens.RevokeToken: tokens.RevokeToken(token_id=NOBODY),
}
INSIDE: dict[type[Command], Callable[[Scene], Command]] = {
    offers.ExpireOffer: lambda s: offers.ExpireOffer(offer_id=s.offer),
    offers.OfferToNext: lambda s: offers.OfferToNext(offer_id=s.offer),
    offers.AskFirstProvider: lambda s: offers.AskFirstProvider(order_id=s.order),
    offers.WithdrawFromProvider: lambda s: offers.WithdrawFromProvider(offer_id=s.offer, reason=""),
    seconds.BeginSecondOrder: lambda s: seconds.BeginSecondOrder(order_id=s.order),
    slots.CompleteProject: lambda s: slots.CompleteProject(project_id=s.project),
    gold.RecordGoldReport: lambda s: gold.RecordGoldReport(
        project_id=s.project, parts=1, report_digest="r"
    ),
    oracles.RecordLearned: lambda s: oracles.RecordLearned(
        project_id=s.project,
        task_id=s.project,
        learned=TextsLearned(
            version="1",
            known=(),
            not_known=(),
            examples=0,
            approved=0,
            judged=0,
            right=0,
            out_of_fold=None,
            predicted=None,
        ),
        predictions=None,
    ),
    oracles.RecordLearningFailed: lambda s: oracles.RecordLearningFailed(
        project_id=s.project, task_id=s.project, code="ORACLE_UNAVAILABLE", message=""
    ),
    oracles.RecordOracleMetrics: lambda s: oracles.RecordOracleMetrics(
        project_id=s.project,
        task_id=s.project,
        predictions="l",
        metric="map",
        metrics=(),
        gold_files=1,
    ),
    batches.RecordPart: lambda s: part_read(s.batch, part=1, covered=()),
    batches.RefusePart: lambda s: batches.RefusePart(
        batch_id=s.batch, part=1, code="TORN", message=""
    ),
    batches.RecordReport: lambda s: merged(s.batch, parts=1),
    batches.CompareWithGold: lambda s: batches.CompareWithGold(batch_id=s.batch, gold_files=1),
    exports.RecordExport: lambda s: exports.RecordExport(
        export_id=s.batch,
        file_digest="f",
        size_bytes=1,
        manifest_digest="m",
        manifest_size_bytes=1,
        items=1,
        labels=1,
        machine_labels=0,
        labels_written=1,
    ),
    exports.RecordFailedExport: lambda s: exports.RecordFailedExport(
        export_id=s.batch, code="BAD_NAME", message=""
    ),
    batches.MarkOverdue: lambda s: batches.MarkOverdue(
        batch_id=s.batch, deliver_by=Stage().memory.clock()
    ),
    NothingLeftToDo: lambda _: NothingLeftToDo(job_id="job"),
}


def command_kinds() -> Iterator[type[Command]]:
    rooms = labelmarket.application.commands
    for found in pkgutil.iter_modules(rooms.__path__):
        module = import_module(f"{rooms.__name__}.{found.name}")
        for kind in vars(module).values():
            own = getattr(kind, "__module__", "") == module.__name__
            if own and is_dataclass(kind) and hasattr(kind, "decide"):
                yield cast("type[Command]", kind)


@pytest.fixture
def scene(stage: Stage) -> Scene:
    order_id = stage.launched(stage.provider("Ada"), stage.provider("Bel"))
    batch = stage.accepted(order_id, by=PROVIDER)
    return Scene(project=batch.project_id, order=order_id, offer=batch.offer_id, batch=batch.id)


def test_every_command_has_its_place_in_these_tables() -> None:
    placed = {*CUSTOMERS, *PROVIDERS, *SPEAKING_FOR_THEMSELVES, *OPERATORS, *INSIDE}
    assert placed - {NothingLeftToDo} == set(command_kinds())


@pytest.mark.parametrize("kind", [*CUSTOMERS, *PROVIDERS], ids=lambda kind: kind.__name__)
def test_the_wrong_role_is_forbidden_and_learns_nothing(
    stage: Stage, scene: Scene, kind: type[Command]
) -> None:
    build, rightful = (
        (CUSTOMERS[kind], CUSTOMER) if kind in CUSTOMERS else (PROVIDERS[kind], PROVIDER)
    )
    nowhere = Scene(*(UUID(int=99, version=4) for _ in scene))
    for somebody in EVERYBODY:
        if somebody is not rightful:
            assert stage.refusal(build(scene), by=somebody) == "FORBIDDEN"
            assert stage.refusal(build(nowhere), by=somebody) == "FORBIDDEN"


@pytest.mark.parametrize("kind", [*CUSTOMERS, *PROVIDERS], ids=lambda kind: kind.__name__)
def test_what_belongs_to_another_is_not_there(
    stage: Stage, scene: Scene, kind: type[Command]
) -> None:
    build, rightful = (
        (CUSTOMERS[kind], CUSTOMER) if kind in CUSTOMERS else (PROVIDERS[kind], PROVIDER)
    )
    nowhere = Scene(*(UUID(int=99, version=4) for _ in scene))
    foreign = stage.say(build(scene), by=OTHERS[rightful]).answer.refused
    missing = stage.say(build(nowhere), by=rightful).answer.refused
    assert foreign == missing
    assert foreign is not None
    assert foreign.code == "NOT_FOUND"


@pytest.mark.parametrize("kind", SPEAKING_FOR_THEMSELVES, ids=lambda kind: kind.__name__)
def test_only_their_own_role_speaks_for_itself(stage: Stage, kind: type[Command]) -> None:
    command, role = SPEAKING_FOR_THEMSELVES[kind]
    for somebody in (*EVERYBODY, MARKET):
        if somebody.viewer is None or somebody.viewer.role is not role:
            assert stage.refusal(command, by=somebody) == "FORBIDDEN"


@pytest.mark.parametrize("kind", OPERATORS, ids=lambda kind: kind.__name__)
def test_only_operators_run_the_market(stage: Stage, kind: type[Command]) -> None:
    for somebody in EVERYBODY:
        if somebody is not OPERATOR:
            assert stage.refusal(OPERATORS[kind], by=somebody) == "FORBIDDEN"


@pytest.mark.parametrize("kind", INSIDE, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("somebody", EVERYBODY, ids=lambda who: who.name)
def test_nobody_with_a_token_gives_the_markets_own_commands(
    stage: Stage, scene: Scene, somebody: Actor, kind: type[Command]
) -> None:
    assert stage.refusal(INSIDE[kind](scene), by=somebody) == "FORBIDDEN"
