"""What must hold when everything has come to rest: nothing lost, nothing twice, nothing left."""

from typing import Any, Protocol, TypeVar
from uuid import UUID

import msgspec

from labelmarket.domain.aggregate import Aggregate
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.slots import count, overlaps, union
from labelmarket.domain.work_order import WorkOrder
from labelmarket.domain.work_order_facts import OrderStatus
from simulation.chance import Chance
from simulation.database import Database, entries_of
from simulation.journal import Broken, Journal
from simulation.process import Process
from tests.application.cascade_watch import Watch
from tests.memory_market import MemoryView

BATCH_MAX = 40

A = TypeVar("A", bound=Aggregate)


class Rest(Protocol):
    """A run that has come to rest."""

    chance: Chance
    database: Database
    journal: Journal
    watch: Watch
    processes: list[Process]


def check_end(rest: Rest) -> None:
    """Raises `Broken`, or the assertion that does not hold."""
    check_journal(rest.database, rest.journal)
    check_keys(rest.database)
    check_loops(rest.database)
    check_views(rest.database, rest.chance)
    check_orders(rest)
    check_batches(rest)


def check_journal(database: Database, journal: Journal) -> None:
    """What was acknowledged is in the log, with the answer that was given."""
    for said in journal.said:
        outcome = said.outcome
        known = database.facts.keys.get(said.key)
        if outcome is None or known is None:
            raise Broken(f"{said.key} was said, and is not known")
        last = known.positions[-1] if known.positions else None
        if (msgspec.json.encode(outcome.answer), outcome.position) != (known.answer, last):
            raise Broken(f"{said.key} was acknowledged as something else")


def check_keys(database: Database) -> None:
    """The facts that name a command are those that were recorded under its key, each once."""
    made: dict[str, list[int]] = {}
    for entry in entries_of(database.facts.log):
        envelope = entry.fact.envelope
        if envelope is None:
            raise Broken(f"nobody knows who caused the fact at {entry.position}")
        made.setdefault(envelope.command_id, []).append(entry.position)
    for key, known in database.facts.keys.items():
        if tuple(made.pop(key, ())) != known.positions:
            raise Broken(f"{key} made other facts than its key tells")
    if made:
        raise Broken(f"facts without a key: {sorted(made)}")


def check_loops(database: Database) -> None:
    head = database.facts.head
    behind = [name for name, view in database.views.items() if view.position != head]
    behind += [name for name, position in database.reactions.items() if position != head]
    unfinished = [r.job.id for r in database.jobs.rows.values() if r.state in ("ready", "leased")]
    for what, left in (
        ("behind the log", behind),
        ("a timer that never fires", database.timers.rows),
        ("a job that is never done", unfinished),
        ("a session that nobody closes", database.sessions.opened),
    ):
        if left:
            raise Broken(f"{what}: {list(left)}")


def check_views(database: Database, chance: Chance) -> None:
    """Folded from the first fact, in batches of another size, every row has the same bytes."""
    size = chance.random.randint(1, BATCH_MAX)
    entries = entries_of(database.facts.log)
    for live in database.views.values():
        rebuilt: MemoryView[Any] = MemoryView(live.view)
        for first in range(0, len(entries), size):
            rebuilt.take_in(entries[first : first + size])
        if rebuilt.bodies != live.bodies:
            raise Broken(f"the view {live.view.name} differs when it is folded anew")


def check_orders(rest: Rest) -> None:
    """No order runs and no offer is open; the sheet counts what the orders hold."""
    if rest.watch.open_offers():
        raise Broken("an offer never ended")
    for row in rest.database.views["order_sheet"].rows():
        order = _load(rest, WorkOrder, row.id)
        if order.status is OrderStatus.RUNNING:
            raise Broken(f"the order {order.id} never ended")
        held = (
            count(order.slots),
            count(order.unassigned),
            sum(map(count, order.assigned.values())),
            count(order.approved),
            count(order.withdrawn),
        )
        told = (row.slots, row.unassigned, row.assigned, row.approved, row.withdrawn)
        if held != told or (order.status, order.ranked, order.round) != (
            row.status,
            row.ranked,
            row.round,
        ):
            raise Broken(f"the sheet of the order {order.id} tells something else")


def check_batches(rest: Rest) -> None:
    """Each slot of a batch has one part's last word or is missing, and the sheet says which."""
    for row in rest.database.views["batch_sheet"].rows():
        batch = _load(rest, LabelBatch, row.id)
        if union(batch.covered, batch.missing) != batch.slots:
            raise Broken(f"the batch {batch.id} does not know what is owed")
        if overlaps(batch.covered, batch.missing) != bool(batch.reworked):
            raise Broken(f"the batch {batch.id} counts a slot as kept and owed")
        told = (row.status, row.missing, row.overdue, row.deliver_by)
        if told != (batch.status, batch.missing, batch.overdue, batch.deliver_by):
            raise Broken(f"the sheet of the batch {batch.id} tells something else")


def _load(rest: Rest, kind: type[A], aggregate_id: UUID) -> A:
    market = rest.processes[0].market
    found: A | None = _drained(rest.processes[0].plainly(lambda: market.find(kind, aggregate_id)))
    if found is None:
        raise Broken(f"{aggregate_id} is in a view and not in the log")
    return found


def _drained(steps: Any) -> Any:  # noqa: ANN401 - whatever the steps end with
    """The end of steps that nobody else takes turns with."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
