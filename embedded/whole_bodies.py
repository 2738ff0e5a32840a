"""A request reaches a thread of the application once its whole body is here.

The application runs in a few threads, and reading a body holds one of them: a handful
of bodies that trickle in would stop everybody. nginx does the same on a server.
"""

import asyncio
import time
from collections import Counter
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Iterator,
    MutableMapping,
)
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_CHUNK_BYTES: Final = 64 * 1024
_MEMORY_BYTES: Final = 256 * 1024
# It answers 204 to who may upload, and everybody else with what they are.
_MAY_UPLOAD: Final = "/accounts/uploads/"


@dataclass(frozen=True)
class Limits:
    """What a body may be.

    Attributes:
        form_bytes: What anybody may send.
        upload_bytes: What those may send whom the application lets upload.
        pause_seconds: How long nothing may come, and how long the first bytes take.
        bytes_per_second: The slowest pace after that, on the whole.
        per_address: How many bodies of one address may be on their way.
    """

    form_bytes: int
    upload_bytes: int
    pause_seconds: float = 15.0
    bytes_per_second: float = 1024.0
    per_address: int = 50


class _RefusedError(Exception):
    """The body is not taken, and with which status that is said."""

    def __init__(self, status: HTTPStatus) -> None:
        self.status = status


class WholeBodies:
    """Collects bodies, within limits, before the application is called."""

    def __init__(self, application: Application, limits: Limits) -> None:
        self._application = application
        self._limits = limits
        self._on_their_way: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(scope):
            await self._application(scope, receive, send)
            return
        # Small ones, as nearly all are, never touch the disk.
        with SpooledTemporaryFile(max_size=_MEMORY_BYTES) as body:
            try:
                with self._one_more(scope):
                    await self._collect(scope, receive, body)
            except _RefusedError as refusal:
                await _refuse(send, refusal.status)
                return
            except ConnectionError:
                return  # whoever sent it is gone
            await self._application(
                _with_length(scope, body.tell()), _sender_of(body, receive), send
            )

    @contextmanager
    def _one_more(self, scope: Scope) -> Iterator[None]:
        address = str((scope.get("client") or ("",))[0])
        if self._on_their_way[address] >= self._limits.per_address:
            raise _RefusedError(HTTPStatus.TOO_MANY_REQUESTS)
        self._on_their_way[address] += 1
        try:
            yield
        finally:
            self._on_their_way[address] -= 1
            if not self._on_their_way[address]:
                del self._on_their_way[address]

    async def _collect(self, scope: Scope, receive: Receive, body: IO[bytes]) -> None:
        limit = self._limits.form_bytes
        if (_announced(scope) or 0) > limit:
            limit = await self._upload_limit(scope)
            if (_announced(scope) or 0) > limit:
                raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        size = 0
        async for chunk in self._chunks(receive):
            size += len(chunk)
            if size > limit == self._limits.form_bytes:
                limit = await self._upload_limit(scope)
            if size > limit:
                raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            body.write(chunk)

    async def _chunks(self, receive: Receive) -> AsyncIterator[bytes]:
        """Parts of the body as they come; slow ones are refused."""
        limits, began, size, has_more = self._limits, time.monotonic(), 0, True
        while has_more:
            passed = time.monotonic() - began
            spare = limits.pause_seconds + size / limits.bytes_per_second - passed
            try:
                async with asyncio.timeout(min(spare, limits.pause_seconds)):
                    message = await receive()
            except TimeoutError:
                raise _RefusedError(HTTPStatus.REQUEST_TIMEOUT) from None
            if message["type"] == "http.disconnect":
                raise ConnectionError
            chunk = message.get("body", b"")
            size += len(chunk)
            has_more = message.get("more_body", False)
            yield chunk

    async def _upload_limit(self, scope: Scope) -> int:
        """What this person may send at most; the application says who uploads."""
        status = await _ask(self._application, scope, _MAY_UPLOAD)
        if status == HTTPStatus.NO_CONTENT:
            return self._limits.upload_bytes
        raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _has_body(scope: Scope) -> bool:
    length = _header(scope, b"content-length")
    return (
        length not in {None, b"0"} or _header(scope, b"transfer-encoding") is not None
    )


def _announced(scope: Scope) -> int | None:
    length = _header(scope, b"content-length") or b""
    return int(length) if length.isdigit() else None


def _header(scope: Scope, wanted: bytes) -> bytes | None:
    found = (value for name, value in scope["headers"] if name.lower() == wanted)
    return next(found, None)


def _with_length(scope: Scope, size: int) -> Scope:
    """The request with the length that its body turned out to have."""
    length = (b"content-length", str(size).encode())
    rest = [pair for pair in scope["headers"] if pair[0].lower() not in _OF_LENGTH]
    return {**scope, "headers": [*rest, length]}


_OF_LENGTH: Final = {b"content-length", b"transfer-encoding"}


def _sender_of(body: IO[bytes], receive: Receive) -> Receive:
    """What gives out a body that is whole."""
    size = body.tell()
    body.seek(0)
    is_over = False

    async def receive_whole() -> Message:
        nonlocal is_over
        if is_over:
            return await receive()  # that the other side is gone
        chunk = body.read(_CHUNK_BYTES)
        is_over = body.tell() >= size
        return {"type": "http.request", "body": chunk, "more_body": not is_over}

    return receive_whole


async def _ask(application: Application, scope: Scope, path: str) -> int:
    """Status of another page for the same person."""
    statuses: list[int] = []
    asked = {
        **scope,
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [
            pair for pair in scope["headers"] if not pair[0].lower().startswith(b"cont")
        ],
    }

    async def receive_nothing() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def note_status(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await application(asked, receive_nothing, note_status)
    return statuses[0] if statuses else HTTPStatus.INTERNAL_SERVER_ERROR


async def _refuse(send: Send, status: HTTPStatus) -> None:
    words = _WORDS[status].encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(words)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})


_WORDS: Final = {
    HTTPStatus.REQUEST_TIMEOUT: "The upload was too slow. Try again.\n",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "The upload is too large, or you may not upload files."
        " Sign in as a researcher or admin, or send a smaller file.\n"
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        "Your network sends many files at once. Wait a minute, then try again.\n"
    ),
}
