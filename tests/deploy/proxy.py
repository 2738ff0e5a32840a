"""A real nginx with the site's own configuration, before an application."""

import http.client
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as project
from django.test import Client

from accounts.models import Role
from tests.embedded.running_demo import free_port
from tests.embedded.waiting import wait_until
from tests.factories import make_user

CONTENT = bytes(range(256)) * 1000
SITE = Path(__file__).resolve().parents[2] / "deploy" / "nginx.conf"
MAIN = """
pid {folder}/pid;
error_log {folder}/error.log;
daemon off;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    include {folder}/site.conf;
}}
"""


# What stands in for the operator's own proxy, which ends TLS.
OUTER = """
server {{
    listen 127.0.0.1:{port};
    location / {{
        proxy_pass http://127.0.0.1:{inner};
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        proxy_set_header X-Forwarded-Proto https;
    }}
}}
"""


@contextmanager
def running_nginx(home: Path, application: str) -> Iterator[int]:
    """An nginx with the site's own configuration; its port.

    Only 127.0.0.1 counts as a proxy in front of it: the other addresses of the
    loopback network are people.

    Args:
        home: Where it keeps its files.
        application: Host and port of the application.
    """
    port = free_port()
    static = home / "static"
    static.mkdir()
    (static / "page.0123456789ab.css").write_text("body {}")
    site = SITE.read_text()
    for here, there in (
        ("web:8000", application),
        ("listen 8080", f"listen 127.0.0.1:{port}"),
        ("127.0.0.0/8", "127.0.0.1/32"),
        ("/data/media/", f"{home / 'media'}/"),
        ("/app/staticfiles", str(static)),
        ("/usr/share/nginx/pages", str(SITE.with_name("pages"))),
    ):
        assert here in site
        site = site.replace(here, there)
    with nginx(home / "nginx", site, port):
        yield port


@contextmanager
def outer_proxy(home: Path, inner: int) -> Iterator[int]:
    """A proxy in front of the one at port `inner`; its port."""
    port = free_port()
    with nginx(home, OUTER.format(port=port, inner=inner), port):
        yield port


@contextmanager
def nginx(folder: Path, site: str, port: int) -> Iterator[None]:
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        pytest.skip("no nginx on this machine")
    folder.mkdir()
    (folder / "site.conf").write_text(site)
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
    with subprocess.Popen([program, "-c", folder / "nginx.conf"]) as process:
        wait_until(lambda: is_listening(port) or process.poll() is not None, "nginx")
        assert process.poll() is None, "nginx refused its configuration"
        yield
        process.terminate()


def is_listening(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def get(
    port: int, path: str, session: str = "", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    return ask(port, "GET", path, session=session, headers=headers)


def ask(
    port: int,
    method: str,
    path: str,
    *,
    session: str = "",
    headers: dict[str, str] | None = None,
    body: str | None = None,
    client: str = "127.0.0.1",
) -> tuple[http.client.HTTPResponse, bytes]:
    """One request, from an address of this machine; the answer and its content."""
    sent = dict(headers or {})
    if session:
        own = f"{project.SESSION_COOKIE_NAME}={session}"
        sent["Cookie"] = "; ".join(filter(None, (own, sent.get("Cookie"))))
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=20, source_address=(client, 0)
    )
    connection.request(method, path, body=body, headers=sent)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return response, content


def announced(port: int, path: str, size: int, session: str = "") -> int:
    """The status for a body that is announced and never sent."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest("POST", path)
    connection.putheader("Content-Length", str(size))
    connection.putheader("Cookie", f"{project.SESSION_COOKIE_NAME}={session}")
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()
    return status


def session_of(role: Role) -> str:
    client = Client()
    client.force_login(make_user(role))
    return client.cookies[project.SESSION_COOKIE_NAME].value
