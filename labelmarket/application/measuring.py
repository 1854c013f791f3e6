"""What workers do with labels: read a part, merge the parts, measure gold and predictions.

Each job loads what it needs, works on files, and ends in one command that also ends the
job; running it twice gives the same bytes and records nothing twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from labelmarket.application.access import MARKET, Actor
from labelmarket.application.commands.batches import RecordPart, RecordReport, RefusePart
from labelmarket.application.commands.exports import RecordFailedExport
from labelmarket.application.commands.gold import RecordGoldReport
from labelmarket.application.commands.oracles import RecordOracleMetrics
from labelmarket.application.exporting import ExportWriting
from labelmarket.application.label_kinds import kind_of, kinds_of
from labelmarket.application.labels import (
    Asked,
    Blobs,
    BlobStoreFull,
    LabelFiles,
    MeasuredPart,
    UnreadableFile,
)
from labelmarket.application.learning import Learning
from labelmarket.application.lessons import lessons_of
from labelmarket.application.machine_labels import MachineLabels
from labelmarket.application.market import Market
from labelmarket.application.oracles import TextLearner
from labelmarket.application.ports import KeyReused, LogConflict, Unavailable
from labelmarket.application.work import Answer, Command, Work
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.project import Project

PASSING = (BlobStoreFull, LogConflict, OSError, Unavailable)
"""What says nothing about a job: the disk is full, the database silent, the log crowded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NothingLeftToDo:
    """Ends a job whose work was done or has become pointless."""

    job_id: str

    def decide(self, work: Work, /) -> Answer:
        work.by.must_be_inside()
        return Answer()


class _Counts(msgspec.Struct):
    """The parts of a report that facts repeat."""

    goldBoxes: int = 0  # noqa: N815 - the report's own name
    goldMatched: int = 0  # noqa: N815
    goldItems: int = 0  # noqa: N815
    goldItemsRight: int = 0  # noqa: N815


@dataclass(frozen=True, slots=True, kw_only=True)
class Measuring:
    """The jobs, by the kind that their rows name."""

    market: Market
    files: LabelFiles
    blobs: Blobs
    machine: MachineLabels
    learner: TextLearner
    exports: ExportWriting

    def run(self, job_id: str, *, kind: str, args: Mapping[str, Any]) -> None:
        """Do a job. Raises whatever kept it from ending; then it will be tried again."""
        jobs: dict[str, Callable[[Mapping[str, Any]], Command | None]] = {
            "read_part": self._read_part,
            "merge_parts": self._merge_parts,
            "measure_gold": self._measure_gold,
            "measure_oracle": self._measure_oracle,
            "teach_learner": self._teach_learner,
            "write_export": self.exports,
        }
        command = jobs[kind](args) or NothingLeftToDo(job_id=job_id)
        try:
            outcome = self.market.handle(
                command, by=_by(job_id), key=f"job:{job_id}", done_jobs=(job_id,)
            )
        except KeyReused:
            # Another worker had the job too, saw other parts, and has ended it: done is done.
            return
        outcome.must_be_recorded()

    def _read_part(self, args: Mapping[str, Any]) -> Command | None:
        batch, project = self._batch(args)
        number = int(args["part"])
        part = batch.parts.get(number)
        if part is None or not part.open or batch.is_over:
            return None
        items = tuple(project.manifests.values())
        classes = project.class_names
        try:
            read = self.files.read_labels(
                part.upload_digest,
                items=items,
                classes=classes,
                within=batch.slots,
                kinds=kinds_of(self.market, (batch.task_type,)),
                asked=Asked(classes=batch.classes, all=classes, everything=batch.everything),
            )
        except UnreadableFile as error:
            return RefusePart(
                batch_id=batch.id, part=number, code=error.code, message=error.message
            )
        sums = self.files.measure(
            read.digest, items=items, classes=classes, gold=tuple(project.gold.values())
        )
        return RecordPart(
            batch_id=batch.id,
            part=number,
            labels_digest=read.digest,
            sums_digest=sums,
            labels=read.labels,
            covered=read.covered,
            problems=read.problems_total,
            problems_digest=self.blobs.put(msgspec.json.encode(read.problems)),
        )

    def _merge_parts(self, args: Mapping[str, Any]) -> Command | None:
        batch, project = self._batch(args)
        parts = batch.measured
        if len(parts) != int(args["parts"]) or batch.is_reading or batch.is_over:
            return None
        merged = self.files.merge(
            tuple(
                MeasuredPart(labels=p.labels_digest, sums=p.sums_digest, kept=p.kept) for p in parts
            ),
            items=tuple(project.manifests.values()),
            classes=project.class_names,
            gold=tuple(project.gold.values()),
            lessons=lessons_of(self.market, project, task_type=batch.task_type),
        )
        counts = msgspec.json.decode(self.files.report(merged.digest), type=_Counts)
        return RecordReport(
            batch_id=batch.id,
            parts=len(parts),
            report_digest=merged.digest,
            items=merged.items,
            labels=merged.labels,
            problems=sum(part.problems for part in parts),
            # A batch is of boxes or of words on whole items, so that one of the two is 0.
            gold_right=counts.goldMatched + counts.goldItemsRight,
            gold_checked=counts.goldBoxes + counts.goldItems,
            gold_files=len(project.gold),
        )

    def _measure_gold(self, args: Mapping[str, Any]) -> Command | None:
        project = self.market.find(Project, UUID(args["project_id"]))
        assert project is not None, "a job names a project that exists"
        gold = tuple(project.gold.values())
        if len(gold) != int(args["parts"]):
            return None
        items, classes = tuple(project.manifests.values()), project.class_names
        merged = self.files.merge(
            tuple(
                MeasuredPart(
                    labels=labels,
                    sums=self.files.measure(labels, items=items, classes=classes, gold=()),
                )
                for labels in gold
            ),
            items=items,
            classes=classes,
            gold=(),
            lessons=lessons_of(self.market, project),
        )
        return RecordGoldReport(project_id=project.id, parts=len(gold), report_digest=merged.digest)

    def _measure_oracle(self, args: Mapping[str, Any]) -> Command | None:
        project = self.market.find(Project, UUID(args["project_id"]))
        assert project is not None, "a job names a project that exists"
        task_id, gold = UUID(args["task_id"]), tuple(project.gold.values())
        said = project.predictions[task_id].labels_digest
        # What came later, be it gold or another version, has a job of its own.
        if len(gold) != int(args["gold_files"]) or args.get("predictions", said) != said:
            return None
        found = self.machine.measure(
            said,
            task_type=project.tasks[task_id].task_type,
            kind=kind_of(self.market, project.tasks[task_id].task_type),
            items=tuple(project.manifests.values()),
            classes=project.class_names,
            gold=gold,
        )
        return RecordOracleMetrics(
            project_id=project.id,
            task_id=task_id,
            predictions=said,
            metric=found.metric,
            metrics=found.metrics,
            gold_files=len(gold),
        )

    def _teach_learner(self, args: Mapping[str, Any]) -> Command | None:
        learning = Learning(market=self.market, machine=self.machine, learner=self.learner)
        return learning.teach(args)

    def _batch(self, args: Mapping[str, Any]) -> tuple[LabelBatch, Project]:
        batch = self.market.find(LabelBatch, UUID(args["batch_id"]))
        assert batch is not None, "a job names a batch that exists"
        project = self.market.find(Project, batch.project_id)
        assert project is not None, "a batch belongs to a project"
        return batch, project


def give_up(market: Market, job_id: str, *, kind: str, args: Mapping[str, Any]) -> bool:
    """Say that a quarantined job will not be done; False when nobody can be told.

    A part that was never read is refused, so that its batch goes on and the provider may
    deliver again; an export that was not written may be asked for again. Saying it twice
    records it once.
    """
    if kind == "write_export":
        failed = RecordFailedExport(
            export_id=UUID(args["export_id"]),
            code="COULD_NOT_BE_WRITTEN",
            message="the labels could not be written, though it was tried again; ask again",
        )
        market.handle(failed, by=_by(job_id), key=f"given up:{job_id}").must_be_recorded()
        return True
    if kind != "read_part":
        return False
    command = RefusePart(
        batch_id=UUID(args["batch_id"]),
        part=int(args["part"]),
        code="COULD_NOT_BE_READ",
        message="this file could not be read, though it was tried again; deliver it again",
    )
    market.handle(command, by=_by(job_id), key=f"given up:{job_id}").must_be_recorded()
    return True


def _by(job_id: str) -> Actor:
    return MARKET.caused_by(f"job:{job_id}", correlation_id=f"job:{job_id}")
