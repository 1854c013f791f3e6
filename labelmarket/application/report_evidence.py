"""The items or labels that a report's queries speak of, looked up in the labels behind it."""

from labelmarket.application.labels import Item, MeasuredPart
from labelmarket.application.looked_up import Shown, Sought
from labelmarket.application.office import Office
from labelmarket.application.project_report import Reported, parts_of_project
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.project import Project


def look_up(
    office: Office, reported: Reported, sought: Sought, *, first: int, after: int
) -> tuple[tuple[Shown, Item], ...]:
    """Give the first ones behind the place `after`, each with its item; few work at once.

    The labels are those that are there now: where some were delivered since, the report that was
    read is not the newest.
    """
    project = office.market.find(Project, reported.project_id)
    assert project is not None, "a report is of a project that exists"
    parts = _parts(office, project, reported)
    items, classes = tuple(project.manifests.values()), project.class_names
    found = office.readings.share(
        ("evidence", parts, items, classes, sought),
        lambda: office.lookups.found(parts, items=items, classes=classes, sought=sought),
    )
    page = [one for one in found if one.place > after][:first]
    return tuple((one, _item(office, items, one.ordinal)) for one in page)


def _parts(office: Office, project: Project, reported: Reported) -> tuple[MeasuredPart, ...]:
    if reported.gold:
        return tuple(MeasuredPart(labels=labels, sums="") for labels in project.gold.values())
    if reported.batch_id is None:
        return parts_of_project(office, project, reported.batch_ids)
    batch = office.market.find(LabelBatch, reported.batch_id)
    assert batch is not None, "a row of the view has a stream behind it"
    return tuple(
        MeasuredPart(labels=part.labels_digest, sums=part.sums_digest, kept=part.kept)
        for part in batch.measured
    )


def _item(office: Office, items: tuple[str, ...], ordinal: int) -> Item:
    (item,) = office.files.items(items, first=ordinal, count=1)
    return item
