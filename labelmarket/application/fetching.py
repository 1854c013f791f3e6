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
from labelmarket.domain.label_export import LabelExport


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetch:
    """What a link says: the file, whose link it is, and the batch that the file is needed for.

    Links that were made for a whole project name no batch; those to a file that was exported
    name the export.
    """

    digest: str
    organisation_id: UUID
    token_id: UUID
    batch_id: UUID | None
    export_id: UUID | None = None


class Fetches(Protocol):
    """Remembers who fetched what, beside the log."""

    def record(self, fetch: Fetch, /, *, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """A link opens while its token is good and, for a provider, while the work is its to do.

    What somebody exported stays that one's. All of this is read from the log itself, so that a
    link ends at once with its reason.
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
        if fetch.export_id is not None:
            if not self._has_exported(fetch.export_id, fetch.digest, viewer):
                return False
        elif token.role is Role.PROVIDER and not self._works_on(fetch.batch_id, viewer):
            return False
        self.fetches.record(fetch, at=at)
        return True

    def _has_exported(self, export_id: UUID, digest: str, viewer: Viewer) -> bool:
        export = self.market.find(LabelExport, export_id)
        if export is None or digest not in export.files:
            return False
        own = export.provider_id if viewer.role is Role.PROVIDER else export.organisation_id
        return viewer.sees_all or own == viewer.organisation_id

    def _works_on(self, batch_id: UUID | None, provider: Viewer) -> bool:
        batch = None if batch_id is None else self.market.find(LabelBatch, batch_id)
        return (
            batch is not None
            and batch.provider_id == provider.organisation_id
            and sees_work_items(provider, batch.status)
        )
