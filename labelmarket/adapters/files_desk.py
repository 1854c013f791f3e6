"""Signed links to files, and what happens when somebody uses one."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from anyio import to_thread

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.blobs.signing import BadSignature, LinkExpired, Signer
from labelmarket.adapters.blobs.uploads import Upload, Uploads, UploadSettled
from labelmarket.application.access import Viewer
from labelmarket.application.fetching import Fetch
from labelmarket.application.file_desk import (
    AlreadyArrived,
    GivenOut,
    LinkRefused,
    Received,
    Truncated,
)
from labelmarket.application.labels import TextPlace, TooLarge
from labelmarket.application.office import DownloadLink, UploadLink
from labelmarket.application.ports import Clock, NewId

UPLOAD_LIFE_S = 3_600
MEDIA_LIFE_S = 600
EXPORT_LIFE_S = 1_800
UPLOADS_PATH, MEDIA_PATH = "/files/uploads", "/files"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLinks:
    """Implements the port `Links`. A link says whose it is and when it ends, and is signed."""

    signer: Signer
    now: Clock
    new_id: NewId

    def for_upload(
        self, viewer: Viewer, *, name: str, size_bytes: int, sha256: str | None
    ) -> UploadLink:
        upload_id = self.new_id()
        path = f"{UPLOADS_PATH}/{upload_id}"
        claims = {
            "organisation": str(viewer.organisation_id),
            "bytes": str(size_bytes),
            "sha256": sha256 or "",
            "name": name,
        }
        ends = int(self.now().timestamp()) + UPLOAD_LIFE_S
        query = self.signer.sign(path, expires_at=ends, claims=claims)
        return UploadLink(
            upload_id=upload_id,
            path=f"{path}?{query}",
            expires_at=datetime.fromtimestamp(ends, UTC),
        )

    def for_media(
        self,
        viewer: Viewer,
        digest: str,
        *,
        batch_id: UUID | None = None,
        text: TextPlace | None = None,
    ) -> str:
        assert viewer.token_id is not None, "whoever reads has a token"
        path = f"{MEDIA_PATH}/{digest}"
        ends = int(self.now().timestamp()) + MEDIA_LIFE_S
        claims = {
            "organisation": str(viewer.organisation_id),
            "token": str(viewer.token_id),
            "batch": "" if batch_id is None else str(batch_id),
        }
        if text is not None:
            claims["text"] = f"{text.file}:{text.index}"
        return f"{path}?{self.signer.sign(path, expires_at=ends, claims=claims)}"

    def for_export(
        self, viewer: Viewer, digest: str, *, export_id: UUID, name: str
    ) -> DownloadLink:
        assert viewer.token_id is not None, "whoever reads has a token"
        path = f"{MEDIA_PATH}/{digest}"
        ends = int(self.now().timestamp()) + EXPORT_LIFE_S
        claims = {
            "organisation": str(viewer.organisation_id),
            "token": str(viewer.token_id),
            "batch": "",
            "export": str(export_id),
            "name": name,
        }
        query = self.signer.sign(path, expires_at=ends, claims=claims)
        return DownloadLink(path=f"{path}?{query}", expires_at=datetime.fromtimestamp(ends, UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFileDesk:
    """Implements the port `FileDesk` on the local blob store."""

    blobs: LocalBlobs
    uploads: Uploads
    signer: Signer
    now: Clock
    may_fetch: Callable[[Fetch], bool]
    texts: Callable[[str, TextPlace], bytes]

    async def receive(
        self,
        upload_id: str,
        query: str,
        chunks: AsyncIterator[bytes],
        *,
        bytes_declared: int | None,
    ) -> Received:
        claims = self._claims(f"{UPLOADS_PATH}/{upload_id}", query)
        size = int(claims["bytes"])
        if bytes_declared is not None and bytes_declared > size:
            raise TooLarge(f"this upload takes {size} bytes, not {bytes_declared}")
        if bytes_declared is not None and bytes_declared < size:
            raise Truncated(f"this upload takes {size} bytes, not {bytes_declared}")
        digest = await self._store(chunks, size=size, sha256=claims["sha256"] or None)
        upload = Upload(
            digest=digest,
            bytes=size,
            organisation_id=UUID(claims["organisation"]),
            name=claims["name"],
        )
        try:
            await to_thread.run_sync(self.uploads.settle, UUID(upload_id), upload)
        except UploadSettled as settled:
            raise AlreadyArrived(str(settled)) from None
        return Received(sha256=digest, bytes=size)

    def open(self, digest: str, query: str) -> GivenOut:
        claims = self._claims(f"{MEDIA_PATH}/{digest}", query)
        file, _, index = claims.get("text", "").partition(":")
        text = self.texts(digest, TextPlace(file=file, index=int(index))) if file else None
        if text is None:
            self.blobs.size(digest)
        fetch = Fetch(
            digest=digest,
            organisation_id=UUID(claims["organisation"]),
            token_id=UUID(claims["token"]),
            batch_id=UUID(claims["batch"]) if claims["batch"] else None,
            export_id=UUID(claims["export"]) if "export" in claims else None,
        )
        if not self.may_fetch(fetch):
            raise LinkRefused("this link was good for work or for a token that has ended")
        content = self.blobs.path(digest) if text is None else text
        return GivenOut(content=content, name=claims.get("name", ""))

    async def _store(self, chunks: AsyncIterator[bytes], *, size: int, sha256: str | None) -> str:
        """Write chunk after chunk, in threads; what ends early leaves nothing behind."""
        came = 0
        receiving = await to_thread.run_sync(
            lambda: self.blobs.receive(bytes_max=size, sha256=sha256)
        )
        with receiving:
            async for chunk in chunks:
                came += len(chunk)
                await to_thread.run_sync(receiving.write, chunk)
            if came < size:
                raise Truncated(f"this upload takes {size} bytes, and {came} came")
            return await to_thread.run_sync(receiving.finish)

    def _claims(self, path: str, query: str) -> dict[str, str]:
        try:
            return self.signer.verify(path, query, now=int(self.now().timestamp()))
        except (BadSignature, LinkExpired) as error:
            raise LinkRefused(str(error)) from None
