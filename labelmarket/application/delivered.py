"""What was delivered: whose labels count, on which items of a project or of one batch."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from labelmarket.application.access import EVERYTHING
from labelmarket.application.labels import Ranges
from labelmarket.application.machine_labels import MACHINE
from labelmarket.application.market import Market
from labelmarket.application.view import Reads
from labelmarket.application.views.batch_sheet import BatchRow
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.oracle_facts import Placement
from labelmarket.domain.project import Project
from labelmarket.domain.provider import Provider
from labelmarket.domain.slots import NONE, count, difference, intersection, union
from labelmarket.domain.work_order import WorkOrder

PROVIDER = "provider: "
"""What the name of an annotator begins with who labels for a provider."""

ID_DIGITS = 8
ROWS_AT_ONCE = 1_000


class Maker(StrEnum):
    """Who makes labels."""

    PROVIDER = "provider"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """The labels of one file that count: those on the items in `on`, all made by `annotator`."""

    maker: Maker
    annotator: str
    labels: str
    on: Ranges


def measured(batches: Reads[BatchRow], project: Project) -> Iterator[BatchRow]:
    """The batches of a project that have a report, all of them, in the order of their birth."""
    after = 0
    while rows := batches.page(EVERYTHING, first=ROWS_AT_ONCE, after=after, project_id=project.id):
        after = rows[-1].born
        yield from (row for row in rows if row.report_digest is not None)


def of_batch(market: Market, batch: LabelBatch) -> tuple[Layer, ...]:
    """What a provider delivered; what was turned down or taken back does not count."""
    return tuple(_of_people([batch], names=_names(market, [batch])))


def in_report(market: Market, batch: LabelBatch) -> tuple[Layer, ...]:
    """What the report of a batch speaks of: also what was turned down or taken back since."""
    return tuple(_of_people([batch], names=_names(market, [batch]), all_of_it=True))


def of_project(
    market: Market, project: Project, batch_ids: Iterable[UUID], *, task_id: UUID | None = None
) -> tuple[Layer, ...]:
    """What these batches and the machine delivered of a project, or of one of its tasks.

    Batches may label the same items: those of two tasks, and those of critical classes, which
    two providers label. What each of them says counts.
    """
    batches = [
        batch
        for batch in (market.find(LabelBatch, one) for one in batch_ids)
        if batch is not None and task_id in (None, task_of(market, batch))
    ]
    people = _of_people(batches, names=_names(market, batches))
    return (*people, *_of_machine(project, task_id))


def labeled_twice(layers: Iterable[Layer]) -> int:
    """Count the items that more than one batch labels."""
    once, twice = NONE, NONE
    for one in layers:
        if one.maker is Maker.PROVIDER:
            twice = union(twice, intersection(once, one.on))
            once = union(once, one.on)
    return count(twice)


def _of_people(
    batches: Iterable[LabelBatch], *, names: dict[UUID, str], all_of_it: bool = False
) -> Iterator[Layer]:
    for batch in batches:
        for part in batch.measured:
            kept = part.kept if all_of_it else difference(part.kept, batch.returned)
            if kept:
                yield Layer(
                    maker=Maker.PROVIDER,
                    annotator=names[batch.provider_id],
                    labels=part.labels_digest,
                    on=kept,
                )


def _of_machine(project: Project, task_id: UUID | None) -> Iterator[Layer]:
    for one in _placements(project, task_id):
        if one.slots:
            yield Layer(
                maker=Maker.MACHINE,
                annotator=f"{MACHINE}{one.oracle} {one.version}",
                labels=one.labels_digest,
                on=one.slots,
            )


def _placements(project: Project, task_id: UUID | None) -> list[Placement]:
    placed = ((task, one) for task, several in project.placed.items() for one in several)
    return [one for task, one in placed if task_id in (None, task)]


def task_of(market: Market, batch: LabelBatch) -> UUID:
    order = market.find(WorkOrder, batch.order_id)
    assert order is not None, "a batch fills a part of an order"
    return order.task_id


def _names(market: Market, batches: Iterable[LabelBatch]) -> dict[UUID, str]:
    """Give the annotators that providers are; of one name, those that differ have an id too."""
    found = {
        one: market.find(Provider, one) for one in dict.fromkeys(b.provider_id for b in batches)
    }
    names = {one: provider.name for one, provider in found.items() if provider is not None}
    often = Counter(names.values())
    return {
        one: f"{PROVIDER}{name}" + (f" ({one.hex[:ID_DIGITS]})" if often[name] > 1 else "")
        for one, name in names.items()
    }
