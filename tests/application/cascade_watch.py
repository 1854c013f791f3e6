"""Watches the log fact by fact, and objects to whatever breaks a promise of the cascade."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from labelmarket.application.view import Entry
from labelmarket.domain import label_batch_facts as batch_facts
from labelmarket.domain import offer as offer_facts
from labelmarket.domain import provider as provider_facts
from labelmarket.domain import work_order_facts as order_facts
from labelmarket.domain.aggregate import Fact
from labelmarket.domain.slots import Ranges

Slots = frozenset[int]
NO_SLOTS: Slots = frozenset()


def each(ranges: Ranges) -> Slots:
    return frozenset(slot for first, end in ranges for slot in range(first, end))


@dataclass(slots=True)
class WatchedOrder:
    """Slots one by one, so that no arithmetic of ours vouches for itself."""

    task_id: UUID | None = None
    second_of: UUID | None = None
    all: Slots = NO_SLOTS
    unassigned: Slots = NO_SLOTS
    assigned: dict[UUID, Slots] = field(default_factory=dict)
    approved: Slots = NO_SLOTS
    withdrawn: Slots = NO_SLOTS
    ranked: tuple[UUID, ...] = ()
    asked: tuple[UUID, ...] = ()
    round: int = 0
    open_offer: UUID | None = None
    stopped: bool = False

    def check_conservation(self) -> None:
        parts = [self.unassigned, self.approved, self.withdrawn, *self.assigned.values()]
        held = [slot for part in parts for slot in part]
        assert len(held) == len(set(held)), "a slot has two fates"
        assert set(held) == self.all, "slots were lost or made up"

    def ask(self, provider_id: UUID, *, rank: int, round_number: int) -> None:
        waiting = [p for p in self.ranked if p not in self.asked]
        assert waiting[:1] == [provider_id], "not the next of the customer's order"
        assert self.open_offer is None, "the offer before has not ended"
        assert not self.stopped, "a stopped order asks nobody"
        assert (round_number, rank) == (self.round, len(self.asked) + 1)
        self.asked = (*self.asked, provider_id)


class Watch:
    """Knows only the facts; each is looked at once, in the order of the log.

    `clock_error` is how far the clock that judges may be off from the one that stamps.
    """

    def __init__(self, *, clock_error: timedelta = timedelta()) -> None:
        self._clock_error = clock_error
        self.position = 0
        self.objected = False
        self.last_at: datetime | None = None
        self.lengths: dict[UUID, int] = {}
        self.made: dict[str, list[int]] = {}
        self.orders: dict[UUID, WatchedOrder] = {}
        self.offers: dict[UUID, offer_facts.OfferSent] = {}
        self.ends: dict[UUID, str] = {}
        self.batches: dict[UUID, batch_facts.BatchOpened] = {}
        self.leases: dict[UUID, dict[str, tuple[Slots, datetime]]] = {}
        self.deliver_by: dict[UUID, datetime] = {}
        self.listed: set[UUID] = set()
        self._looks: dict[type[Fact], Callable[[Any, Entry], None]] = {
            offer_facts.OfferSent: self._sent,
            offer_facts.ProviderAccepted: self._accepted,
            offer_facts.ProviderDeclined: self._ended,
            offer_facts.OfferWithdrawn: self._ended,
            offer_facts.OfferLost: self._ended,
            offer_facts.OfferExpired: self._expired,
            offer_facts.LateAnswer: self._late,
            batch_facts.BatchOpened: self._opened,
            batch_facts.WorkStarted: self._started,
            batch_facts.LabelsDelivered: self._by_the_batch_owner,
            batch_facts.DeliveryOverdue: self._overdue,
            batch_facts.ReworkRequested: self._reworked,
            provider_facts.ProviderVetted: self._listed,
            provider_facts.ProviderReinstated: self._listed,
            provider_facts.ProviderSuspended: self._delisted,
            provider_facts.ProviderRemoved: self._delisted,
        }

    def look(self, entry: Entry) -> None:
        fact, self.objected = entry.fact, True
        assert entry.position > self.position, "the log has one order"
        assert self.last_at is None or entry.recorded_at >= self.last_at, "time went back"
        version = self.lengths.get(fact.originator_id, 0) + 1
        assert fact.originator_version == version, "a stream has a hole"
        self.position, self.last_at = entry.position, entry.recorded_at
        self.lengths[fact.originator_id] = version
        assert fact.envelope is not None, "nobody knows who caused it"
        self.made.setdefault(fact.envelope.command_id, []).append(entry.position)
        if type(fact) in self._looks:
            self._looks[type(fact)](fact, entry)
        elif type(fact).__module__ == order_facts.__name__:
            self._order_changed(fact)
        self.objected = False

    def check_keys(self, kept: Mapping[str, Sequence[int]]) -> None:
        """Hold what is kept under each key against the facts that say which command made them."""
        for key, positions in kept.items():
            assert list(positions) == self.made.get(key, []), f"{key} keeps what another made"
        assert self.made.keys() <= kept.keys(), "a fact was recorded without its key"

    def open_offers(self) -> set[UUID]:
        return self.offers.keys() - self.ends.keys()

    # Offers.

    def _sent(self, fact: offer_facts.OfferSent, _: Entry) -> None:
        assert fact.provider_id in self.listed, "only listed providers are asked"
        assert fact.timestamp < fact.answer_by < fact.deliver_by
        order = self.orders[fact.order_id]
        assert order.asked[-1] == fact.provider_id
        assert each(fact.slots) == order.unassigned
        before = [o for o in self.offers.values() if o.order_id == fact.order_id]
        twice = [o for o in before if (o.round, o.provider_id) == (fact.round, fact.provider_id)]
        assert not twice, "a provider is asked once in a round"
        self.offers[fact.originator_id] = fact
        order.open_offer = fact.originator_id

    def _accepted(self, fact: offer_facts.ProviderAccepted, entry: Entry) -> None:
        offer = self.offers[fact.originator_id]
        # It counts when it arrives; the log may take it in a moment later.
        assert fact.timestamp < offer.answer_by, "accepted too late"
        assert offer.provider_id in self.listed, "accepted by whom nobody may ask"
        assert _organisation(fact) == offer.provider_id, "accepted by somebody else"
        self._ended(fact, entry)

    def _expired(self, fact: offer_facts.OfferExpired, entry: Entry) -> None:
        answer_by = self.offers[fact.originator_id].answer_by
        assert fact.effective_at == answer_by <= entry.recorded_at + self._clock_error
        self._ended(fact, entry)

    def _ended(self, fact: Fact, _: Entry) -> None:
        offer = self.offers[fact.originator_id]
        assert fact.originator_id not in self.ends, "an offer ends once"
        self.ends[fact.originator_id] = type(fact).TOPIC
        assert self.orders[offer.order_id].open_offer == fact.originator_id
        self.orders[offer.order_id].open_offer = None

    def _late(self, fact: offer_facts.LateAnswer, entry: Entry) -> None:
        assert self.ends[fact.originator_id] == offer_facts.OfferExpired.TOPIC
        answer_by = self.offers[fact.originator_id].answer_by
        assert entry.recorded_at + self._clock_error >= answer_by

    # Orders.

    def _order_changed(self, fact: Fact) -> None:
        order = self.orders.setdefault(fact.originator_id, WatchedOrder())
        match fact:
            case order_facts.ProvidersRanked():
                order.ranked = fact.provider_ids
            case order_facts.WorkOrderPlanned():
                order.task_id, order.second_of = fact.task_id, fact.second_of
            case order_facts.WorkOrderOpened():
                order.all = order.unassigned = each(fact.slots)
                self._check_one_order_a_slot(order)
            case order_facts.RoundStarted():
                assert fact.number == order.round + 1
                order.round, order.asked = fact.number, ()
            case order_facts.OfferPlaced() | order_facts.ProviderSkipped():
                order.ask(fact.provider_id, rank=fact.rank, round_number=fact.round)
            case order_facts.RoundExhausted():
                assert set(order.ranked) <= set(order.asked), "somebody was left to ask"
                assert order.open_offer is None
            case _:
                _move(order, fact)
        order.check_conservation()

    def _check_one_order_a_slot(self, opened: WatchedOrder) -> None:
        """Each item of a task is in one order, beside which a second one may have all of its."""
        for other in self.orders.values():
            if other is opened or other.task_id != opened.task_id:
                continue
            if other.second_of is None and opened.second_of is None:
                assert not (other.all - other.withdrawn) & opened.all, "two orders have one slot"
        if opened.second_of is not None:
            first = self.orders[opened.second_of]
            assert opened.all == first.all - first.withdrawn

    # Batches.

    def _opened(self, fact: batch_facts.BatchOpened, _: Entry) -> None:
        assert self.ends[fact.offer_id] == offer_facts.ProviderAccepted.TOPIC
        assert self.orders[fact.order_id].assigned[fact.originator_id] == each(fact.slots)
        order = self.orders[fact.order_id]
        for other in self.batches.values():
            beside = self.orders[other.order_id]
            if fact.order_id == beside.second_of or other.order_id == order.second_of:
                assert other.provider_id != fact.provider_id, "one hand gives both labels"
        self.batches[fact.originator_id] = fact
        self.leases[fact.originator_id] = {}
        self.deliver_by[fact.originator_id] = fact.deliver_by

    def _started(self, fact: batch_facts.WorkStarted, entry: Entry) -> None:
        leases = self.leases[fact.originator_id]
        for team, (slots, until) in leases.items():
            alive = team != fact.team and until > entry.recorded_at
            assert not (alive and slots & each(fact.slots)), "two teams have one slot"
        assert each(fact.slots) <= each(self.batches[fact.originator_id].slots)
        leases[fact.team] = each(fact.slots), fact.leased_until
        self._by_the_batch_owner(fact, entry)

    def _by_the_batch_owner(self, fact: Fact, _: Entry) -> None:
        assert _organisation(fact) == self.batches[fact.originator_id].provider_id

    def _overdue(self, fact: batch_facts.DeliveryOverdue, entry: Entry) -> None:
        due_at = self.deliver_by[fact.originator_id]
        assert fact.deliver_by == due_at <= entry.recorded_at + self._clock_error

    def _reworked(self, fact: batch_facts.ReworkRequested, _: Entry) -> None:
        self.deliver_by[fact.originator_id] = fact.deliver_by

    # Providers.

    def _listed(self, fact: Fact, _: Entry) -> None:
        self.listed.add(fact.originator_id)

    def _delisted(self, fact: Fact, _: Entry) -> None:
        self.listed.discard(fact.originator_id)


def _move(order: WatchedOrder, fact: Fact) -> None:
    """Move slots from one fate to another, out of where they must have been."""
    match fact:
        case order_facts.SliceFilled():
            slots = each(fact.slots)
            assert NO_SLOTS < slots <= order.unassigned, "two acceptances of one slot"
            order.unassigned -= slots
            order.assigned[fact.batch_id] = slots
        case order_facts.SlotsReturned() | order_facts.SlotsWithdrawn():
            slots = each(fact.slots)
            assert NO_SLOTS < slots <= order.assigned[fact.batch_id]
            order.assigned[fact.batch_id] -= slots
            if isinstance(fact, order_facts.SlotsReturned):
                order.unassigned |= slots
            else:
                assert order.stopped, "only a stopped order gives slots up"
                order.withdrawn |= slots
        case order_facts.SliceApproved():
            assert each(fact.slots) == order.assigned[fact.batch_id] != NO_SLOTS
            order.assigned[fact.batch_id] = NO_SLOTS
            order.approved |= each(fact.slots)
        case order_facts.WorkOrderCancelled():
            assert each(fact.withdrawn) == order.unassigned
            order.withdrawn, order.unassigned = order.unassigned, NO_SLOTS
            order.stopped = True
        case order_facts.WorkOrderCompleted():
            assert order.approved == order.all, "completed with work left"
            order.stopped = True
        case order_facts.SecondOrderBegan():
            assert order.second_of is None, "a second order has no second"
        case _:
            raise AssertionError(f"nobody watches {type(fact).TOPIC}")


def _organisation(fact: Fact) -> UUID | None:
    assert fact.envelope is not None
    return fact.envelope.organisation_id
