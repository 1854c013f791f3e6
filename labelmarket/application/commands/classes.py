"""Commands about the classes of a project: what is suggested, critical, or brought along."""

from dataclasses import dataclass
from uuid import UUID

from labelmarket.application.commands.projects import file_taken, own_project
from labelmarket.application.work import Answer, Stale, Work
from labelmarket.domain.suggestion import SuggestionKind


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptClassSuggestion:
    """Rename a class to what was suggested for it, and keep why."""

    project_id: UUID
    class_name: str
    suggestion: str
    kind: SuggestionKind
    reason: str

    def decide(self, work: Work, /) -> Answer:
        own_project(work, self.project_id).accept_suggestion(
            class_name=self.class_name,
            suggestion=self.suggestion,
            kind=self.kind,
            reason=self.reason,
            at=work.at,
        )
        return Answer(thing=self.project_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoreClassSuggestion:
    project_id: UUID
    class_name: str
    suggestion: str

    def decide(self, work: Work, /) -> Answer:
        own_project(work, self.project_id).ignore_suggestion(
            class_name=self.class_name, suggestion=self.suggestion, at=work.at
        )
        return Answer(thing=self.project_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkClassCritical:
    """Have people label this class always, or no longer always."""

    project_id: UUID
    class_name: str
    critical: bool
    reason: str

    def decide(self, work: Work, /) -> Answer:
        own_project(work, self.project_id).mark_critical(
            class_name=self.class_name, critical=self.critical, reason=self.reason, at=work.at
        )
        return Answer(thing=self.project_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportClasses:
    """Add the class names of a file that was read; `behind` are those it was read behind."""

    project_id: UUID
    upload_digest: str
    behind: tuple[str, ...]
    names: tuple[str, ...]
    problems: int
    problems_digest: str

    def decide(self, work: Work, /) -> Answer:
        project = own_project(work, self.project_id)
        if project.class_names != self.behind:
            raise Stale("classes were changed at the same time")
        project.import_classes(
            upload_digest=self.upload_digest,
            names=self.names,
            problems=self.problems,
            at=work.at,
        )
        return file_taken(project, self, count=len(self.names))
