"""The play of machine and people: street scenes with a detector, messages with a learner."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import orjson

from labelmarket.demo import detector
from labelmarket.demo.buyer import Buyer
from labelmarket.demo.crew import Crew
from labelmarket.demo.customer import Customer
from labelmarket.demo.hands import Hand, TextHand, draws
from labelmarket.demo.letters import MESSAGES, TextCustomer
from labelmarket.demo.material import SEED, Material, generated
from labelmarket.demo.opening import (
    ACCEPTANCE_S_MAX,
    COMPLETION_S_MAX,
    DELIVERY_S_MAX,
    Opening,
    open_market,
)
from labelmarket.demo.providers import Behaviour
from labelmarket.demo.refusals import Json
from labelmarket.demo.routing import Routing
from labelmarket.demo.sign_in import Introduce, to_nobody
from labelmarket.demo.stage import PlayFailed, Say
from labelmarket.demo.texts import TextLabeler, make_messages
from labelmarket.demo.vetting import Account

IMAGES: Final = 40
FIRST_ROUND: Final = 110
IMAGE_THRESHOLD: Final = 0.5
TEXT_THRESHOLD: Final = 0.85
FOR_PEOPLE: Final = "person"
ANSWER_WITHIN_S: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedSummary:
    """Of both projects who labeled what; of the messages round by round what the learner knew."""

    address: str
    images: Json
    texts: Json
    facts: int
    seconds: float

    def as_json(self) -> bytes:
        return orjson.dumps(
            {
                "address": self.address,
                "images": self.images,
                "texts": self.texts,
                "facts": self.facts,
                "seconds": round(self.seconds, 3),
            }
        )


def play_shared(
    address: str, operator_token: str, *, say: Say, introduce: Introduce = to_nobody
) -> SharedSummary:
    """Play both acts, from nothing to two completed projects.

    Raises
    ------
    PlayFailed
        A step was refused, or took longer than its bound.
    """
    began = time.monotonic()
    with ExitStack() as stack:
        opening = open_market(
            stack, address=address, operator_token=operator_token, say=say, introduce=introduce
        )
        images, texts = _images(opening), _texts(opening)
        facts = opening.facts()
    return SharedSummary(
        address=address,
        images=images,
        texts=texts,
        facts=facts,
        seconds=time.monotonic() - began,
    )


def _employ_all(
    opening: Opening, customer: Buyer, crew: Crew, *, hand: Callable[[Account], Hand]
) -> None:
    """Take the recommendation as the order, and have everybody in it do what is asked."""
    found = customer.recommendation()
    ours = {account.provider_id: account for account in opening.accounts}
    ids = [row["provider"]["id"] for row in found["recommended"] if row["rank"] is not None]
    ranked = [ours[one] for one in ids if one in ours]
    if not ranked:
        raise PlayFailed(
            step="customer takes the recommendation",
            code="NO_PROVIDERS",
            message="nobody can take the work now",
        )
    customer.rank([account.provider_id for account in ranked])
    for account in ranked:
        opening.employ(account, crew, behaviour=Behaviour.ACCEPTS, hand=hand)


def _images(opening: Opening) -> Json:
    """A detector labels the classes it is good at, but for one that people shall label."""
    material = generated(count=IMAGES)
    customer = Customer(opening.market, material=_half_known(material), say=opening.say)
    customer.prepare()
    routing = Routing(opening.market, customer, say=opening.say)
    said = detector.predictions(material.truth, seed=SEED)
    routing.predict(said, oracle=detector.NAME, version=detector.VERSION)
    routing.apply(IMAGE_THRESHOLD)
    routing.keep_for_people(FOR_PEOPLE, reason="nobody may be missed")
    with Crew() as crew:
        customer.plan(answer_within_s=ANSWER_WITHIN_S)
        _employ_all(opening, customer, crew, hand=partial(draws, material.truth))
        plan = routing.preview()
        opening.show(customer, crew)
        customer.launch()
        _delivered(customer, crew)
        customer.wait_for_completion(within_s=COMPLETION_S_MAX)
    return {"saving": plan["saving"], **routing.shares("who labeled the street scenes")}


def _texts(opening: Opening) -> Json:
    """The market's learner knows more classes after people have labeled some messages."""
    messages = make_messages(count=MESSAGES)
    customer = TextCustomer(opening.market, say=opening.say)
    customer.prepare(messages)
    routing = Routing(opening.market, customer, say=opening.say)
    rounds = [_round(routing, number=1)]

    def hand(account: Account) -> Hand:
        return TextHand(TextLabeler(messages, accuracy=account.player.accuracy, seed=SEED))

    with Crew() as crew:
        customer.plan(answer_within_s=ANSWER_WITHIN_S, items=FIRST_ROUND)
        _employ_all(opening, customer, crew, hand=hand)
        opening.show(customer, crew)
        customer.launch()
        _delivered(customer, crew)
        rounds.append(_round(routing, number=2))
        left = rounds[-1]["people"]
        if left:
            customer.plan(answer_within_s=ANSWER_WITHIN_S)
            customer.rank([account.provider_id for account in opening.accounts])
            routing.begin_order()
            _delivered(customer, crew)
        else:
            routing.begin_rest()
        customer.wait_for_completion(within_s=COMPLETION_S_MAX)
    return {"rounds": rounds, **routing.shares("who labeled the messages")}


def _round(routing: Routing, *, number: int) -> Json:
    learned = routing.teach(times=number)
    routing.apply(TEXT_THRESHOLD)
    plan = routing.preview()
    (task,) = plan["tasks"]
    return {
        "learned": learned,
        "machineClasses": [one["name"] for one in plan["classes"] if one["route"] == "MACHINE"],
        "machine": task["machineItems"],
        "people": task["people"]["items"],
    }


def _delivered(customer: Buyer, crew: Crew) -> None:
    """Wait until a provider has taken and delivered the order, and approve."""
    batch_id = customer.wait_for_taker(within_s=ACCEPTANCE_S_MAX, check=crew.check)
    customer.wait_for_labels(batch_id, within_s=DELIVERY_S_MAX, check=crew.check)
    customer.approve(batch_id)


def _half_known(material: Material) -> Material:
    """The same material, of which the customer knows the true labels of every second image."""
    truth = material.truth
    images = truth["images"][::2]
    known = {picture["id"] for picture in images}
    labels = [one for one in truth["annotations"] if one["image_id"] in known]
    gold = {**truth, "images": images, "annotations": labels}
    return replace(material, gold=orjson.dumps(gold))
