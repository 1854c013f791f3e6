"""Who can be signed in as after the play has made an account."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    role: str
    name: str
    token: str


Introduce = Callable[[SignIn], None]
"""Takes each account as soon as it is there."""


def to_nobody(_sign_in: SignIn) -> None:
    """Introduce nobody: the accounts stay the play's own."""
