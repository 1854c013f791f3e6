"""The routes for files: PUT an upload, GET a file, both by signed links."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response

from labelmarket.application.file_desk import AlreadyArrived, FileDesk, LinkRefused, Truncated
from labelmarket.application.labels import BlobMissing, BlobStoreFull, DigestMismatch, TooLarge
from labelmarket.application.ports import Unavailable
from labelmarket.graphql.threads import Threads

SILENT_S_MAX: Final = 60.0
BYTES_A_SECOND_MIN: Final = 16_384
"""The least that an upload brings on average, after its first `SILENT_S_MAX` seconds."""
CACHE_S: Final = 600
HEAD_BYTES: Final = 12
TEXT_TYPE: Final = "text/plain; charset=utf-8"
EXPORTED: Final = {
    "zip": "application/zip",
    "json": "application/json",
    "xml": "application/xml",
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "ndjson": "application/x-ndjson",
}
"""What files are that are handed out under a name, by how it ends."""

_CACHED: Final = {"cache-control": f"private, max-age={CACHE_S}, immutable"}
_REFUSALS: Final[dict[type[Exception], tuple[int, str]]] = {
    LinkRefused: (403, "FORBIDDEN"),
    BlobMissing: (404, "NOT_FOUND"),
    TooLarge: (413, "TOO_LARGE"),
    Truncated: (400, "TRUNCATED"),
    DigestMismatch: (422, "DIGEST_MISMATCH"),
    AlreadyArrived: (409, "CONFLICT"),
    BlobStoreFull: (507, "STORE_FULL"),
    Unavailable: (503, "UNAVAILABLE"),
    ClientDisconnect: (400, "TRUNCATED"),
}
_KINDS: Final = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRoutes:
    desk: FileDesk
    threads: Threads

    async def put(self, request: Request) -> Response:
        declared = request.headers.get("content-length", "")
        try:
            received = await self.desk.receive(
                request.path_params["upload_id"],
                request.url.query,
                _in_time(request.stream()),
                bytes_declared=int(declared[:20]) if declared.isdecimal() else None,
            )
        except tuple(_REFUSALS) as refused:
            return _refusal(refused)
        return JSONResponse({"sha256": received.sha256, "bytes": received.bytes}, status_code=201)

    async def get(self, request: Request) -> Response:
        digest, query = request.path_params["digest"], request.url.query
        try:
            given = await self.threads.call(self.desk.open, digest, query)
        except tuple(_REFUSALS) as refused:
            return _refusal(refused)
        path = given.content
        if isinstance(path, bytes):
            return Response(path, media_type=TEXT_TYPE, headers=_CACHED)
        if given.name:
            exported = EXPORTED[given.name.rpartition(".")[2]]
            return FileResponse(path, media_type=exported, filename=given.name, headers=_CACHED)
        kind = await self.threads.call(_kind_of, path)
        return FileResponse(
            path,
            media_type=kind or "application/octet-stream",
            filename=None if kind else f"{digest}.bin",
            headers=_CACHED,
        )


async def _in_time(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Give the chunks as they come; a sender that is silent, or sends by drops, is given up."""
    clock = asyncio.get_running_loop().time
    begun_s, received = clock(), 0
    while True:
        due_s = begun_s + SILENT_S_MAX + received / BYTES_A_SECOND_MIN
        try:
            async with asyncio.timeout_at(min(due_s, clock() + SILENT_S_MAX)):
                chunk = await anext(chunks, None)
        except TimeoutError:
            raise Truncated("too little came for too long") from None
        if chunk is None:
            return
        if chunk:
            received += len(chunk)
            yield chunk


def _kind_of(path: Path) -> str | None:
    """Say what kind of image a file is, by how it begins; nothing else is shown in a browser."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _KINDS if head.startswith(start)), None)


def _refusal(error: Exception) -> Response:
    status, code = next(one for kind, one in _REFUSALS.items() if isinstance(error, kind))
    headers = {"connection": "close"} if status == 413 else None
    message = str(error) or "the sender went away"
    return JSONResponse({"code": code, "message": message}, status_code=status, headers=headers)
