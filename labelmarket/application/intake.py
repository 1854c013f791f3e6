"""Takes uploaded files in: items, gold and deliveries, after they arrived whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from labelmarket.application.access import Actor
from labelmarket.application.commands.batches import DeliverLabels
from labelmarket.application.commands.classes import ImportClasses
from labelmarket.application.commands.gold import AddGold
from labelmarket.application.commands.oracles import AddPredictions, only_task
from labelmarket.application.commands.projects import AddItems, WriteInstructions
from labelmarket.application.label_kinds import kind_of, kinds_of
from labelmarket.application.labels import (
    PROBLEMS_KEPT_MAX,
    ClassesRead,
    LabelFiles,
    RowProblem,
)
from labelmarket.application.market import Outcome
from labelmarket.application.oracles import PredictionFiles
from labelmarket.application.taking import Taken, Taking, must_be_of_use, refused, what_was_asked
from labelmarket.application.work import Command
from labelmarket.domain.access_token import Role
from labelmarket.domain.bounds import same_name
from labelmarket.domain.errors import Conflict, InvalidInput, Refusal

INSTRUCTIONS_CHARACTERS_MAX = 100_000
MEDIA_MAX = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake(Taking):
    """Takes items, gold, classes, predictions and deliveries in."""

    files: LabelFiles
    predictions: PredictionFiles

    def add_items(
        self,
        *,
        project_id: UUID,
        upload_id: UUID,
        media: Mapping[str, UUID],
        by: Actor,
        key: str | None,
    ) -> Taken:
        """Add the items that a file lists; those known by their key are reported, not added."""

        def read() -> Command:
            by.must_be(Role.CUSTOMER)
            upload = self.arrived(upload_id, by)
            digests = {name: self.arrived(u, by).digest for name, u in media.items()}
            if len(media) > MEDIA_MAX:
                raise InvalidInput(f"{MEDIA_MAX} media at the most", path=("media",))
            after = tuple(self.own_project(project_id, by).manifests.values())
            read = self.readings.share(
                ("items", upload.digest, after, frozenset(digests.items())),
                lambda: self.files.read_items(upload.digest, after=after, media=digests),
            )
            return AddItems(
                project_id=project_id,
                upload_digest=upload.digest,
                manifest_digest=read.digest,
                after=after,
                items=read.items,
                problems=read.problems_total,
                problems_digest=self.keep(read.problems),
            )

        asked = what_was_asked("addItems", project_id, upload_id, media)
        return self.take(read, by=by, key=key, fingerprint=asked)

    def add_gold(self, *, project_id: UUID, upload_id: UUID, by: Actor, key: str | None) -> Taken:
        """Add true labels of items that have none yet. Providers never see them."""

        def read() -> Command:
            by.must_be(Role.CUSTOMER)
            upload = self.arrived(upload_id, by)
            project = self.own_project(project_id, by)
            items, classes = tuple(project.manifests.values()), project.class_names
            if not items or not classes:
                raise Conflict("add the items and define the classes before the gold")
            gold = project.gold_before(upload.digest)
            tasks = (task.task_type for task in project.tasks.values())
            kinds = kinds_of(self.market, tasks)
            read = self.readings.share(
                ("gold", upload.digest, items, classes, gold, kinds),
                lambda: self.files.read_gold(
                    upload.digest, items=items, classes=classes, gold=gold, kinds=kinds
                ),
            )
            must_be_of_use(read)
            return AddGold(
                project_id=project_id,
                upload_digest=upload.digest,
                labels_digest=read.digest,
                items=items,
                classes=classes,
                gold=gold,
                labels=read.labels,
                problems=read.problems_total,
                problems_digest=self.keep(read.problems),
            )

        asked = what_was_asked("addGold", project_id, upload_id, {})
        return self.take(read, by=by, key=key, fingerprint=asked)

    def import_classes(
        self, *, project_id: UUID, upload_id: UUID, by: Actor, key: str | None
    ) -> Taken:
        """Add the class names of a file behind those that are there; known ones are reported."""

        def read() -> Command:
            by.must_be(Role.CUSTOMER)
            upload = self.arrived(upload_id, by)
            behind = self.own_project(project_id, by).class_names
            read = self.readings.share(
                ("classes", upload.digest, upload.name),
                lambda: self.files.read_classes(upload.digest, file_name=upload.name),
            )
            names, known = _new_classes(read, behind=behind)
            return ImportClasses(
                project_id=project_id,
                upload_digest=upload.digest,
                behind=behind,
                names=names,
                problems=read.problems_total + len(known),
                problems_digest=self.keep((*read.problems, *known)[:PROBLEMS_KEPT_MAX]),
            )

        asked = what_was_asked("importClasses", project_id, upload_id, {})
        return self.take(read, by=by, key=key, fingerprint=asked)

    def add_predictions(
        self,
        *,
        project_id: UUID,
        task_id: UUID | None,
        oracle: str,
        version: str,
        upload_id: UUID,
        trained_on: int | None,
        by: Actor,
        key: str | None,
    ) -> Taken:
        """Take in what a version of an oracle says about the items of a task."""

        def read() -> Command:
            by.must_be(Role.CUSTOMER)
            upload = self.arrived(upload_id, by)
            project = self.own_project(project_id, by)
            items, classes = tuple(project.manifests.values()), project.class_names
            if not items or not classes:
                raise Conflict("add the items and define the classes before the predictions")
            kind = kind_of(self.market, project.tasks[only_task(project, task_id)].task_type)
            # Their images and categories may have numbers, which predictions name them by.
            numbered_by = (*project.manifests, *project.gold)
            read = self.readings.share(
                ("predictions", upload.digest, items, classes, kind, numbered_by),
                lambda: self.predictions.read_predictions(
                    upload.digest,
                    kind=kind,
                    items=items,
                    classes=classes,
                    numbered_by=numbered_by,
                ),
            )
            must_be_of_use(read)
            return AddPredictions(
                project_id=project_id,
                task_id=task_id,
                oracle=oracle,
                version=version,
                upload_digest=upload.digest,
                labels_digest=read.digest,
                items=items,
                classes=classes,
                labels=read.labels,
                covered=read.covered,
                problems=read.problems_total,
                problems_digest=self.keep(read.problems),
                trained_on=trained_on,
            )

        # Whoever says nothing of it asks what could be asked before there was such a number.
        more = () if trained_on is None else (trained_on,)
        asked = what_was_asked(
            "addPredictions", project_id, upload_id, {}, task_id, oracle, version, *more
        )
        return self.take(read, by=by, key=key, fingerprint=asked)

    def deliver(self, *, batch_id: UUID, upload_id: UUID, by: Actor, key: str | None) -> Outcome:
        """Take a provider's labels in; a worker reads them."""
        try:
            by.must_be(Role.PROVIDER)
            upload = self.arrived(upload_id, by)
        except Refusal as error:
            return refused(error)
        return self.market.handle(
            DeliverLabels(batch_id=batch_id, upload_digest=upload.digest, size_bytes=upload.bytes),
            by=by,
            key=key,
        )

    def write_instructions(
        self, *, project_id: UUID, text: str, by: Actor, key: str | None
    ) -> Outcome:
        """Keep the text as a blob and its digest as a fact."""
        try:
            self.own_project(project_id, by)
            if not 0 < len(text) <= INSTRUCTIONS_CHARACTERS_MAX:
                raise InvalidInput(
                    f"instructions have 1 to {INSTRUCTIONS_CHARACTERS_MAX} characters",
                    path=("text",),
                )
        except Refusal as error:
            return refused(error)
        command: Command = WriteInstructions(
            project_id=project_id, digest=self.blobs.put(text.encode()), characters=len(text)
        )
        return self.market.handle(command, by=by, key=key)


def _new_classes(
    read: ClassesRead, *, behind: Sequence[str]
) -> tuple[tuple[str, ...], tuple[RowProblem, ...]]:
    """Give the names that are new, and for each of the others its problem."""
    if not read.classes and not read.problems_total:
        raise InvalidInput("this file names no class", path=("uploadId",))
    there = {same_name(name) for name in behind}
    known = [one for one in read.classes if same_name(one.name) in there]
    problems = tuple(
        RowProblem(
            row=one.row,
            item=one.name,
            code="DUPLICATE_CLASS",
            message="the project has this class already",
        )
        for one in known
    )
    return tuple(one.name for one in read.classes if one not in known), problems
