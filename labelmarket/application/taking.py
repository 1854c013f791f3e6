"""How an uploaded file is taken in: read first, then decided about, and told row by row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Protocol
from uuid import UUID

import msgspec

from labelmarket.application.access import Actor
from labelmarket.application.labels import (
    Blobs,
    LabelsRead,
    RowProblem,
    UnreadableFile,
)
from labelmarket.application.market import Market, Outcome
from labelmarket.application.oracles import PredictionsRead
from labelmarket.application.readings import Readings
from labelmarket.application.work import Command, Stale, refusal
from labelmarket.domain.access_token import Role
from labelmarket.domain.errors import Conflict, FileTooLarge, InvalidInput, NotFound, Refusal
from labelmarket.domain.project import Project

READINGS_MAX = 8
"""How often a file is read when others keep changing the project meanwhile."""
PROBLEMS_NAMED = 3
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
class Taking:
    """Reads a file before the market decides about it, so that a decision stays short."""

    market: Market
    blobs: Blobs
    uploads: ArrivedUploads
    readings: Readings = field(default_factory=Readings)

    def take(
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
                return Taken(outcome=refused(error))
            try:
                outcome = self.market.handle(command, by=by, key=key, fingerprint=fingerprint)
            except Stale:
                continue
            return self._taken(outcome)
        crowded = Conflict("the project was changed each time the file was read; ask again")
        return Taken(outcome=refused(crowded))

    def keep(self, problems: tuple[RowProblem, ...]) -> str:
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

    def arrived(self, upload_id: UUID, by: Actor) -> ArrivedUpload:
        upload = self.uploads.find(upload_id)
        if upload is None or by.viewer is None:
            raise InvalidInput("this upload has not arrived", path=("uploadId",))
        if upload.organisation_id != by.viewer.organisation_id:
            raise InvalidInput("this upload has not arrived", path=("uploadId",))
        return upload

    def own_project(self, project_id: UUID, by: Actor) -> Project:
        by.must_be(Role.CUSTOMER)
        project = self.market.find(Project, project_id)
        if project is None:
            raise NotFound("there is no such thing")
        by.must_own(project.organisation_id)
        return project


def what_was_asked(
    name: str, project_id: UUID, upload_id: UUID, media: Mapping[str, UUID], *more: object
) -> bytes:
    asked: Sequence[object] = (name, project_id, upload_id, sorted(media.items()), *more)
    return sha256(msgspec.json.encode(asked)).digest()


def must_be_of_use(read: LabelsRead | PredictionsRead) -> None:
    """Truth that lost every row would say that there is nothing on the items."""
    if read.labels or (read.covered and not read.problems_total):
        return
    first = "; ".join(
        f"{one.code} in row {one.row}: {one.message}" for one in read.problems[:PROBLEMS_NAMED]
    )
    raise InvalidInput(f"no row of this file is of use: {first}", path=("uploadId",))


def refused(error: Refusal | UnreadableFile) -> Outcome:
    if isinstance(error, UnreadableFile):
        kind = FileTooLarge if error.code in TOO_LARGE_CODES else InvalidInput
        error = kind(f"{error.code}: {error.message}", path=("uploadId",))
    return Outcome(answer=refusal(error), position=None)
