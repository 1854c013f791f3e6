"""The console: a built bundle, given to browsers with a policy on what it may load."""

import gzip
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

BUNDLE: Final = Path(__file__).resolve().parents[1] / "console"
PAGES: Final = ("projects", "offers", "providers")
"""The first words of the console's addresses; each leads to the one page that it is."""
TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
FOR_EVER: Final = "public, max-age=31536000, immutable"
GZIP_LEVEL: Final = 6
HEADERS: Final = {
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")


@dataclass(frozen=True, kw_only=True)
class _Asset:
    plain: bytes
    media_type: str
    etag: str

    @cached_property
    def packed(self) -> bytes:
        """Packed when the first browser asks, and kept."""
        return gzip.compress(self.plain, GZIP_LEVEL, mtime=0)


class Console:
    """Holds the bundle in memory, so that no name from outside ever becomes a path.

    `sign_ins` is where a demo offers its accounts; the page is told, since it asks nowhere else.
    """

    def __init__(self, *, bundle: Path = BUNDLE, sign_ins: str | None = None) -> None:
        page = bundle / "index.html"
        told = f'<meta name="demo" content="{sign_ins}" />'.encode() if sign_ins else b""
        self._page = _asset(page, page.read_bytes().replace(b"</head>", told + b"</head>"))
        self._assets = {
            path.name: _asset(path, path.read_bytes())
            for path in sorted((bundle / "assets").iterdir())
        }

    def routes(self) -> Sequence[BaseRoute]:
        pages = [Route(f"/{name}", self.page) for name in PAGES]
        below = [Route(f"/{name}/{{rest:path}}", self.page) for name in PAGES]
        return [Route("/", self.page), *pages, *below, Route("/assets/{name}", self.asset)]

    async def page(self, request: Request) -> Response:
        """The one page there is; the browser asks each time whether it is still the same."""
        headers = {
            **HEADERS,
            "content-security-policy": policy(request.headers.get("host", "")),
            "cache-control": "no-cache",
        }
        return _answer(self._page, request, headers)

    async def asset(self, request: Request) -> Response:
        found = self._assets.get(request.path_params["name"])
        if found is None:
            return PlainTextResponse("Not Found", status_code=404)
        return _answer(found, request, {"cache-control": FOR_EVER})


def policy(host: str) -> str:
    """What the page may load: its own files, and answers of the server that it came from.

    Some browsers do not count a websocket to the same server as `'self'`, so it is named.
    """
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        f"connect-src 'self'{sockets}; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'none'"
    )


def _asset(path: Path, plain: bytes) -> _Asset:
    return _Asset(
        plain=plain,
        media_type=TYPES[path.suffix],
        etag=f'"{sha256(plain).hexdigest()[:32]}"',
    )


def _answer(asset: _Asset, request: Request, headers: dict[str, str]) -> Response:
    """Give the file, packed for browsers that can unpack it, or that it has not changed."""
    headers = {**headers, "etag": asset.etag, "vary": "accept-encoding"}
    known = request.headers.get("if-none-match", "")
    if asset.etag in known.replace("W/", "").split(", "):
        return Response(status_code=304, headers=headers)
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(asset.plain, media_type=asset.media_type, headers=headers)
    packed = {**headers, "content-encoding": "gzip"}
    return Response(asset.packed, media_type=asset.media_type, headers=packed)
