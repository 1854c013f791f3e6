"""Accounts: tokens for everybody, and the providers' way onto the market."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from labelmarket.demo.cast import Player
from labelmarket.demo.client import Client
from labelmarket.demo.stage import Say, step

TOKEN_LIFE_S: Final = 7 * 24 * 3600
TASK: Final = "object_detection"
WORDS: Final = "text_matter"
ABOUT_WORDS: Final = {
    "code": WORDS,
    "dataType": "text",
    "title": "What a text is about",
    "geometry": "none",
    "metric": "macro_f1",
    "labelSchema": "item_class",
}
CURRENCY: Final = "EUR"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A provider that is listed, and the token it acts with."""

    player: Player
    provider_id: str
    token: str


def new_token(operator: Client, *, name: str, role: str) -> str:
    """Make a token for a new organisation, and give its secret."""
    fields = {"name": name, "role": role, "expiresInSeconds": TOKEN_LIFE_S}
    return str(operator.mutate("createToken", fields, select="secret")["secret"])


def list_providers(
    operator: Client, cast: Sequence[Player], *, today: date, say: Say
) -> tuple[Account, ...]:
    """Bring every provider onto the market: it applies and publishes, the operator vets it."""
    with step("operator", "adds tasks of one matter for each text", say=say):
        operator.mutate("addTaskType", ABOUT_WORDS, select="taskType { code }")
    accounts = []
    for player in cast:
        with step(player.name, "applies and publishes its rates and hours", say=say):
            token = new_token(operator, name=player.name, role="PROVIDER")
            with Client(address=operator.address, token=token) as provider:
                provider_id = _apply(provider, player, today=today)
        with step("operator", f"vets {player.name}", say=say):
            fields = {"providerId": provider_id, "note": "Staff in an office, references seen."}
            operator.mutate("vetProvider", fields, select="provider { standing }")
        accounts.append(Account(player=player, provider_id=provider_id, token=token))
    return tuple(accounts)


def _apply(provider: Client, player: Player, *, today: date) -> str:
    application = {
        "name": player.name,
        "workforce": "STAFF",
        "region": player.region,
        "contact": player.contact,
    }
    applied = provider.mutate("applyAsProvider", application, select="provider { id }")
    pace = {"unitsPerHour": player.units_per_hour}
    capabilities = [
        {"taskType": TASK, "geometries": ["box", "polygon"], **pace},
        {"taskType": WORDS, **pace},
    ]
    clearances = [{"name": name} for name in player.clearances]
    provider.mutate(
        "publishCapabilities",
        {"capabilities": capabilities, "clearances": clearances},
        select="provider { id }",
    )
    price = {"currency": CURRENCY, "setup": player.setup, "perItem": player.per_item}
    rates = [{"taskType": task, **price} for task in (TASK, WORDS)]
    provider.mutate("publishRateCard", {"rates": rates}, select="provider { id }")
    hours = {
        "timeZone": player.time_zone,
        "shifts": [
            {"weekday": day, "start": start, "end": end} for day, start, end in player.shifts
        ],
        "holidays": player.holidays(today),
        "itemsPerMonth": player.items_per_month,
    }
    provider.mutate("setAvailability", hours, select="provider { id }")
    return str(applied["provider"]["id"])
