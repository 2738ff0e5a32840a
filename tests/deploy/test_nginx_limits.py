"""What the proxy keeps from the application: slow, large and too many requests."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.conf import settings as project

from accounts.models import Role
from tests.deploy.proxy import announced, ask, running_nginx, session_of

UPLOADS = (
    "/corpus/imports/upload/",
    f"/studies/{'0' * 8}-{'-'.join(['0' * 4] * 3)}-{'0' * 12}/comments/",
    "/api/corpus/imports/",
    f"/api/studies/{'0' * 8}-{'-'.join(['0' * 4] * 3)}-{'0' * 12}/imports/",
)
LOGIN = "/accounts/login/"
SLOW_CLIENTS = 40


@contextmanager
def counting_application() -> Iterator[socket.socket]:
    """An application that takes no connection until it is asked for one."""
    with socket.create_server(("127.0.0.1", 0), backlog=SLOW_CLIENTS) as server:
        server.settimeout(1)
        yield server


def slow_post(port: int, path: str) -> socket.socket:
    """A request whose body has begun and does not end."""
    client = socket.create_connection(("127.0.0.1", port), timeout=20)
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
    client.sendall(head.encode() + b"x")
    return client


def test_bodies_that_trickle_in_do_not_reach_the_application(tmp_path: Path) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(counting_application())
        host, app_port = server.getsockname()
        port = stack.enter_context(running_nginx(tmp_path, f"{host}:{app_port}"))
        clients = [
            stack.enter_context(slow_post(port, LOGIN)) for _ in range(SLOW_CLIENTS)
        ]

        with pytest.raises(TimeoutError):
            server.accept()

        clients[0].sendall(b"x" * 999)
        taken, _ = server.accept()
        with taken:
            assert taken.recv(4).startswith(b"POST")


@pytest.mark.parametrize("path", [LOGIN, "/", "/api/studies/"])
def test_a_large_body_is_taken_by_upload_pages_alone(port: int, path: str) -> None:
    size = project.DATA_UPLOAD_MAX_MEMORY_SIZE + 1

    assert announced(port, path, size) == 413


@pytest.mark.parametrize("path", UPLOADS)
def test_only_who_may_upload_sends_a_body_to_an_upload_page(
    port: int, path: str
) -> None:
    annotator = session_of(Role.ANNOTATOR)

    assert announced(port, path, 10_000_000) == 401
    assert announced(port, path, 10_000_000, annotator) == 403


def test_an_admin_uploads_a_large_file_through_the_proxy(port: int) -> None:
    session = session_of(Role.ADMIN)
    rows = "x" * (project.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    token, line = "t" * 32, "\r\n"
    body = line.join(
        (
            "--part",
            'Content-Disposition: form-data; name="csrfmiddlewaretoken"',
            f"{line}{token}",
            "--part",
            'Content-Disposition: form-data; name="records"; filename="rows.exe"',
            f"{line}{rows}",
            f"--part--{line}",
        )
    )

    response, page = ask(
        port,
        "POST",
        UPLOADS[0],
        session=session,
        headers={
            "Content-Type": "multipart/form-data; boundary=part",
            "Cookie": f"{project.CSRF_COOKIE_NAME}={token}",
        },
        body=body,
    )

    # The application's own words about the file.
    assert response.status == 422
    assert b"rows.exe" in page or b".jsonl" in page


def test_tries_to_sign_in_are_limited_by_address_and_pages_are_not(port: int) -> None:
    tries = [ask(port, "POST", LOGIN, client="127.0.0.2")[0].status for _ in range(100)]
    other, _ = ask(port, "POST", LOGIN, client="127.0.0.3")
    pages = [ask(port, "GET", LOGIN, client="127.0.0.2")[0].status for _ in range(20)]

    assert tries.count(429) > 20
    assert other.status == 403  # a form without its token
    assert set(pages) == {200}
