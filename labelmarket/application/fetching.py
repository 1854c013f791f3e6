"""Whether a file may be fetched: asked at every fetch, for a link outlives its reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from labelmarket.application.access import Viewer
from labelmarket.application.market import Market
from labelmarket.application.ports import Clock
from labelmarket.application.visibility import sees_work_items
from labelmarket.domain.access_token import AccessToken, Role
from labelmarket.domain.label_batch import LabelBatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """What a link says: the file, whose link it is, and the batch that the file is needed for.

    Links that were made for a whole project name no batch.
    """

    digest: str
    organisation_id: UUID
    token_id: UUID
    batch_id: UUID | None


class Fetches(Protocol):
    """Remembers who fetched what, beside the log."""

    def record(self, fetch: Fetch, /, *, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """A link opens while its token is good and, for a provider, while the work is its to do.

    Both are read from the log itself, so that a link ends at once with its reason.
    """

    market: Market
    now: Clock
    fetches: Fetches

    def __call__(self, fetch: Fetch, /) -> bool:
        """Whether the file is given out; one that is, is recorded before."""
        at = self.now()
        token = self.market.find(AccessToken, fetch.token_id)
        if token is None or not token.is_valid(at=at):
            return False
        viewer = Viewer(role=token.role, organisation_id=token.organisation_id)
        if token.role is Role.PROVIDER and not self._works_on(fetch.batch_id, viewer):
            return False
        self.fetches.record(fetch, at=at)
        return True

    def _works_on(self, batch_id: UUID | None, provider: Viewer) -> bool:
        batch = None if batch_id is None else self.market.find(LabelBatch, batch_id)
        return (
            batch is not None
            and batch.provider_id == provider.organisation_id
            and sees_work_items(provider, batch.status)
        )
