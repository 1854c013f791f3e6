"""The people of the cascade: what customers, providers, operators and workers may do."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from labelmarket.application.access import MARKET, Actor
from labelmarket.application.commands import batches, offers, orders, providers, starting
from labelmarket.application.commands import slots as slot_commands
from labelmarket.application.commands.classes import MarkClassCritical
from labelmarket.application.market import Outcome
from labelmarket.application.ports import Timer
from labelmarket.application.work import Command
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.offer import DeclineReason, OfferSent
from labelmarket.domain.slots import Ranges, normal
from labelmarket.domain.work_order import WorkOrder
from tests.application.cascade_watch import Watch
from tests.application.stage import (
    CUSTOMER,
    OPERATOR,
    OTHER_CUSTOMER,
    Stage,
    merged,
    open_hours,
    organisation,
    part_read,
)

PROVIDERS = ("Ada", "Bel", "Cid")
TURNS = ("reinstate", "large", "suspend", "reinstate", "small", "reinstate", "busy", "remove")
ORDERS_MAX = 3
ITEMS_MAX = 6

some = st.integers(min_value=0, max_value=1_000)
"""Chooses one of whatever there is."""
hairs = st.sampled_from([timedelta(milliseconds=n) for n in (-1, -1, 0, 1)])
slots = st.lists(
    st.tuples(st.integers(0, ITEMS_MAX), st.integers(1, ITEMS_MAX + 2)), max_size=2
).map(lambda pairs: normal((first, first + length) for first, length in pairs))


class Players(RuleBasedStateMachine):
    def new_stage(self) -> Stage:
        """The stage of a play; a fresh one each time."""
        return Stage()

    @initialize(
        items=st.integers(1, ITEMS_MAX),
        ranked=st.permutations(range(len(PROVIDERS))),
        scene=st.integers(0, 2),
    )
    def open_the_market(self, items: int, ranked: list[int], scene: int) -> None:
        """Plays begin with an open offer, with accepted work, or with a delivery."""
        self.stage = self.new_stage()
        self.watch = Watch()
        self.memory = self.stage.memory
        self.providers = [self.stage.provider(name, items_per_month=12) for name in PROVIDERS]
        self.everybody = [*self.providers, CUSTOMER, OTHER_CUSTOMER, OPERATOR]
        self.said: list[tuple[Command, Actor, str, Outcome]] = []
        self.projects: list[UUID] = []
        self.orders: list[UUID] = []
        self.timers: dict[str, Timer] = {}
        self.look()
        self.plan(items, ranked, 3, twins=False, critical=False, launch=True)
        self.look()
        if scene > 0:
            self.accept(0, delisted=False)
            self.look()
        if scene > 1:
            self.work(0, "d", ((0, ITEMS_MAX),))
            self.look()

    def look(self) -> None:
        for entry in self.memory.entries(after=self.watch.position):
            self.watch.look(entry)
        self.timers |= self.memory.recorder.timers

    def say(self, command: Command, *, by: Actor) -> Outcome:
        key = f"said {len(self.said)}"
        outcome = self.stage.say(command, by=by, key=key)
        self.said.append((command, by, key, outcome))
        return outcome

    def anybody(self, choice: int, *, rather: Actor) -> Actor:
        """Mostly whoever it is for, sometimes anybody."""
        return self.everybody[choice // 4 % len(self.everybody)] if choice % 4 == 3 else rather

    def offer(self, choice: int) -> OfferSent:
        sent = list(self.watch.offers.values())
        return sent[-1 - choice % min(len(sent), 3)]

    def open_offer(self, choice: int) -> OfferSent:
        waiting = sorted(self.watch.open_offers())
        return self.watch.offers[waiting[choice % len(waiting)]]

    def provider(self, provider_id: object) -> Actor:
        return next(p for p in self.providers if organisation(p) == provider_id)

    def batch(self, choice: int) -> LabelBatch:
        opened = list(self.watch.batches)
        return self.stage.get(LabelBatch, opened[-1 - choice % min(len(opened), 3)])

    # What customers do.

    @precondition(lambda self: len(self.orders) < ORDERS_MAX)
    @rule(
        items=st.integers(1, ITEMS_MAX),
        ranked=st.permutations(range(len(PROVIDERS))),
        length=st.integers(0, len(PROVIDERS)),
        twins=st.booleans(),
        critical=st.booleans(),
        launch=st.booleans(),
    )
    def plan(
        self,
        items: int,
        ranked: list[int],
        length: int,
        *,
        twins: bool,
        critical: bool,
        launch: bool,
    ) -> None:
        project_id = self.stage.project(items=items)
        if critical:
            mark = MarkClassCritical(
                project_id=project_id, class_name="cat", critical=True, reason="rare"
            )
            self.say(mark, by=CUSTOMER)
        self.projects.append(project_id)
        chosen = [self.providers[n] for n in ranked[: max(length, 2 * launch)]]
        for place in range(1 + twins):
            if all(p in map(self.provider, self.watch.listed) for p in chosen):
                size = (items + 1) // 2 if place < twins else None
                self.orders.append(self.stage.planned(project_id, *chosen, items=size))
        if launch:
            self.say(starting.LaunchProject(project_id=project_id), by=CUSTOMER)

    @precondition(lambda self: self.orders)
    @rule(
        choice=some,
        who=some,
        ranked=st.permutations(range(len(PROVIDERS))),
        length=st.integers(0, len(PROVIDERS)),
        version=st.sampled_from((None, 0, 1)),
    )
    def rank(
        self, choice: int, who: int, ranked: list[int], length: int, version: int | None
    ) -> None:
        order = self.stage.get(WorkOrder, self.orders[choice % len(self.orders)])
        command = orders.RankProviders(
            order_id=order.id,
            provider_ids=tuple(organisation(self.providers[n]) for n in ranked[:length]),
            expected_version=None if version is None else order.ranking_version - version,
        )
        refused = self.say(command, by=self.anybody(who, rather=CUSTOMER)).answer.refused
        assert version != 1 or refused is not None, "an outdated list was taken"

    @precondition(lambda self: self.orders)
    @rule(choice=some, who=some)
    def launch(self, choice: int, who: int) -> None:
        project_id = self.projects[choice % len(self.projects)]
        by = self.anybody(who, rather=CUSTOMER)
        self.say(starting.LaunchProject(project_id=project_id), by=by)

    @precondition(lambda self: self.watch.offers)
    @rule(choice=some, who=some)
    def withdraw(self, choice: int, who: int) -> None:
        command = offers.WithdrawOffer(offer_id=self.offer(choice).originator_id, reason="changed")
        self.say(command, by=self.anybody(who, rather=OTHER_CUSTOMER))

    @precondition(lambda self: self.orders)
    @rule(
        choice=some,
        who=some,
        answer=st.sampled_from(orders.ExhaustedAnswer),
        within=st.sampled_from((None, 60)),
    )
    def answer_exhausted(
        self, choice: int, who: int, answer: orders.ExhaustedAnswer, within: int | None
    ) -> None:
        order_id = self.orders[choice % len(self.orders)]
        command = orders.AnswerExhausted(order_id=order_id, answer=answer, answer_within_s=within)
        self.say(command, by=self.anybody(who, rather=CUSTOMER))

    @precondition(lambda self: self.orders)
    @rule(choice=some, who=some)
    def cancel(self, choice: int, who: int) -> None:
        project_id = self.projects[choice % len(self.projects)]
        command = orders.CancelProject(project_id=project_id, reason="over")
        rather = CUSTOMER if who % 3 == 1 else OTHER_CUSTOMER
        self.say(command, by=self.anybody(who, rather=rather))

    @precondition(lambda self: self.orders)
    @rule(choice=some, who=some, what=st.sampled_from(("release", "plan", "start", "leave")))
    def move_slots(self, choice: int, who: int, what: str) -> None:
        """What nobody has begun is taken back, ordered once more, or given up."""
        order_id = self.orders[choice % len(self.orders)]
        project_id = self.stage.get(WorkOrder, order_id).project_id
        commands: dict[str, Command] = {
            "release": slot_commands.ReleaseWorkOrder(order_id=order_id, reason="changed"),
            "plan": orders.PlanWorkOrder(
                project_id=project_id,
                task_id=None,
                items=1 + choice % ITEMS_MAX,
                answer_within_s=60,
                deliver_within_s=600,
            ),
            "start": starting.StartWorkOrder(order_id=order_id),
            "leave": slot_commands.LeaveUnlabeled(project_id=project_id, reason="enough"),
        }
        answer = self.say(commands[what], by=self.anybody(who, rather=CUSTOMER)).answer
        if what == "plan" and answer.refused is None and answer.thing is not None:
            self.orders.append(answer.thing)

    @precondition(lambda self: self.watch.batches)
    @rule(choice=some, who=some, what=st.sampled_from(("approve", "rework", "revoke")))
    def judge(self, choice: int, who: int, what: str) -> None:
        batch_id = self.batch(choice).id
        commands: dict[str, Command] = {
            "approve": batches.ApproveBatch(batch_id=batch_id),
            "rework": batches.RequestRework(
                batch_id=batch_id, reason="blurred", deliver_within_s=600
            ),
            "revoke": batches.RevokeBatch(batch_id=batch_id, reason="late"),
        }
        self.say(commands[what], by=self.anybody(who, rather=CUSTOMER))

    # What providers do.

    @precondition(lambda self: self.watch.offers)
    @rule(choice=some, who=some, yes=st.booleans())
    def answer(self, choice: int, who: int, *, yes: bool) -> None:
        offer = self.offer(choice)
        late = self.memory.clock() >= offer.answer_by
        by = self.anybody(who, rather=self.provider(offer.provider_id))
        if yes:
            outcome = self.say(offers.AcceptOffer(offer_id=offer.originator_id), by=by)
            already = self.watch.ends.get(offer.originator_id) == "ProviderAccepted"
            assert not late or already or outcome.answer.refused is not None
        else:
            no = offers.DeclineOffer(
                offer_id=offer.originator_id, reason=DeclineReason.PRICE, note=""
            )
            self.say(no, by=by)

    @precondition(lambda self: self.watch.open_offers())
    @rule(choice=some, delisted=st.sampled_from((False, False, False, True)))
    def accept(self, choice: int, *, delisted: bool) -> None:
        offer = self.open_offer(choice)
        if delisted:
            suspend = providers.SuspendProvider(provider_id=offer.provider_id, reason="checked")
            self.say(suspend, by=OPERATOR)
        command = offers.AcceptOffer(offer_id=offer.originator_id)
        self.say(command, by=self.provider(offer.provider_id))

    @precondition(lambda self: self.watch.open_offers())
    @rule(choice=some, hair=hairs)
    def accept_at_the_last_moment(self, choice: int, hair: timedelta) -> None:
        moment = self.open_offer(choice).answer_by + hair
        self.memory.clock.at = max(self.memory.clock.at, moment)
        self.accept(choice, delisted=False)

    @precondition(lambda self: self.watch.batches)
    @rule(
        choice=some,
        who=some,
        team=st.sampled_from(("red", "blue")),
        lease=st.sampled_from((5, 7200)),
    )
    def start(self, choice: int, who: int, team: str, lease: int) -> None:
        batch = self.batch(choice)
        command = batches.StartWork(batch_id=batch.id, team=team, lease_s=lease)
        self.say(command, by=self.anybody(who, rather=self.provider(batch.provider_id)))

    @precondition(lambda self: self.watch.batches)
    @rule(choice=some, who=some, file=st.sampled_from("abc"))
    def deliver(self, choice: int, who: int, file: str) -> None:
        batch = self.batch(choice)
        command = batches.DeliverLabels(batch_id=batch.id, upload_digest=file, size_bytes=9)
        self.say(command, by=self.anybody(who, rather=self.provider(batch.provider_id)))

    # What operators and workers do.

    @rule(choice=some, what=st.sampled_from(TURNS))
    def turn(self, choice: int, what: str) -> None:
        """Something about a provider changes, mostly for the better."""
        who = self.providers[choice % len(self.providers)]
        provider_id = organisation(who)
        hours = open_hours(items_per_month=5 if what == "small" else 100, accepting=what != "busy")
        commands: dict[str, Command] = {
            "suspend": providers.SuspendProvider(provider_id=provider_id, reason="checked"),
            "remove": providers.RemoveProvider(provider_id=provider_id, reason="checked"),
            "reinstate": providers.ReinstateProvider(provider_id=provider_id, note="fine"),
        }
        availability = providers.SetAvailability(availability=hours)
        judged = what in commands
        self.say(commands.get(what, availability), by=OPERATOR if judged else who)

    @precondition(lambda self: self.watch.batches)
    @rule(choice=some, part=some, covered=slots | st.just(((0, ITEMS_MAX),)), usable=some)
    def read_part(self, choice: int, part: int, covered: Ranges, usable: int) -> None:
        batch = self.batch(choice)
        number = 1 + part % (len(batch.parts) + len(batch.refused_parts) + 1)
        refuse = batches.RefusePart(batch_id=batch.id, part=number, code="TORN", message="torn")
        read = part_read(batch.id, part=number, covered=covered)
        self.say(read if usable % 5 else refuse, by=MARKET)

    @precondition(lambda self: self.watch.batches)
    @rule(choice=some, file=st.sampled_from("defgh"), covered=slots | st.just(((0, ITEMS_MAX),)))
    def work(self, choice: int, file: str, covered: Ranges) -> None:
        """A part comes, is read and merged without a hitch."""
        batch = self.batch(choice)
        deliver = batches.DeliverLabels(batch_id=batch.id, upload_digest=file, size_bytes=9)
        part = self.say(deliver, by=self.provider(batch.provider_id)).answer.notes.get("part")
        if isinstance(part, int):
            self.say(part_read(batch.id, part=part, covered=covered), by=MARKET)
            parts = len(self.stage.get(LabelBatch, batch.id).measured)
            self.say(merged(batch.id, parts=parts), by=MARKET)

    @precondition(lambda self: self.watch.batches)
    @rule(choice=some, parts=st.integers(0, 3))
    def merge(self, choice: int, parts: int) -> None:
        batch = self.batch(choice)
        self.say(merged(batch.id, parts=parts or len(batch.measured)), by=MARKET)
