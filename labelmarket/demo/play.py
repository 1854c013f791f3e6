"""The play: a whole market, from vetting to approved labels, through the public API alone."""

import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from labelmarket.demo.choosing import ROLES, choose
from labelmarket.demo.coco import Coco
from labelmarket.demo.crew import Crew
from labelmarket.demo.customer import Customer
from labelmarket.demo.hands import draws
from labelmarket.demo.material import from_file, generated
from labelmarket.demo.opening import (
    ACCEPTANCE_S_MAX,
    COMPLETION_S_MAX,
    DELIVERY_S_MAX,
    Opening,
    open_market,
)
from labelmarket.demo.refusals import Json
from labelmarket.demo.sign_in import Introduce, to_nobody
from labelmarket.demo.stage import ReportShown, Say
from labelmarket.demo.summary import Summary, counted
from labelmarket.demo.vetting import Account

ANSWER_WITHIN_S_ONCE: Final = 2
ANSWER_WITHIN_S: Final = 8
REPORT_S_MAX: Final = 120.0


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
    introduce: Introduce = to_nobody,
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
        opening = open_market(
            stack, address=address, operator_token=operator_token, say=say, introduce=introduce
        )
        customer = Customer(opening.market, material=material, say=say)
        customer.prepare()
        customer.plan(answer_within_s=ANSWER_WITHIN_S_ONCE if once else ANSWER_WITHIN_S)
        ranked = choose(customer, opening.accounts, say=say)
        crew = stack.enter_context(Crew())
        _raise_curtain(opening, crew, customer, ranked, truth=material.truth)
        taken = _watch(customer, crew, say=say)
        offers = customer.offers()
        facts = opening.facts()
    return Summary(
        address=address,
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
    opening: Opening, crew: Crew, customer: Customer, ranked: list[Account], *, truth: Coco
) -> None:
    """Let everybody act, each as its place in the ranking asks, and launch."""
    opening.show(customer, crew)
    for place, account in enumerate(ranked):
        behaviour = ROLES[min(place, len(ROLES) - 1)]
        opening.employ(account, crew, behaviour=behaviour, hand=partial(draws, truth))
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
