"""A token is valid until it ends or is revoked, whichever comes first."""

from datetime import timedelta
from uuid import UUID

import pytest

from labelmarket.domain.access_token import AccessToken, Role
from tests.domain.domain_samples import CUSTOMER, HAIR, NOON, facts_of

END = NOON + timedelta(days=1)


def token() -> AccessToken:
    issued = AccessToken.issue(
        token_id=UUID(int=1),
        name="laptop",
        role=Role.CUSTOMER,
        organisation_id=CUSTOMER,
        secret_sha256="0" * 64,
        expires_at=END,
        at=NOON,
    )
    facts_of(issued)
    return issued


@pytest.mark.parametrize(("after", "valid"), [(-HAIR, True), (timedelta(), False), (HAIR, False)])
def test_a_token_ends_at_its_hour(after: timedelta, *, valid: bool) -> None:
    assert token().is_valid(at=END + after) is valid


def test_a_revoked_token_is_never_valid_again() -> None:
    revoked = token()
    revoked.revoke(at=NOON)
    assert not revoked.is_valid(at=NOON)


def test_revoking_twice_is_revoking_once() -> None:
    revoked = token()
    revoked.revoke(at=NOON)
    revoked.revoke(at=NOON)
    assert facts_of(revoked) == ["TokenRevoked"]
