"""Whose address and scheme the application sees, behind one proxy and behind two."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from tests.deploy.proxy import ask, outer_proxy, running_nginx

PERSON = "127.0.0.9"
SPOOFED = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}


@contextmanager
def application() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """An application that notes the headers of every request; its address."""
    seen: list[dict[str, str]] = []

    class Note(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(dict(self.headers))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Note) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}", seen
        server.shutdown()


def test_what_a_person_writes_into_the_headers_is_not_believed(tmp_path: Path) -> None:
    with application() as (address, seen), running_nginx(tmp_path, address) as port:
        ask(port, "GET", "/", headers=SPOOFED, client=PERSON)

    assert seen[0]["X-Forwarded-For"] == PERSON
    assert seen[0]["X-Forwarded-Proto"] == "http"


def test_the_word_of_a_proxy_in_front_is_believed(tmp_path: Path) -> None:
    with ExitStack() as stack:
        address, seen = stack.enter_context(application())
        inner = stack.enter_context(running_nginx(tmp_path, address))
        outer = stack.enter_context(outer_proxy(tmp_path / "outer", inner))
        ask(outer, "GET", "/", headers=SPOOFED, client=PERSON)

    assert seen[0]["X-Forwarded-For"] == PERSON
    assert seen[0]["X-Forwarded-Proto"] == "https"
