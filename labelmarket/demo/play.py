"""The play: a whole market, from vetting to approved labels, through the public API alone."""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from labelmarket.demo.cast import CAST
from labelmarket.demo.choosing import ROLES, choose
from labelmarket.demo.client import Client
from labelmarket.demo.crew import Crew
from labelmarket.demo.customer import Customer
from labelmarket.demo.hands import ImageHand
from labelmarket.demo.material import SEED, Material, from_file, generated
from labelmarket.demo.providers import Provider
from labelmarket.demo.refusals import Json
from labelmarket.demo.stage import ReportShown, Say, step
from labelmarket.demo.summary import Summary, counted
from labelmarket.demo.timeline import Timeline, log_after
from labelmarket.demo.vetting import Account, list_providers, new_token

ANSWER_WITHIN_S_ONCE: Final = 2
ANSWER_WITHIN_S: Final = 8
ACCEPTANCE_S_MAX: Final = 180.0
DELIVERY_S_MAX: Final = 600.0
REPORT_S_MAX: Final = 120.0
COMPLETION_S_MAX: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """Where the play stands when the labels are there."""

    batch: Json
    delivered: Json
    gold: Json


def play(
    address: str,
    operator_token: str,
    *,
    coco: Path | None,
    images: Path | None,
    once: bool,
    say: Say,
) -> Summary:
    """Play the market once, from nothing to a completed project.

    Raises
    ------
    PlayFailed
        A step was refused, or took longer than its bound.
    UnusableFile
        The label file cannot be played.
    """
    began = time.monotonic()
    material = generated() if coco is None else from_file(coco, images=images)
    with ExitStack() as stack:
        operator = stack.enter_context(Client(address=address, token=operator_token))
        accounts = list_providers(operator, CAST, today=datetime.now(UTC).date(), say=say)
        with step("operator", "opens the customer's account", say=say):
            token = new_token(operator, name="City planning", role="CUSTOMER")
            start = str(operator.query("{ position }")["position"])
        market = stack.enter_context(Client(address=address, token=token))
        customer = Customer(market, material=material, say=say)
        customer.prepare()
        customer.plan(answer_within_s=ANSWER_WITHIN_S_ONCE if once else ANSWER_WITHIN_S)
        ranked = choose(customer, accounts, say=say)
        crew = stack.enter_context(Crew())
        _raise_curtain(crew, market, customer, ranked, material=material, start=start, say=say)
        taken = _watch(customer, crew, say=say)
        return _summed_up(taken, customer, operator, began=began, say=say)


def _summed_up(
    taken: Taken, customer: Customer, operator: Client, *, began: float, say: Say
) -> Summary:
    with step("operator", "counts the facts", say=say):
        offers = customer.offers()
        facts = sum(1 for _ in log_after(operator, after=None))
    return Summary(
        address=operator.address,
        project=customer.project_id,
        offers=offers,
        items=taken.batch["deliveredItems"],
        labels=taken.batch["labels"],
        report=taken.delivered,
        gold=taken.gold,
        facts=facts,
        seconds=time.monotonic() - began,
    )


def _raise_curtain(
    crew: Crew,
    market: Client,
    customer: Customer,
    ranked: list[Account],
    *,
    material: Material,
    start: str,
    say: Say,
) -> None:
    """Let everybody act, each as its place in the ranking asks, and launch."""
    address = market.address
    timeline = Timeline(
        address=address, token=market.token, project_id=customer.project_id, after=start, say=say
    )
    crew.start(timeline.run, name="timeline")
    for place, account in enumerate(ranked):
        provider = Provider(
            address=address,
            account=account,
            behaviour=ROLES[min(place, len(ROLES) - 1)],
            hand=partial(ImageHand, material.truth, accuracy=account.player.accuracy, seed=SEED),
            after=start,
            say=say,
        )
        crew.start(provider.run, name=provider.name)
    customer.launch()


def _watch(customer: Customer, crew: Crew, *, say: Say) -> Taken:
    """Wait for the labels, read both reports, and approve."""
    batch_id = customer.wait_for_taker(within_s=ACCEPTANCE_S_MAX, check=crew.check)
    batch = customer.wait_for_labels(batch_id, within_s=DELIVERY_S_MAX, check=crew.check)
    delivered = customer.report(
        of="DELIVERED", batch_id=batch_id, images=batch["items"], within_s=REPORT_S_MAX
    )
    gold = customer.report(of="GOLD", batch_id=None, images=1, within_s=REPORT_S_MAX)
    customer.approve(batch_id)
    customer.wait_for_completion(within_s=COMPLETION_S_MAX)
    taken = Taken(batch=batch, delivered=counted(delivered), gold=counted(gold))
    say(ReportShown(delivered=taken.delivered, gold=taken.gold))
    return taken
