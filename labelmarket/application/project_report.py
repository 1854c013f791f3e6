"""One report over all batches of a project, merged from the sums of their parts when asked for."""

from collections.abc import Sequence
from uuid import UUID

from labelmarket.application.labels import MeasuredPart
from labelmarket.application.office import Office
from labelmarket.domain.errors import Conflict
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.project import Project
from labelmarket.domain.slots import NONE, Ranges, difference, overlaps, union


def report_of_project(office: Office, project_id: UUID, batch_ids: Sequence[UUID]) -> str | None:
    """The digest of the report of what these batches delivered; None when nothing is measured.

    What was turned down or taken back does not count. Raises `Conflict` when two batches
    label the same items, as those of two tasks do: such labels are not of one kind.
    """
    project = office.market.find(Project, project_id)
    parts: list[MeasuredPart] = []
    taken: Ranges = NONE
    for batch_id in batch_ids:
        batch = office.market.find(LabelBatch, batch_id)
        assert batch is not None, "a row of the view has a stream behind it"
        for part in batch.measured:
            kept = difference(part.kept, batch.returned)
            if overlaps(kept, taken):
                raise Conflict("several batches label the same items; name one by `batchId`")
            taken = union(taken, kept)
            parts.append(MeasuredPart(labels=part.labels_digest, sums=part.sums_digest, kept=kept))
    if project is None or not parts:
        return None
    return office.files.merge(
        tuple(parts),
        items=tuple(project.manifests.values()),
        classes=project.class_names,
        gold=tuple(project.gold.values()),
    ).digest
