"""Takes uploaded files in: items, gold and deliveries, after they arrived whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol
from uuid import UUID

import msgspec

from labelmarket.application.access import Actor
from labelmarket.application.commands.batches import DeliverLabels
from labelmarket.application.commands.classes import ImportClasses
from labelmarket.application.commands.gold import AddGold
from labelmarket.application.commands.oracles import AddPredictions, only_task
from labelmarket.application.commands.projects import AddItems, WriteInstructions
from labelmarket.application.label_kinds import kind_of, kinds_of
from labelmarket.application.labels import (
    PROBLEMS_KEPT_MAX,
    Blobs,
    ClassesRead,
    LabelFiles,
    LabelsRead,
    RowProblem,
    UnreadableFile,
)
from labelmarket.application.market import Market, Outcome
from labelmarket.application.oracles import PredictionFiles, PredictionsRead
from labelmarket.application.readings import Readings
from labelmarket.application.work import Command, Stale, refusal
from labelmarket.domain.access_token import Role
from labelmarket.domain.bounds import same_name
from labelmarket.domain.errors import Conflict, FileTooLarge, InvalidInput, NotFound, Refusal
from labelmarket.domain.project import Project

READINGS_MAX = 8
"""How often a file is read when others keep changing the project meanwhile."""
PROBLEMS_NAMED = 3
INSTRUCTIONS_CHARACTERS_MAX = 100_000
MEDIA_MAX = 10_000
TOO_LARGE_CODES = frozenset({"FILE_TOO_LARGE", "TOO_MANY_ROWS"})


class ArrivedUpload(Protocol):
    """A file that arrived whole."""

    @property
    def digest(self) -> str: ...
    @property
    def bytes(self) -> int: ...
    @property
    def organisation_id(self) -> UUID: ...
    @property
    def name(self) -> str: ...


class ArrivedUploads(Protocol):
    def find(self, upload_id: UUID, /) -> ArrivedUpload | None:
        """The upload; None when it has not arrived."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a file; `problems` are the first rows that were left out."""

    outcome: Outcome
    count: int = 0
    problems: tuple[RowProblem, ...] = ()
    problem_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Reads a file before the market decides about it, so that a decision stays short."""

    market: Market
    files: LabelFiles
    blobs: Blobs
    uploads: ArrivedUploads
    predictions: PredictionFiles
    readings: Readings = field(default_factory=Readings)

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
            upload = self._arrived(upload_id, by)
            digests = {name: self._arrived(u, by).digest for name, u in media.items()}
            if len(media) > MEDIA_MAX:
                raise InvalidInput(f"{MEDIA_MAX} media at the most", path=("media",))
            after = tuple(self._own_project(project_id, by).manifests.values())
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
                problems_digest=self._keep(read.problems),
            )

        asked = _fingerprint("addItems", project_id, upload_id, media)
        return self._take(read, by=by, key=key, fingerprint=asked)

    def add_gold(self, *, project_id: UUID, upload_id: UUID, by: Actor, key: str | None) -> Taken:
        """Add true labels of items that have none yet. Providers never see them."""

        def read() -> Command:
            by.must_be(Role.CUSTOMER)
            upload = self._arrived(upload_id, by)
            project = self._own_project(project_id, by)
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
            _must_be_of_use(read)
            return AddGold(
                project_id=project_id,
                upload_digest=upload.digest,
                labels_digest=read.digest,
                items=items,
                classes=classes,
                gold=gold,
                labels=read.labels,
                problems=read.problems_total,
                problems_digest=self._keep(read.problems),
            )

        asked = _fingerprint("addGold", project_id, upload_id, {})
        return self._take(read, by=by, key=key, fingerprint=asked)

    def import_classes(
        self, *, project_id: UUID, upload_id: UUID, by: Actor, key: str | None
    ) -> Taken:
        """Add the class names of a file behind those that are there; known ones are reported."""

        def read() -> Command:
            by.must_be(Role.CUSTOMER)
            upload = self._arrived(upload_id, by)
            behind = self._own_project(project_id, by).class_names
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
                problems_digest=self._keep((*read.problems, *known)[:PROBLEMS_KEPT_MAX]),
            )

        asked = _fingerprint("importClasses", project_id, upload_id, {})
        return self._take(read, by=by, key=key, fingerprint=asked)

    def add_predictions(
        self,
        *,
        project_id: UUID,
        task_id: UUID | None,
        oracle: str,
        version: str,
        upload_id: UUID,
        by: Actor,
        key: str | None,
    ) -> Taken:
        """Take in what a version of an oracle says about the items of a task."""

        def read() -> Command:
            by.must_be(Role.CUSTOMER)
            upload = self._arrived(upload_id, by)
            project = self._own_project(project_id, by)
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
            _must_be_of_use(read)
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
                problems_digest=self._keep(read.problems),
            )

        asked = _fingerprint("addPredictions", project_id, upload_id, {}, task_id, oracle, version)
        return self._take(read, by=by, key=key, fingerprint=asked)

    def deliver(self, *, batch_id: UUID, upload_id: UUID, by: Actor, key: str | None) -> Outcome:
        """Take a provider's labels in; a worker reads them."""
        try:
            by.must_be(Role.PROVIDER)
            upload = self._arrived(upload_id, by)
        except Refusal as error:
            return _refused(error)
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
            self._own_project(project_id, by)
            if not 0 < len(text) <= INSTRUCTIONS_CHARACTERS_MAX:
                raise InvalidInput(
                    f"instructions have 1 to {INSTRUCTIONS_CHARACTERS_MAX} characters",
                    path=("text",),
                )
        except Refusal as error:
            return _refused(error)
        command: Command = WriteInstructions(
            project_id=project_id, digest=self.blobs.put(text.encode()), characters=len(text)
        )
        return self.market.handle(command, by=by, key=key)

    def _take(
        self, read: Callable[[], Command], *, by: Actor, key: str | None, fingerprint: bytes
    ) -> Taken:
        """Read and decide, and read again when the project was changed in between."""
        known = self.market.known_answer(key, fingerprint=fingerprint)
        if known is not None:
            return self._taken(known)
        for _ in range(READINGS_MAX):
            try:
                command = read()
            except (Refusal, UnreadableFile) as error:
                return Taken(outcome=_refused(error))
            try:
                outcome = self.market.handle(command, by=by, key=key, fingerprint=fingerprint)
            except Stale:
                continue
            return self._taken(outcome)
        crowded = Conflict("the project was changed each time the file was read; ask again")
        return Taken(outcome=_refused(crowded))

    def _keep(self, problems: tuple[RowProblem, ...]) -> str:
        return self.blobs.put(msgspec.json.encode(problems))

    def _taken(self, outcome: Outcome) -> Taken:
        """What the answer says, the first time and every other time it is given."""
        notes = outcome.answer.notes
        if outcome.answer.refused is not None:
            return Taken(outcome=outcome)
        kept = self.blobs.read(str(notes["problems_digest"]))
        return Taken(
            outcome=outcome,
            count=int(notes["count"]),
            problems=msgspec.json.decode(kept, type=tuple[RowProblem, ...]),
            problem_count=int(notes["problems"]),
        )

    def _arrived(self, upload_id: UUID, by: Actor) -> ArrivedUpload:
        upload = self.uploads.find(upload_id)
        if upload is None or by.viewer is None:
            raise InvalidInput("this upload has not arrived", path=("uploadId",))
        if upload.organisation_id != by.viewer.organisation_id:
            raise InvalidInput("this upload has not arrived", path=("uploadId",))
        return upload

    def _own_project(self, project_id: UUID, by: Actor) -> Project:
        by.must_be(Role.CUSTOMER)
        project = self.market.find(Project, project_id)
        if project is None:
            raise NotFound("there is no such thing")
        by.must_own(project.organisation_id)
        return project


def _fingerprint(
    name: str, project_id: UUID, upload_id: UUID, media: Mapping[str, UUID], *more: object
) -> bytes:
    asked: Sequence[object] = (name, project_id, upload_id, sorted(media.items()), *more)
    return sha256(msgspec.json.encode(asked)).digest()


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


def _must_be_of_use(read: LabelsRead | PredictionsRead) -> None:
    """Truth that lost every row would say that there is nothing on the items."""
    if read.labels or (read.covered and not read.problems_total):
        return
    first = "; ".join(
        f"{one.code} in row {one.row}: {one.message}" for one in read.problems[:PROBLEMS_NAMED]
    )
    raise InvalidInput(f"no row of this file is of use: {first}", path=("uploadId",))


def _refused(error: Refusal | UnreadableFile) -> Outcome:
    if isinstance(error, UnreadableFile):
        kind = FileTooLarge if error.code in TOO_LARGE_CODES else InvalidInput
        error = kind(f"{error.code}: {error.message}", path=("uploadId",))
    return Outcome(answer=refusal(error), position=None)
