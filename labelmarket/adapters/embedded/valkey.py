"""The bundled Valkey: an append-only file, no eviction, and a socket instead of a port."""

import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from labelmarket.adapters.embedded.accounts import hand_over
from labelmarket.adapters.embedded.binaries import Binaries
from labelmarket.adapters.embedded.kept import KeptProgram
from labelmarket.adapters.embedded.premises import Premises
from labelmarket.adapters.embedded.programs import Spawner

SOCKET_NAME = "valkey.sock"
ANSWER_SECONDS_MAX = 2.0
STOP_SIGNALS = ((signal.SIGTERM, 10.0), (signal.SIGKILL, 5.0))
SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory-policy": "noeviction",
    "daemonize": "no",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Valkey:
    kept: KeptProgram
    path: Path

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.path))}?db=0"

    def answers(self) -> bool:
        """Tell whether the server takes commands: while it loads its file it answers otherwise."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(ANSWER_SECONDS_MAX)
                connection.connect(str(self.path))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def valkey(*, premises: Premises, binaries: Binaries, spawner: Spawner) -> Valkey:
    """Return the server, not yet started."""
    folder = premises.data / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    hand_over(folder, premises.account)
    path = premises.sockets / SOCKET_NAME
    settings = [text for key, value in SETTINGS.items() for text in (f"--{key}", value)]
    program = premises.program(
        name="valkey",
        argv=(
            str(binaries.valkey),
            *("--dir", premises.as_seen_inside(folder)),
            *("--unixsocket", str(path)),
            *settings,
        ),
        folder=folder,
        death_signal=signal.SIGTERM,
        stop_signals=STOP_SIGNALS,
    )
    return Valkey(kept=KeptProgram(program=program, spawner=spawner), path=path)
