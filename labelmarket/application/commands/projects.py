"""Commands that write a project's brief: tasks, instructions, classes, items, gold."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from labelmarket.application.commands.providers import task_type_of
from labelmarket.application.work import Answer, Stale, Work
from labelmarket.domain.access_token import Role
from labelmarket.domain.errors import Forbidden, InvalidInput
from labelmarket.domain.project import Project
from labelmarket.domain.project_facts import Target
from labelmarket.domain.taxonomy import DataType
from labelmarket.domain.values import LabelClass, Priority, Requirement


def own_project(work: Work, project_id: UUID) -> Project:
    """A project that the actor owns."""
    work.by.must_be(Role.CUSTOMER)
    project = work.get(Project, project_id)
    work.by.must_own(project.organisation_id)
    return project


class TakesFile(Protocol):
    """A command that takes in a file that was read before, and lost some rows."""

    @property
    def problems(self) -> int: ...
    @property
    def problems_digest(self) -> str: ...


def file_taken(project: Project, taken: TakesFile, *, count: int) -> Answer:
    """The answer to whoever handed a file in: how much of it counts, and where it went wrong."""
    return Answer(
        thing=project.id,
        notes={
            "count": count,
            "problems": taken.problems,
            "problems_digest": taken.problems_digest,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateProject:
    name: str
    data_type: str
    tasks: tuple[Requirement, ...]
    target: Target

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be(Role.CUSTOMER)
        if work.by.viewer is None:
            raise Forbidden("a project has a customer")
        self._check(work)
        project = work.add(
            Project.create(
                project_id=work.new_id(),
                organisation_id=work.by.viewer.organisation_id,
                name=self.name.strip(),
                data_type=self.data_type,
                target=self.target,
                at=work.at,
            )
        )
        for requirement in self.tasks:
            project.define_task(task_id=work.new_id(), requirement=requirement, at=work.at)
        return Answer(thing=project.id)

    def _check(self, work: Work) -> None:
        if self.data_type not in set(DataType):
            raise InvalidInput(f"there is no data type {self.data_type!r}", path=("dataType",))
        if not self.tasks:
            raise InvalidInput("a project has at least one task", path=("tasks",))
        for number, requirement in enumerate(self.tasks):
            path = ("tasks", str(number))
            task_type = task_type_of(work, requirement.task_type, path=path)
            if task_type.data_type != self.data_type:
                raise InvalidInput(
                    f"{task_type.title} is a task for {task_type.data_type}, "
                    f"not for {self.data_type}",
                    path=(*path, "taskType"),
                )
            pair = (requirement.source_language, requirement.target_language)
            if task_type.directed and None in pair:
                raise InvalidInput(
                    f"{task_type.title} names a source and a target language",
                    path=(*path, "sourceLanguage"),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseTarget:
    project_id: UUID
    target: Target

    def decide(self, work: Work, /) -> Answer:
        own_project(work, self.project_id).revise_target(self.target, at=work.at)
        return Answer(thing=self.project_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteInstructions:
    """The text itself lies in the blob store under its digest."""

    project_id: UUID
    digest: str
    characters: int

    def decide(self, work: Work, /) -> Answer:
        own_project(work, self.project_id).write_instructions(
            digest=self.digest, characters=self.characters, at=work.at
        )
        return Answer(thing=self.project_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineClasses:
    project_id: UUID
    classes: tuple[LabelClass, ...]

    def decide(self, work: Work, /) -> Answer:
        own_project(work, self.project_id).define_classes(self.classes, at=work.at)
        return Answer(thing=self.project_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddItems:
    """Count a file of items that was read; `after` are the manifests it was read behind."""

    project_id: UUID
    upload_digest: str
    manifest_digest: str
    after: tuple[str, ...]
    items: int
    problems: int
    problems_digest: str

    def decide(self, work: Work, /) -> Answer:
        project = own_project(work, self.project_id)
        known = self.upload_digest in project.manifests
        if not known and tuple(project.manifests.values()) != self.after:
            raise Stale("items were added at the same time")
        project.add_items(
            upload_digest=self.upload_digest,
            manifest_digest=self.manifest_digest,
            items=self.items,
            problems=self.problems,
            at=work.at,
        )
        return file_taken(project, self, count=0 if known else self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class RankPriorities:
    project_id: UUID
    ranking: tuple[tuple[Priority, ...], ...]

    def decide(self, work: Work, /) -> Answer:
        own_project(work, self.project_id).rank_priorities(self.ranking, at=work.at)
        return Answer(thing=self.project_id)
