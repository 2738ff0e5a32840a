"""A load generator that costs little: raw HTTP/1.1 over kept-alive connections."""

import asyncio
import time
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Annotator:
    """A logged-in annotator: what the browser would send."""

    membership: int
    session: str
    csrf: str


@dataclass(frozen=True)
class Response:
    status: int
    location: str
    body: bytes
    seconds: float


@dataclass
class Client:
    """One annotator's browser, without the browser."""

    port: int
    annotator: Annotator
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None
    _head: str = field(init=False, default="")

    def __post_init__(self) -> None:
        self._head = (
            f"Host: 127.0.0.1:{self.port}\r\n"
            f"Cookie: sessionid={self.annotator.session};"
            f" csrftoken={self.annotator.csrf}\r\n"
            f"X-CSRFToken: {self.annotator.csrf}\r\n"
        )

    async def get(self, path: str) -> Response:
        return await self._exchange(f"GET {path} HTTP/1.1\r\n{self._head}\r\n", b"")

    async def post(self, path: str, body: str = "", extra: str = "") -> Response:
        """Send a form; raises ConnectionError when the server is away."""
        data = body.encode()
        head = (
            f"POST {path} HTTP/1.1\r\n{self._head}{extra}"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(data)}\r\n\r\n"
        )
        return await self._exchange(head, data)

    async def _exchange(self, head: str, body: bytes) -> Response:
        began_at = time.perf_counter()
        try:
            if self.writer is None:
                self.reader, self.writer = await asyncio.open_connection(
                    "127.0.0.1", self.port, limit=1 << 20
                )
            self.writer.write(head.encode() + body)
            status, location, payload = await self._read()
        except (asyncio.IncompleteReadError, OSError) as error:
            await self.close()
            raise ConnectionError(str(error)) from error
        return Response(status, location, payload, time.perf_counter() - began_at)

    async def _read(self) -> tuple[int, str, bytes]:
        if self.reader is None:
            msg = "not connected"
            raise ConnectionError(msg)
        raw = await self.reader.readuntil(b"\r\n\r\n")
        head = raw.decode("latin-1")
        fields = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in head.split("\r\n"))
        }
        if fields.get("transfer-encoding") == "chunked":
            payload = await self._read_chunks()
        else:
            payload = await self.reader.readexactly(
                int(fields.get("content-length", 0))
            )
        return int(head[9:12]), fields.get("location", ""), payload

    async def _read_chunks(self) -> bytes:
        if self.reader is None:
            msg = "not connected"
            raise ConnectionError(msg)
        parts = []
        while size := int((await self.reader.readline()).split(b";")[0], 16):
            parts.append(await self.reader.readexactly(size))
            await self.reader.readexactly(2)
        await self.reader.readline()
        return b"".join(parts)

    async def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None
