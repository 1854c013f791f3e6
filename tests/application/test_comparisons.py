"""Secrets are compared in one way, whose time tells nothing of where they differ."""

import ast
import hmac
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

import labelmarket
from labelmarket.adapters.blobs.signing import BadSignature, Signer
from labelmarket.application.access import MARKET
from labelmarket.application.authentication import Authentication, secret_digest, token_text
from labelmarket.application.commands.tokens import IssueToken
from labelmarket.domain.access_token import Role
from tests.memory_market import MemoryMarket

SECRET = "s" * 43
PACKAGE = Path(labelmarket.__file__).parent
SECRETIVE = re.compile(r"(^|_)(secret|signature|mac|password)(_|$)", re.IGNORECASE)
LINK = "/files/digest"


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Any]]:
    """What was given to the comparison that takes the same time wherever two things differ."""
    given: list[tuple[Any, Any]] = []
    compare = hmac.compare_digest

    def listening(one: Any, other: Any) -> bool:
        given.append((one, other))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", listening)
    return given


@pytest.mark.parametrize(
    ("text", "good"),
    [
        (token_text(UUID(int=1), SECRET), True),
        (token_text(UUID(int=1), "x" + SECRET[1:]), False),
        (token_text(UUID(int=1), SECRET[:-1] + "x"), False),
        (token_text(UUID(int=2), SECRET), False),
        ("nonsense", False),
    ],
    ids=["right", "first letter", "last letter", "unknown", "no token"],
)
def test_every_token_is_compared_once_and_alike(
    compared: list[tuple[Any, Any]], text: str, good: bool
) -> None:
    memory = MemoryMarket()
    issue = IssueToken(
        token_id=UUID(int=1),
        name="a test's",
        role=Role.CUSTOMER,
        organisation_id=uuid4(),
        secret_sha256=secret_digest(SECRET),
        expires_in_s=60,
    )
    memory.market.handle(issue, by=MARKET)

    viewer = Authentication(market=memory.market, now=memory.clock)(text)

    assert (viewer is not None) == good
    assert [(len(kept), len(given)) for kept, given in compared] == [(64, 64)]


@pytest.mark.parametrize("place", [0, -1])
def test_every_link_is_compared_once_before_anything_else_is_said_of_it(
    compared: list[tuple[Any, Any]], place: int
) -> None:
    signer = Signer(b"k" * 32)
    link = signer.sign(LINK, expires_at=1, claims={})
    start, _, signature = link.rpartition("=")
    wrong = list(signature)
    wrong[place] = "0" if wrong[place] != "0" else "1"

    # It has also ended, which only whoever holds a good one is told.
    with pytest.raises(BadSignature):
        signer.verify(LINK, f"{start}={''.join(wrong)}", now=2)

    assert [(len(one), len(other)) for one, other in compared] == [(64, 64)]


def test_nothing_secret_is_compared_in_any_other_way() -> None:
    assert _plainly_compared("if token.secret == given: pass") == ["secret"]

    found = {
        path.relative_to(PACKAGE).as_posix(): names
        for path in sorted(PACKAGE.rglob("*.py"))
        if (names := _plainly_compared(path.read_text("utf-8")))
    }

    assert found == {}


def _plainly_compared(source: str) -> list[str]:
    """Names of secrets beside an equals sign."""
    return [
        name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Compare)
        and any(isinstance(op, (ast.Eq, ast.NotEq, ast.In, ast.NotIn)) for op in node.ops)
        for name in _names([node.left, *node.comparators])
        if SECRETIVE.search(name)
    ]


def _names(nodes: list[ast.expr]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Name):
            yield node.id
