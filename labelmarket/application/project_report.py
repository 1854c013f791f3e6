"""One report over all labels of a project, merged from the sums of their parts when asked for."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from labelmarket.application.delivered import measured, task_of
from labelmarket.application.labels import MeasuredPart
from labelmarket.application.lessons import lessons_of
from labelmarket.application.machine_labels import MachineLabels
from labelmarket.application.office import Office
from labelmarket.application.views.batch_sheet import BatchRow
from labelmarket.domain.errors import Conflict
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.label_batch_facts import BatchStatus
from labelmarket.domain.oracle_facts import Placement
from labelmarket.domain.project import Project
from labelmarket.domain.slots import NONE, Ranges, difference, intersection, overlaps, union


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a report speaks of: the gold of a project, one batch, or these batches together."""

    project_id: UUID
    gold: bool = False
    batch_id: UUID | None = None
    batch_ids: tuple[UUID, ...] = ()


def report_of_project(office: Office, project_id: UUID) -> tuple[str, Reported] | None:
    """The digest of the report of what was delivered of a project, and what it speaks of.

    What was turned down or taken back does not count, and second labels of critical classes have
    reports of their own. Raises `Conflict` when two batches, or a batch and the machine, label the
    same items for two tasks: such labels are not of one kind.
    """
    project = office.market.find(Project, project_id)
    if project is None:
        return None
    every = measured(office.batches, project)
    rows = [row for row in every if row.parent_id not in project.second_orders]
    if len(rows) == 1 and _says_it_all(project, rows[0]):
        assert rows[0].report_digest is not None, "only measured batches are there"
        return rows[0].report_digest, Reported(project_id=project_id, batch_id=rows[0].id)
    batch_ids = tuple(row.id for row in rows)
    parts = parts_of_project(office, project, batch_ids)
    if not parts:
        return None
    merged = office.files.merge(
        parts,
        items=tuple(project.manifests.values()),
        classes=project.class_names,
        gold=tuple(project.gold.values()),
        lessons=lessons_of(office.market, project),
    )
    return merged.digest, Reported(project_id=project_id, batch_ids=batch_ids)


def _says_it_all(project: Project, batch: BatchRow) -> bool:
    """Whether the own report of the only batch there is knows of all that may be said.

    It stands still once the batch is over, and hears of no predictions.
    """
    over = batch.status in (BatchStatus.APPROVED, BatchStatus.REVOKED)
    return not (over or project.predictions)


def parts_of_project(
    office: Office, project: Project, batch_ids: Iterable[UUID]
) -> tuple[MeasuredPart, ...]:
    """What these batches and the machine delivered. Raises `Conflict` as `report_of_project`."""
    people = list(_of_people(office, batch_ids))
    parts = [_joined(office.machine, part, project, task_id) for task_id, part in people]
    placed = [one for of_task in project.placed.values() for one in of_task]
    parts += _of_machine(placed, done=union(*(part.kept or NONE for _, part in people)))
    return tuple(parts)


def by_machine(office: Office, placed: Iterable[Placement]) -> Counter[str]:
    """How many labels of each class are a machine's."""
    counts: Counter[str] = Counter()
    for one in placed:
        counts.update(office.machine.count(one.labels_digest, on=one.slots))
    return counts


def _of_people(office: Office, batch_ids: Iterable[UUID]) -> Iterator[tuple[UUID, MeasuredPart]]:
    """The parts of batches, each with its task."""
    taken: Ranges = NONE
    for batch_id in batch_ids:
        batch = office.market.find(LabelBatch, batch_id)
        assert batch is not None, "a row of the view has a stream behind it"
        for part in batch.measured:
            kept = difference(part.kept, batch.returned)
            if overlaps(kept, taken):
                raise Conflict("several batches label the same items; name one by `batchId`")
            taken = union(taken, kept)
            said = MeasuredPart(labels=part.labels_digest, sums=part.sums_digest, kept=kept)
            yield task_of(office.market, batch), said


def _joined(
    machine: MachineLabels, part: MeasuredPart, project: Project, task_id: UUID
) -> MeasuredPart:
    """A part of people, and on the same items what the machine says of its classes."""
    labels = part.labels
    for task, placed in project.placed.items():
        for one in placed:
            both = intersection(part.kept or NONE, one.slots)
            if both and task != task_id:
                raise Conflict("a machine labels the same items for another task; name a batch")
            if both:
                labels = machine.join(labels, one.labels_digest, on=both)
    return MeasuredPart(labels=labels, sums=part.sums, kept=part.kept)


def _of_machine(placed: Iterable[Placement], *, done: Ranges) -> Iterator[MeasuredPart]:
    """What the machine labeled where no labels of people are in."""
    taken: Ranges = NONE
    for one in placed:
        if overlaps(one.slots, taken):
            raise Conflict("machines label the same items for several tasks; name a batch")
        taken = union(taken, one.slots)
        left = difference(one.slots, done)
        if left:
            yield MeasuredPart(labels=one.labels_digest, sums=one.sums_digest, kept=left)
