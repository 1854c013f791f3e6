"""What a provider reads of a project that it may not see: its own slots, and the brief."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from labelmarket.application.access import EVERYTHING, Viewer
from labelmarket.application.labels import Asked, Item
from labelmarket.application.office import Office
from labelmarket.application.views.batch_sheet import BatchRow
from labelmarket.application.views.project_page import InstructionsRow
from labelmarket.application.visibility import sees_work_items
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.project import Project
from labelmarket.domain.slots import Ranges, intersection


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """A project as far as whoever is asked to work on it must know it."""

    name: str
    instructions: tuple[InstructionsRow, ...] = ()

    def version(self, number: int) -> InstructionsRow | None:
        """The instructions with this number; None when there are none."""
        return next((one for one in self.instructions if one.number == number), None)


def briefs(office: Office, project_ids: Sequence[UUID]) -> dict[UUID, Brief]:
    """The briefs of projects whose offers the viewer could read."""
    # Whoever was sent an offer gets the brief; nothing else of the project leaves here.
    rows = office.projects.by_ids(EVERYTHING, project_ids)
    late = [one for one in project_ids if one not in rows]
    return {
        **{row.id: Brief(name=row.name, instructions=row.instructions) for row in rows.values()},
        **{one: Brief(name=_project(office, one).name) for one in late},
    }


def work_items(
    office: Office, viewer: Viewer, batch: BatchRow, *, first: int, after: int
) -> tuple[Item, ...]:
    """Items of a batch that the viewer could read, behind the ordinal `after`, in order.

    Empty for a provider once the batch is no longer its to work on.
    """
    if not sees_work_items(viewer, batch.status):
        return ()
    project = _project(office, batch.project_id)
    manifests = tuple(project.manifests.values())
    found: list[Item] = []
    for start, count in _runs(batch.slots, after=after, count=first):
        found.extend(office.files.items(manifests, first=start, count=count))
    return tuple(found)


def asked_of(office: Office, batch_id: UUID) -> Asked:
    """What a batch asks for, item by item."""
    batch = office.market.find(LabelBatch, batch_id)
    assert batch is not None, "a row of the view has a stream behind it"
    project = _project(office, batch.project_id)
    return Asked(classes=batch.classes, all=project.class_names, everything=batch.everything)


def _runs(slots: Ranges, *, after: int, count: int) -> Iterator[tuple[int, int]]:
    """The first `count` ordinals behind `after`, as runs of (first, length)."""
    end = slots[-1][1] if slots else 0
    left = count
    for start, stop in intersection(slots, ((after + 1, max(end, after + 1)),)):
        if left <= 0:
            return
        length = min(left, stop - start)
        left -= length
        yield start, length


def _project(office: Office, project_id: UUID | None) -> Project:
    assert project_id is not None, "offers and batches belong to a project"
    project = office.market.find(Project, project_id)
    assert project is not None, "a project is never taken out of the log"
    return project
