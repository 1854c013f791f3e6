"""Commands on a project's gold: true labels that come, and what they say."""

from dataclasses import dataclass
from uuid import UUID

from labelmarket.application.commands.oracles import measure_oracles
from labelmarket.application.commands.projects import file_taken, own_project
from labelmarket.application.work import Answer, Stale, Work
from labelmarket.domain.project import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class AddGold:
    """Count a file of true labels that was read, and have the gold measured anew.

    It was read on `items`, for `classes`, and left out what `gold` speaks of.
    """

    project_id: UUID
    upload_digest: str
    labels_digest: str
    items: tuple[str, ...]
    classes: tuple[str, ...]
    gold: tuple[str, ...]
    labels: int
    problems: int
    problems_digest: str

    def decide(self, work: Work, /) -> Answer:
        project = own_project(work, self.project_id)
        stands = (
            tuple(project.manifests.values()),
            project.class_names,
            project.gold_before(self.upload_digest),
        )
        if stands != (self.items, self.classes, self.gold):
            raise Stale("items, classes or gold were added at the same time")
        added = project.add_gold(
            upload_digest=self.upload_digest,
            labels_digest=self.labels_digest,
            labels=self.labels,
            problems=self.problems,
            at=work.at,
        )
        if added:
            parts = len(project.gold)
            work.start_job(
                f"gold:{project.id}:{parts}",
                kind="measure_gold",
                queue="merge",
                project_id=str(project.id),
                parts=parts,
            )
            measure_oracles(work, project, project.predictions)
        return file_taken(project, self, count=self.labels if added else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordGoldReport:
    """What a worker says when it has measured the gold."""

    project_id: UUID
    parts: int
    report_digest: str

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        work.get(Project, self.project_id).measure_gold(
            parts=self.parts, report_digest=self.report_digest, at=work.at
        )
        return Answer(thing=self.project_id)
