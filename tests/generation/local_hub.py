"""A hub of one repository, on loopback: what huggingface_hub asks, and faults."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REVISION = "5e1f" * 10
_RESOLVE = re.compile(r"/.+/resolve/[0-9a-f]+/(.+)")
_RANGE = re.compile(r"bytes=(\d+)-")


@dataclass
class Hub:
    """The files, what was asked for, and what goes wrong.

    Attributes:
        asked: File and first byte of each download.
        cut: Files whose first download ends in the middle.
        withheld: Files that are listed and then not given.
        garbled: Files that come with another content of the same length.
    """

    files: Mapping[str, bytes]
    asked: list[tuple[str, int]] = field(default_factory=list)
    cut: set[str] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)
    garbled: set[str] = field(default_factory=set)

    def tree(self) -> list[dict[str, object]]:
        return [_listed(name, content) for name, content in self.files.items()]

    def served(self, name: str) -> bytes:
        content = self.files[name]
        return bytes(len(content)) if name in self.garbled else content


def _listed(name: str, content: bytes) -> dict[str, object]:
    """As the hub lists a file: weights by their SHA-256, others as git does."""
    row = {
        "type": "file",
        "path": name,
        "size": len(content),
        "oid": _etag("", content),
    }
    if name.endswith(".safetensors"):
        oid = _etag(name, content)
        row["lfs"] = {"oid": oid, "size": len(content), "pointerSize": 134}
    return row


def _etag(name: str, content: bytes) -> str:
    if name.endswith(".safetensors"):
        return hashlib.sha256(content).hexdigest()
    blob = b"blob %d\0" % len(content) + content
    return hashlib.sha1(blob, usedforsecurity=False).hexdigest()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def do_GET(self) -> None:
        if "/tree/" in self.path:
            self._json(self.hub.tree())
        elif self.path.startswith("/api/models/"):
            names = [{"rfilename": name} for name in self.hub.files]
            self._json({"id": "o/n", "sha": REVISION, "siblings": names})
        else:
            self._file(has_body=True)

    def do_HEAD(self) -> None:
        self._file(has_body=False)

    def log_message(self, *args: object) -> None:
        """Say nothing on stderr."""

    def _json(self, values: object) -> None:
        raw = json.dumps(values).encode()
        self._head(200, {"Content-Type": "application/json"}, len(raw))
        self.wfile.write(raw)

    def _file(self, *, has_body: bool) -> None:
        found = _RESOLVE.fullmatch(self.path.partition("?")[0])
        name = found[1] if found else ""
        if name not in self.hub.files or (has_body and name in self.hub.withheld):
            self._head(404, {"X-Error-Code": "EntryNotFound"}, 0)
            return
        content = self.hub.served(name)
        asked_from = _RANGE.match(self.headers.get("Range", ""))
        start = int(asked_from[1]) if asked_from else 0
        headers = {
            "ETag": f'"{_etag(name, self.hub.files[name])}"',
            "X-Repo-Commit": REVISION,
        }
        if start:
            headers["Content-Range"] = (
                f"bytes {start}-{len(content) - 1}/{len(content)}"
            )
        self._head(206 if start else 200, headers, len(content) - start)
        if has_body:
            self._send(name, content, start)

    def _send(self, name: str, content: bytes, start: int) -> None:
        self.hub.asked.append((name, start))
        if name in self.hub.cut:
            self.hub.cut.remove(name)
            content = content[: len(content) // 2]
            self.close_connection = True
        self.wfile.write(content[start:])

    def _head(self, status: int, headers: Mapping[str, str], length: int) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()


@contextmanager
def local_hub(hub: Hub) -> Iterator[str]:
    """Serve it; yields the endpoint."""
    handler = type("Serving", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
