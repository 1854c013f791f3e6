"""Who plays: customers, providers and an operator, and what each brings along."""

from decimal import Decimal

from labelmarket.application.access import Actor
from labelmarket.application.commands.providers import (
    ApplyAsProvider,
    PublishCapabilities,
    PublishRateCard,
    SetAvailability,
    VetProvider,
)
from labelmarket.application.work import Command
from labelmarket.domain.access_token import Role
from labelmarket.domain.values import Capability, Rate, Workforce
from tests.application.stage import BOXES, OPERATOR, actor, open_hours, organisation

CUSTOMERS = tuple(actor(Role.CUSTOMER, name) for name in ("north", "south"))
PROVIDERS = tuple(actor(Role.PROVIDER, name) for name in ("Ada", "Bel", "Cid", "Dov"))
EVERYBODY = (*CUSTOMERS, *PROVIDERS, OPERATOR)
ITEMS_PER_MONTH = 60


def opening() -> list[tuple[Command, Actor]]:
    """What is said before the play begins: every provider applies and is vetted."""
    return [line for who in PROVIDERS for line in _listing(who)]


def _listing(who: Actor) -> list[tuple[Command, Actor]]:
    apply = ApplyAsProvider(
        name=who.name, workforce=Workforce.STAFF, region="DE", contact="the desk"
    )
    capability = Capability(
        task_type=BOXES.task_type, geometries=("box",), units_per_hour=Decimal(100)
    )
    rate = Rate(
        task_type=BOXES.task_type, currency="USD", setup=Decimal(5), per_item=Decimal("0.10")
    )
    return [
        (apply, who),
        (PublishCapabilities(capabilities=(capability,), clearances=()), who),
        (PublishRateCard(rates=(rate,)), who),
        (SetAvailability(availability=open_hours(items_per_month=ITEMS_PER_MONTH)), who),
        (VetProvider(provider_id=organisation(who), note="seen"), OPERATOR),
    ]
