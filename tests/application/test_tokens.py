"""Tokens are revoked by operators, and one operator is always left."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest

from labelmarket.application.access import MARKET, Actor, Viewer
from labelmarket.application.commands.tokens import IssueToken, RevokeToken
from labelmarket.application.market import Market
from labelmarket.application.work import Answer, Work
from labelmarket.domain.access_token import AccessToken, Role
from tests.memory_market import MemoryMarket

FIRST, SECOND = UUID(int=1), UUID(int=2)


def operator(token_id: UUID) -> Actor:
    viewer = Viewer(role=Role.OPERATOR, organisation_id=token_id, token_id=token_id)
    return Actor(name="operator", viewer=viewer)


@pytest.fixture
def market() -> Market:
    """A market with two operators."""
    market = MemoryMarket().market
    for token_id in (FIRST, SECOND):
        issue = IssueToken(
            token_id=token_id,
            name="operator",
            role=Role.OPERATOR,
            organisation_id=None,
            secret_sha256="0" * 64,
            expires_in_s=60,
        )
        market.handle(issue, by=MARKET)
    return market


def revoke(market: Market, token_id: UUID, *, by: UUID) -> str | None:
    """Why it was refused, if it was."""
    refused = market.handle(RevokeToken(token_id=token_id), by=operator(by)).answer.refused
    return refused.code if refused else None


def good(market: Market) -> list[UUID]:
    found = [(one, market.find(AccessToken, one)) for one in (FIRST, SECOND)]
    return [one for one, token in found if token is not None and not token.revoked]


def test_an_operator_takes_back_anothers_token_and_not_its_own(market: Market) -> None:
    assert revoke(market, FIRST, by=FIRST) == "CONFLICT"
    assert revoke(market, FIRST, by=SECOND) is None
    assert revoke(market, SECOND, by=SECOND) == "CONFLICT"
    assert good(market) == [SECOND]


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeSlowly:
    """Revokes a token, while something else happens between the decision and its record."""

    token_id: UUID
    meanwhile: list[Callable[[], object]]

    def decide(self, work: Work, /) -> Answer:
        answer = RevokeToken(token_id=self.token_id).decide(work)
        if self.meanwhile:
            self.meanwhile.pop()()
        return answer


def test_of_two_who_take_back_each_others_token_at_once_one_is_left(market: Market) -> None:
    slowly = RevokeSlowly(token_id=FIRST, meanwhile=[lambda: revoke(market, SECOND, by=FIRST)])

    outcome = market.handle(slowly, by=operator(SECOND), fingerprint=b"f")

    assert outcome.answer.refused is not None
    assert outcome.answer.refused.code == "FORBIDDEN"
    assert good(market) == [FIRST]


def test_whoever_reaches_the_database_takes_back_any_token(market: Market) -> None:
    for token_id in (FIRST, SECOND):
        outcome = market.handle(RevokeToken(token_id=token_id), by=MARKET)
        assert outcome.answer.refused is None
    assert good(market) == []
