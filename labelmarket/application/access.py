"""Who acts, and what each may do: the one place that decides about permission."""

from dataclasses import dataclass, replace
from uuid import UUID

from labelmarket.domain.access_token import Role
from labelmarket.domain.errors import Forbidden, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who reads. A provider's organisation is the provider itself."""

    role: Role
    organisation_id: UUID
    token_id: UUID | None = None
    token_name: str = ""

    @property
    def sees_all(self) -> bool:
        return self.role in (Role.OPERATOR, Role.AUDITOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who commands: somebody with a token, or the market itself when it carries on.

    `viewer` is None for the market's own reactions, timers and jobs.
    """

    name: str
    viewer: Viewer | None = None
    correlation_id: str = ""
    causation_id: str | None = None
    traceparent: str | None = None

    def caused_by(self, name: str, *, correlation_id: str) -> "Actor":
        """The market, carrying on from something it heard of."""
        return replace(self, name=name, causation_id=name, correlation_id=correlation_id)

    def must_be(self, *roles: Role) -> None:
        if self.viewer is not None and self.viewer.role not in roles:
            raise Forbidden("your role does not allow this")

    def must_own(self, organisation_id: UUID) -> None:
        """Act for this customer; what belongs to another one does not exist for you."""
        if self.viewer is None:
            return
        if self.viewer.role is Role.CUSTOMER and self.viewer.organisation_id != organisation_id:
            raise NotFound("there is no such thing")
        self.must_be(Role.CUSTOMER)

    def must_be_provider(self, provider_id: UUID) -> None:
        """Act for this provider; what was sent to another one does not exist for you."""
        if self.viewer is None:
            return
        if self.viewer.role is Role.PROVIDER and self.viewer.organisation_id != provider_id:
            raise NotFound("there is no such thing")
        self.must_be(Role.PROVIDER)

    def must_be_inside(self) -> None:
        """Only the market's own reactions, timers and jobs do this."""
        if self.viewer is not None:
            raise Forbidden("only the market itself does this")


MARKET = Actor(name="market")

EVERYTHING = Viewer(role=Role.AUDITOR, organisation_id=UUID(int=0))
"""Reads for the market itself, whoever it is that gets the figures or the parts of it."""
