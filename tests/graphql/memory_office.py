"""An office on a market in memory, for tests of what clients see."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any
from uuid import UUID

from starlette.applications import Starlette

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.blobs.signing import Signer
from labelmarket.adapters.blobs.uploads import Uploads
from labelmarket.adapters.class_lists.suggester import ListedSuggester
from labelmarket.adapters.files_desk import FileLinks, LocalFileDesk
from labelmarket.adapters.intake.notes import NoteFiles
from labelmarket.adapters.label_checks import BlobLabelChecks
from labelmarket.adapters.label_files import BlobLabelFiles
from labelmarket.adapters.lookups import Lookups
from labelmarket.adapters.machine_labels import BlobMachineLabels
from labelmarket.adapters.oracles.predictions import BlobPredictionFiles
from labelmarket.adapters.token_secrets import DerivedSecrets
from labelmarket.application.access import MARKET, Viewer
from labelmarket.application.authentication import Authentication, secret_digest, token_text
from labelmarket.application.checks import Checking
from labelmarket.application.commands.tokens import IssueToken, RevokeToken
from labelmarket.application.estimates import Estimates, ProviderHistory
from labelmarket.application.exporting import Exporting
from labelmarket.application.fetching import Fetch, Fetching
from labelmarket.application.intake import Intake
from labelmarket.application.launching import Launching
from labelmarket.application.office import Office
from labelmarket.application.ports import NotYet, StoredFact
from labelmarket.application.previewing import Previewing
from labelmarket.application.recommend import Recommender
from labelmarket.application.suggesting import Suggesting
from labelmarket.domain.access_token import Role
from labelmarket.domain.ranking import ProviderEstimate
from labelmarket.web.app import create_web
from tests.memory_market import MemoryMarket

SECRET = b"a secret of thirty-two bytes, yes"
IDENTITY = UUID("5b1c3a52-7d0f-4f3e-9a55-0c7f5d1e2a77")


class MemoryVisibleLog:
    """The log in memory, scoped as the real one is."""

    def __init__(self, market: MemoryMarket) -> None:
        self._market = market
        self.reads = 0

    def identity(self) -> UUID:
        return IDENTITY

    def head(self) -> int:
        return len(self._market.recorder.log)

    def visible(
        self,
        viewer: Viewer,
        *,
        after: int,
        limit: int,
        project_id: UUID | None = None,
        aggregate_id: UUID | None = None,
        topics: Sequence[str] | None = None,
    ) -> Sequence[StoredFact]:
        self.reads += 1
        return [
            fact
            for fact in self._market.recorder.log[after:]
            if self._sees(viewer, fact)
            and (project_id is None or fact.project_id == project_id)
            and (aggregate_id is None or fact.originator_id == aggregate_id)
            and (topics is None or fact.topic in topics)
        ][:limit]

    def _sees(self, viewer: Viewer, fact: StoredFact) -> bool:
        if viewer.sees_all:
            return True
        if viewer.role is Role.PROVIDER:
            return fact.provider_id == viewer.organisation_id
        return fact.organisation_id == viewer.organisation_id


class MemoryBell:
    def __init__(self) -> None:
        self.tells: list[Callable[[], None]] = []

    def on(self, channel: str, tell: Callable[[], None], /) -> None:
        assert channel == "facts"
        self.tells.append(tell)

    def ring(self) -> None:
        for tell in self.tells:
            tell()


def no_estimates(histories: Sequence[ProviderHistory], **_: Any) -> tuple[ProviderEstimate, ...]:
    assert not histories, "these tests recommend nobody"
    return ()


class MemoryOffice:
    """A market in memory, its office, and the web application on it."""

    def __init__(self, folder: Path, *, estimates: Estimates = no_estimates) -> None:
        self.play = MemoryMarket()
        self.bell = MemoryBell()
        self.log = MemoryVisibleLog(self.play)
        self.views_stand_still = False
        self._lock = Lock()
        market, views, now = self.play.market, self.play.views, self.play.clock
        blobs, uploads, signer = (
            LocalBlobs(folder / "blobs"),
            Uploads(folder / "uploads"),
            Signer(SECRET),
        )
        self.blobs, self.uploads = blobs, uploads
        files, machine = BlobLabelFiles(blobs), BlobMachineLabels(blobs)
        recommend = Recommender(
            projects=views["project_page"],
            orders=views["order_sheet"],
            providers=views["provider_record"],
            batches=views["batch_sheet"],
            estimates=estimates,
            now=now,
        )
        self.office = Office(
            market=market,
            mapper=self.play.mapper,
            authenticate=Authentication(market=market, now=now),
            suggesting=Suggesting(market=market, suggester=ListedSuggester()),
            intake=Intake(
                market=market,
                files=files,
                blobs=blobs,
                uploads=uploads,
                predictions=BlobPredictionFiles(blobs),
            ),
            launch=Launching(market=market, machine=machine),
            export=Exporting(market=market, blobs=blobs, batches=views["batch_sheet"]),
            checking=Checking(
                market=market, batches=views["batch_sheet"], files=BlobLabelChecks(blobs)
            ),
            machine=machine,
            preview=Previewing(
                market=market,
                machine=machine,
                recommend=recommend,
                projects=views["project_page"],
                orders=views["order_sheet"],
                now=now,
            ),
            recommend=recommend,
            projects=views["project_page"],
            orders=views["order_sheet"],
            offers=views["offer_board"],
            batches=views["batch_sheet"],
            exports=views["export_sheet"],
            providers=views["provider_record"],
            log=self.log,
            reach=self,
            bell=self.bell,
            files=files,
            lookups=Lookups(blobs),
            blobs=blobs,
            links=FileLinks(signer=signer, now=now, new_id=self.play.new_id),
            now=now,
            new_id=self.play.new_id,
        )
        self.fetches: list[tuple[Fetch, datetime]] = []
        self.desk = LocalFileDesk(
            blobs=blobs,
            uploads=uploads,
            signer=signer,
            now=now,
            may_fetch=Fetching(market=market, now=now, fetches=self),
            texts=NoteFiles(blobs).text,
        )
        self.found: dict[str, Any] = {"ready": True}

    def record(self, fetch: Fetch, /, *, at: datetime) -> None:
        self.fetches.append((fetch, at))

    def web(self, *, sign_ins: Path | None = None) -> Starlette:
        return create_web(
            self.office,
            files=self.desk,
            health=self,
            token_secrets=DerivedSecrets(SECRET),
            sign_ins=sign_ins,
        )

    def look(self) -> dict[str, Any]:
        return self.found

    def token(self, role: Role, organisation_id: UUID | None = None) -> str:
        """A token of this role, for a new organisation when none is named."""
        token_id = self.play.new_id()
        secret = f"a-secret-of-{token_id.hex}"
        self.play.market.handle(
            IssueToken(
                token_id=token_id,
                name=f"{role} in a test",
                role=role,
                organisation_id=organisation_id,
                secret_sha256=secret_digest(secret),
                expires_in_s=3_600,
            ),
            by=MARKET,
        )
        return token_text(token_id, secret)

    def revoke(self, token: str) -> None:
        token_id = UUID(token.split("_")[1])
        self.play.market.handle(RevokeToken(token_id=token_id), by=MARKET)

    def settle(self) -> None:
        with self._lock:
            self.play.settle()
        self.bell.ring()

    def when(self, _position: int, /) -> Future[None]:
        done: Future[None] = Future()
        if self.views_stand_still:
            done.set_exception(NotYet(0))
            return done
        with self._lock:
            self.play.follow_views()
        done.set_result(None)
        return done
