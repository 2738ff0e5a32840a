"""A real HTTP server that speaks the OpenAI protocol, and misbehaves as it is told."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Seen:
    """What the server noticed."""

    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    most_at_once: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def request(self, body: dict[str, Any], headers: dict[str, str]) -> Iterator[int]:
        """Note a request; yields its number, from 1."""
        with self._lock:
            self.bodies.append(body)
            self.headers.append(headers)
            self.times.append(time.monotonic())
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
            number = len(self.bodies)
        try:
            yield number
        finally:
            with self._lock:
                self._now -= 1

    def prompts(self) -> Counter[str]:
        """How often each prompt came."""
        return Counter(
            body["messages"][-1]["content"][-1]["text"] for body in self.bodies
        )


class Handler(BaseHTTPRequestHandler):
    """One connection; `behave` gets the handler and the request's number."""

    protocol_version = "HTTP/1.1"
    seen: Seen
    behave: Callable[["Handler", int], None]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.body = body
        headers = {name.lower(): value for name, value in self.headers.items()}
        with self.seen.request(body, headers) as number:
            type(self).behave(self, number)

    def log_message(self, *args: object) -> None:
        """Say nothing on stderr."""

    def reply(self, status: int, values: object, **headers: str) -> None:
        raw = values if isinstance(values, bytes) else json.dumps(values).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def say(self, text: str | None, finish: str = "stop", **message: object) -> None:
        choice = {"message": {"content": text} | message, "finish_reason": finish}
        usage = {"prompt_tokens": 100, "completion_tokens": 7}
        self.reply(
            200, {"choices": [choice], "usage": usage, "model": "served-2025-01-01"}
        )

    def fail(
        self, status: int, code: str = "", words: str = "", **headers: str
    ) -> None:
        self.reply(status, {"error": {"code": code, "message": words}}, **headers)


@contextmanager
def chat_server(behave: Callable[[Handler, int], None]) -> Iterator[tuple[str, Seen]]:
    """Serve on loopback; yields the base URL and what was seen."""
    seen = Seen()
    handler = type("Told", (Handler,), {"seen": seen, "behave": staticmethod(behave)})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
