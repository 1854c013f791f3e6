"""Commands on exports: ask for one, and say what became of it."""

from dataclasses import dataclass
from uuid import UUID

from labelmarket.application.access import Actor
from labelmarket.application.exports import Wanted
from labelmarket.application.work import Answer, Loads, Work
from labelmarket.domain.access_token import Role
from labelmarket.domain.errors import Forbidden, InvalidInput, NotFound
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.label_export import LabelExport, export_id
from labelmarket.domain.project import Project


def exportable(load: Loads, wanted: Wanted, *, by: Actor) -> tuple[Project, LabelBatch | None]:
    """The project, and the batch where one is named, if the actor may take its labels home.

    A customer exports its projects and their batches, a provider what it delivered itself.
    """
    if (wanted.project_id is None) == (wanted.batch_id is None):
        raise InvalidInput("name either a batch or a project")
    if wanted.batch_id is not None:
        if wanted.task_id is not None:
            raise InvalidInput("a batch is of one task", path=("taskId",))
        batch = _own_batch(load, wanted.batch_id, by=by)
        return _project(load, batch.project_id), batch
    assert wanted.project_id is not None, "one of the two is named"
    by.must_be(Role.CUSTOMER)
    project = _project(load, wanted.project_id)
    by.must_own(project.organisation_id)
    if wanted.task_id is not None and wanted.task_id not in project.tasks:
        raise NotFound("there is no such thing", path=("taskId",))
    return project, None


def _own_batch(load: Loads, batch_id: UUID, *, by: Actor) -> LabelBatch:
    by.must_be(Role.CUSTOMER, Role.PROVIDER)
    batch = load(LabelBatch, batch_id)
    if batch is None:
        raise NotFound("there is no such thing")
    if by.viewer is not None and by.viewer.role is Role.PROVIDER:
        by.must_be_provider(batch.provider_id)
    else:
        by.must_own(batch.organisation_id)
    return batch


def _project(load: Loads, project_id: UUID) -> Project:
    project = load(Project, project_id)
    if project is None:
        raise NotFound("there is no such thing")
    return project


@dataclass(frozen=True, slots=True, kw_only=True)
class AskExport:
    """Have labels written; what was asked for before is not written again."""

    wanted: Wanted
    selection_digest: str

    def decide(self, work: Work, /) -> Answer:
        project, batch = exportable(work.find, self.wanted, by=work.by)
        if work.by.viewer is None:
            raise Forbidden("an export is somebody's")
        asker = work.by.viewer.organisation_id
        identity = export_id(
            asker,
            project_id=project.id,
            batch_id=self.wanted.batch_id,
            task_id=self.wanted.task_id,
            format=self.wanted.format,
            selection_digest=self.selection_digest,
        )
        known = work.find(LabelExport, identity)
        if known is not None:
            if known.ask_again(at=work.at):
                _start(work, known)
            return Answer(thing=identity)
        asked = LabelExport.ask(
            export_id=identity,
            project_id=project.id,
            organisation_id=project.organisation_id,
            provider_id=asker if work.by.viewer.role is Role.PROVIDER else None,
            batch_id=None if batch is None else batch.id,
            task_id=self.wanted.task_id,
            format=self.wanted.format,
            selection_digest=self.selection_digest,
            at=work.at,
        )
        _start(work, work.add(asked))
        return Answer(thing=identity)


def _start(work: Work, export: LabelExport) -> None:
    work.start_job(
        f"export:{export.id}:{export.attempts}",
        kind="write_export",
        queue="merge",
        export_id=str(export.id),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordExport:
    """What a worker says when the file is there."""

    export_id: UUID
    file_digest: str
    size_bytes: int
    manifest_digest: str
    manifest_size_bytes: int
    items: int
    labels: int
    machine_labels: int
    labels_written: int

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        work.get(LabelExport, self.export_id).finish(
            file_digest=self.file_digest,
            size_bytes=self.size_bytes,
            manifest_digest=self.manifest_digest,
            manifest_size_bytes=self.manifest_size_bytes,
            items=self.items,
            labels=self.labels,
            machine_labels=self.machine_labels,
            labels_written=self.labels_written,
            at=work.at,
        )
        return Answer(thing=self.export_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFailedExport:
    """What a worker says when these labels cannot be written in this format."""

    export_id: UUID
    code: str
    message: str

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        export = work.get(LabelExport, self.export_id)
        export.fail(code=self.code, message=self.message, at=work.at)
        return Answer(thing=self.export_id)
