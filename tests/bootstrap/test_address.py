"""The port is looked at before anything starts, and each refusal is one clear line."""

import socket
from collections.abc import Iterator

import pytest

from labelmarket.bootstrap.address import PortTaken, address_for_people, check_free


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


def test_a_port_with_a_listener_is_taken(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with pytest.raises(PortTaken) as refused:
        check_free(host="127.0.0.1", port=port)
    assert str(refused.value) == f"port {port} is taken; try --port N"


def test_a_port_is_free_again_when_its_listener_is_gone(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()
    check_free(host="127.0.0.1", port=port)


@pytest.mark.parametrize("port", [65_536, 10**9, 0, -1])
def test_a_number_that_is_no_port_is_refused(port: int) -> None:
    with pytest.raises(PortTaken, match=f"{port} is not a port"):
        check_free(host="127.0.0.1", port=port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(PortTaken, match=r"cannot listen on 192\.0\.2\.1"):
        check_free(host="192.0.2.1", port=8000)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),  # noqa: S104 (never bound)
        ("::", "http://[::1]:8000"),
        ("market.example", "http://market.example:8000"),
    ],
)
def test_the_address_shown_is_one_that_a_browser_can_open(host: str, shown: str) -> None:
    assert address_for_people(host=host, port=8000) == shown
