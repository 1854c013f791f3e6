"""Everything that whoever serves clients needs, in one place and behind ports."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from labelmarket.application.access import Viewer
from labelmarket.application.authentication import Authentication
from labelmarket.application.checks import Checking
from labelmarket.application.exporting import Exporting
from labelmarket.application.intake import Intake
from labelmarket.application.labels import Blobs, LabelFiles, TextPlace
from labelmarket.application.launching import Launching
from labelmarket.application.looked_up import LookUp
from labelmarket.application.machine_labels import MachineLabels
from labelmarket.application.mapping import FactMapper
from labelmarket.application.market import Market
from labelmarket.application.ports import Clock, NewId, Reach, StoredFact
from labelmarket.application.previewing import Previewing
from labelmarket.application.readings import Readings
from labelmarket.application.recommend import Recommender
from labelmarket.application.suggesting import Suggesting
from labelmarket.application.view import Reads
from labelmarket.application.views.batch_sheet import BatchRow
from labelmarket.application.views.export_sheet import ExportRow
from labelmarket.application.views.offer_board import OfferRow
from labelmarket.application.views.order_sheet import OrderRow
from labelmarket.application.views.project_page import ProjectRow
from labelmarket.application.views.provider_record import ProviderRow


class VisibleLog(Protocol):
    """The log, as far as a viewer may see it. `after` is exclusive."""

    def identity(self) -> UUID: ...

    def head(self) -> int: ...

    def visible(
        self,
        viewer: Viewer,
        *,
        after: int,
        limit: int,
        project_id: UUID | None = None,
        aggregate_id: UUID | None = None,
        topics: Sequence[str] | None = None,
    ) -> Sequence[StoredFact]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadLink:
    """Where to PUT a file; the path is relative to the server's address."""

    upload_id: UUID
    path: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadLink:
    """Where to GET a file; the path is relative to the server's address."""

    path: str
    expires_at: datetime


class Links(Protocol):
    """Signed, short-lived links to files."""

    def for_upload(
        self, viewer: Viewer, *, name: str, size_bytes: int, sha256: str | None
    ) -> UploadLink: ...

    def for_media(
        self,
        viewer: Viewer,
        digest: str,
        *,
        batch_id: UUID | None = None,
        text: TextPlace | None = None,
    ) -> str:
        """The path under which this viewer may fetch a file, or a text, for a while.

        A provider's link names the batch that it works on.
        """
        ...

    def for_export(
        self, viewer: Viewer, digest: str, *, export_id: UUID, name: str
    ) -> DownloadLink:
        """Where this viewer may fetch a file of an export, for a while, under this name."""
        ...


class NewsBell(Protocol):
    """Calls back, from a thread of its own, when something may have been recorded."""

    def on(self, channel: str, tell: Callable[[], None], /) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What the API stands on."""

    market: Market
    mapper: FactMapper
    authenticate: Authentication
    intake: Intake
    suggesting: Suggesting
    launch: Launching
    export: Exporting
    checking: Checking
    machine: MachineLabels
    preview: Previewing
    recommend: Recommender
    projects: Reads[ProjectRow]
    orders: Reads[OrderRow]
    offers: Reads[OfferRow]
    batches: Reads[BatchRow]
    exports: Reads[ExportRow]
    providers: Reads[ProviderRow]
    log: VisibleLog
    reach: Reach
    bell: NewsBell
    files: LabelFiles
    lookups: LookUp
    blobs: Blobs
    links: Links
    now: Clock
    new_id: NewId
    readings: Readings = field(default_factory=Readings)
