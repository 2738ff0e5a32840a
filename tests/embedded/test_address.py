"""Where the demo listens, and what it says when it cannot."""

import socket
from collections.abc import Iterator

import pytest

from embedded.address import Address
from embedded.errors import EmbeddedError


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_taken_port_is_named_with_a_free_one_to_choose(taken_port: int) -> None:
    address = Address("127.0.0.1", taken_port)

    with pytest.raises(EmbeddedError, match=rf"Port {taken_port} is taken") as caught:
        address.check_free()

    advised = int(str(caught.value).rsplit(" ", 1)[1])
    Address("127.0.0.1", advised).check_free()


def test_a_port_that_was_closed_a_moment_ago_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()

    Address("127.0.0.1", port).check_free()


def test_a_host_of_another_machine_is_refused() -> None:
    address = Address("192.0.2.1", 8000)  # reserved for documentation

    with pytest.raises(EmbeddedError, match=r"Cannot listen on 192\.0\.2\.1"):
        address.check_free()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000/"),
        ("::1", "http://[::1]:8000/"),
        ("::", "http://[::1]:8000/"),
        ("localhost", "http://localhost:8000/"),
    ],
)
def test_the_printed_address_works_in_a_browser(host: str, url: str) -> None:
    assert Address(host, 8000).url == url


def test_only_a_server_that_others_reach_answers_to_any_name() -> None:
    assert "*" not in Address("127.0.0.1", 8000).allowed_hosts
    assert "*" not in Address("localhost", 8000).allowed_hosts
    assert Address("::", 8000).allowed_hosts == ["*"]


def test_a_port_that_nobody_serves_does_not_answer(taken_port: int) -> None:
    free = Address("127.0.0.1", taken_port)._free_port_above()

    assert not Address("127.0.0.1", free).answers()
