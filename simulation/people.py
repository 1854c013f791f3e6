"""Lives of customers, providers and an operator, until the play is over."""

from collections.abc import Iterator

from labelmarket.application.access import Actor
from labelmarket.domain.access_token import Role
from simulation.cast import CUSTOMERS, EVERYBODY, PROVIDERS, opening
from simulation.client import Client
from simulation.customers import CustomerWishes, open_project
from simulation.database import Database
from simulation.providers import OperatorWishes, ProviderWishes
from simulation.scheduler import Sleep, Steps
from simulation.sight import Sight, Wishes
from tests.application.stage import OPERATOR, organisation

THINK_S = (60.0, 600.0, 1_800.0, 3_600.0)
PROJECTS_MAX = 3
PROVIDERS_SLOWNESS = (0.1, 0.5, 3.0)
OPERATORS_SLOWNESS = 6.0
OUT_OF_TURN = 0.07
"""How likely something is said by somebody whom it does not concern."""


class People:
    def __init__(self, database: Database, client: Client) -> None:
        self._scheduler = database.scheduler
        self._chance = database.scheduler.chance
        self._client = client
        self._sight = Sight(database)
        self._think_s = self._chance.one_of(THINK_S)
        self._slowness = {
            Role.CUSTOMER: 1.0,
            Role.PROVIDER: self._chance.one_of(PROVIDERS_SLOWNESS),
            Role.OPERATOR: OPERATORS_SLOWNESS,
        }

    def open(self) -> Steps[None]:
        """What comes before the play."""
        for command, who in opening():
            yield from self._client.say(command, by=who)

    def lives(self) -> Iterator[tuple[str, Steps[None]]]:
        customers = CustomerWishes(self._sight)
        providers = ProviderWishes(self._sight)
        for who in CUSTOMERS:
            yield who.name, self._live(who, customers)
        for who in PROVIDERS:
            yield who.name, self._live(who, providers)
        yield OPERATOR.name, self._live(OPERATOR, OperatorWishes(self._sight))

    def _live(self, who: Actor, wishes: Wishes) -> Steps[None]:
        think_s = self._think_s * self._slowness[role_of(who)]
        while not self._chance.is_calm:
            if self._begins_something(who):
                yield from open_project(self._client, self._sight, who)
            wish = wishes.next(who)
            if wish is not None:
                stranger = self._chance.random.random() < OUT_OF_TURN
                by = self._chance.one_of(EVERYBODY) if stranger else who
                yield from self._client.say(wish, by=by)
            yield Sleep(self._chance.about_us(think_s))

    def _begins_something(self, who: Actor) -> bool:
        if role_of(who) is not Role.CUSTOMER:
            return False
        begun = self._sight.projects_of(organisation(who))
        return begun < PROJECTS_MAX and self._chance.random.random() < 1 / (1 + begun) ** 2


def role_of(who: Actor) -> Role:
    assert who.viewer is not None, "people have a token"
    return who.viewer.role
