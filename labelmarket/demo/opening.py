"""How every play begins: providers on the market, a customer's account, and those who act."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final

from labelmarket.demo.buyer import Buyer
from labelmarket.demo.cast import CAST
from labelmarket.demo.client import Client
from labelmarket.demo.crew import Crew
from labelmarket.demo.hands import Hand
from labelmarket.demo.providers import Behaviour, Provider
from labelmarket.demo.sign_in import Introduce, SignIn, to_nobody
from labelmarket.demo.stage import Say, step
from labelmarket.demo.timeline import Timeline, log_after
from labelmarket.demo.vetting import Account, list_providers, new_token

CUSTOMER: Final = "City planning"
ACCEPTANCE_S_MAX: Final = 180.0
DELIVERY_S_MAX: Final = 600.0
COMPLETION_S_MAX: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The market when the customer comes; `start` is the log's position at that moment."""

    operator: Client
    market: Client
    accounts: tuple[Account, ...]
    start: str
    say: Say

    def show(self, customer: Buyer, crew: Crew) -> None:
        """Tell what is recorded of a project."""
        timeline = Timeline(
            address=self.market.address,
            token=self.market.token,
            project_id=customer.project_id,
            after=self.start,
            say=self.say,
        )
        crew.start(timeline.run, name="timeline")

    def employ(
        self,
        account: Account,
        crew: Crew,
        *,
        behaviour: Behaviour,
        hand: Callable[[Account], Hand],
    ) -> None:
        """Have a provider look after its offers."""
        provider = Provider(
            address=self.market.address,
            account=account,
            behaviour=behaviour,
            hand=partial(hand, account),
            after=self.start,
            say=self.say,
        )
        crew.start(provider.run, name=provider.name)

    def facts(self) -> int:
        with step("operator", "counts the facts", say=self.say):
            return sum(1 for _ in log_after(self.operator, after=None))


def open_market(
    stack: ExitStack,
    *,
    address: str,
    operator_token: str,
    say: Say,
    introduce: Introduce = to_nobody,
) -> Opening:
    """Bring the providers onto the market, and open the customer's account."""
    operator = stack.enter_context(Client(address=address, token=operator_token))
    introduce(SignIn(role="OPERATOR", name="Operator", token=operator_token))
    accounts = list_providers(operator, CAST, today=datetime.now(UTC).date(), say=say)
    for one in accounts:
        introduce(SignIn(role="PROVIDER", name=one.player.name, token=one.token))
    with step("operator", "opens the customer's account", say=say):
        token = new_token(operator, name=CUSTOMER, role="CUSTOMER")
        introduce(SignIn(role="CUSTOMER", name=CUSTOMER, token=token))
        start = str(operator.query("{ position }")["position"])
    market = stack.enter_context(Client(address=address, token=token))
    return Opening(operator=operator, market=market, accounts=accounts, start=start, say=say)
