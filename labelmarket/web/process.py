"""The process that answers clients: what `labelmarket serve` runs."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.blobs.signing import Signer
from labelmarket.adapters.blobs.uploads import Uploads
from labelmarket.adapters.clock import new_id
from labelmarket.adapters.files_desk import FileLinks, LocalFileDesk
from labelmarket.adapters.intake.notes import NoteFiles
from labelmarket.adapters.postgres.fetches import PostgresFetches
from labelmarket.adapters.postgres.health import MarketHealth
from labelmarket.adapters.token_secrets import DerivedSecrets
from labelmarket.adapters.valkey.ping import ping
from labelmarket.application.fetching import Fetching
from labelmarket.bootstrap.core import open_core
from labelmarket.bootstrap.server import build_office, signing_secret
from labelmarket.settings import Settings
from labelmarket.web.app import create_web
from labelmarket.web.patience import PatientProtocol

CONNECTIONS_MAX = 20
MESSAGE_BYTES_MAX = 1 << 20
HEADER_BYTES_MAX = 32 << 10
STOP_WITHIN_S = 5
SERVING: Final[Mapping[str, Any]] = {
    "log_config": None,
    # Below that it writes down the addresses of sockets, where a client may have put a token.
    "log_level": "warning",
    "access_log": False,
    "server_header": False,
    "http": PatientProtocol,
    "ws": "websockets-sansio",
    "ws_max_size": MESSAGE_BYTES_MAX,
    "h11_max_incomplete_event_size": HEADER_BYTES_MAX,
    "timeout_graceful_shutdown": STOP_WITHIN_S,
}
"""How the server behaves, wherever it listens."""


def serve(settings: Settings, *, sign_ins: Path | None = None) -> int:
    """Answer until told to stop. Any number of these processes may run at once."""
    with open_web(settings, sign_ins=sign_ins) as app:
        uvicorn.run(app, host=settings.host, port=settings.port, **SERVING)
    return 0


@contextmanager
def open_web(settings: Settings, *, sign_ins: Path | None = None) -> Iterator[Starlette]:
    """The web application on an open market; both are closed at the end."""
    secret = signing_secret(settings.data)
    signer = Signer(secret)
    blob_folder = settings.data / "blobs"
    blobs, uploads = LocalBlobs(blob_folder), Uploads(settings.data / "uploads")
    with open_core(settings.database_url, name="serve", connections_max=CONNECTIONS_MAX) as core:
        links = FileLinks(signer=signer, now=core.clock, new_id=new_id)
        yield create_web(
            build_office(core, blobs=blobs, uploads=uploads, links=links),
            files=LocalFileDesk(
                blobs=blobs,
                uploads=uploads,
                signer=signer,
                now=core.clock,
                may_fetch=Fetching(
                    market=core.market, now=core.clock, fetches=PostgresFetches(core.pool)
                ),
                texts=NoteFiles(blobs).text,
            ),
            health=MarketHealth(
                pool=core.pool,
                clock=core.clock,
                blobs=blob_folder,
                valkey=partial(ping, settings.redis_url),
            ),
            token_secrets=DerivedSecrets(secret),
            sign_ins=sign_ins,
        )
