"""The address that the market is served at: free before the start, answering after it."""

import errno
import http.client
import socket

PORT_MAX = 65_535
ANSWER_SECONDS_MAX = 1.0
LOOPBACK_OF = {"0.0.0.0": "127.0.0.1", "": "127.0.0.1", "::": "::1"}  # noqa: S104 (never bound)


class PortTaken(Exception):
    """The market cannot be served at this host and port; the sentence says what to try."""


def check_free(*, host: str, port: int) -> None:
    """Raise PortTaken unless a server could listen there now."""
    if not 1 <= port <= PORT_MAX:
        raise PortTaken(f"{port} is not a port; try --port N with N from 1 to {PORT_MAX}")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(address)
            trial.listen(1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(f"port {port} is taken; try --port N") from error
        if error.errno == errno.EACCES:
            raise PortTaken(f"port {port} needs more rights; try --port N above 1023") from error
        raise PortTaken(f"cannot listen on {host}: {error.strerror}") from error


def address_for_people(*, host: str, port: int) -> str:
    shown = LOOPBACK_OF.get(host, host)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def is_ready(*, host: str, port: int) -> bool:
    """Ask `/readyz` once, past every proxy."""
    connection = http.client.HTTPConnection(
        LOOPBACK_OF.get(host, host), port, timeout=ANSWER_SECONDS_MAX
    )
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
