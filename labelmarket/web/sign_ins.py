"""The sign-ins of a demo: tokens that its play made, handed to a browser on the same machine.

Nothing but the demo's own process knows this route; see `labelmarket.web.demonstration`.
"""

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from starlette.datastructures import Address
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

ADDRESS: Final = "/console/demo-sign-ins.json"
BYTES_MAX: Final = 64_000
LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class DemoSignIns:
    """`file` is what the play has written so far."""

    file: Path

    async def answer(self, request: Request) -> Response:
        if not _is_from_here(request):
            return PlainTextResponse("Not Found", status_code=404)
        try:
            with self.file.open("rb") as file:
                content = file.read(BYTES_MAX)
        except FileNotFoundError:
            content = b"[]"
        headers = {"cache-control": "no-store"}
        return Response(content, media_type="application/json", headers=headers)


def _is_from_here(request: Request) -> bool:
    """Whether a page of this very server asks, from this machine.

    The name that was asked for counts, too: a foreign name that leads to this machine is how
    somebody else's page would reach in.
    """
    host = request.headers.get("host", "")
    name = host.rpartition(":")[0] if ":" in host.rpartition("]")[2] else host
    own = request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
    return own and name in LOOPBACK_NAMES and _is_loopback(request.client)


def _is_loopback(client: Address | None) -> bool:
    try:
        return client is not None and ip_address(client.host).is_loopback
    except ValueError:
        return False
