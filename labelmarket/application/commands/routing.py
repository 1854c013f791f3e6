"""Commands that decide which classes go to people and which to a machine."""

from dataclasses import dataclass
from uuid import UUID

from labelmarket.application.commands.projects import own_project
from labelmarket.application.work import Answer, Work
from labelmarket.domain.routing import Route
from labelmarket.domain.values import ClassMetric


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterOracle:
    """Say how well a model does on each class."""

    project_id: UUID
    name: str
    metric: str
    metrics: tuple[ClassMetric, ...]

    def decide(self, work: Work, /) -> Answer:
        own_project(work, self.project_id).register_oracle(
            name=self.name, metric=self.metric, metrics=self.metrics, at=work.at
        )
        return Answer(thing=self.project_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyRoutingThreshold:
    project_id: UUID
    threshold: float

    def decide(self, work: Work, /) -> Answer:
        own_project(work, self.project_id).apply_threshold(self.threshold, at=work.at)
        return Answer(thing=self.project_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideClassRoute:
    project_id: UUID
    class_name: str
    route: Route
    reason: str

    def decide(self, work: Work, /) -> Answer:
        own_project(work, self.project_id).override_route(
            class_name=self.class_name, route=self.route, reason=self.reason, at=work.at
        )
        return Answer(thing=self.project_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetClassRoute:
    project_id: UUID
    class_name: str

    def decide(self, work: Work, /) -> Answer:
        own_project(work, self.project_id).reset_route(class_name=self.class_name, at=work.at)
        return Answer(thing=self.project_id)
