"""Bodies that trickle in, are too large or too many never reach the application."""

import asyncio
from collections.abc import Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from embedded.whole_bodies import Limits, Message, Receive, Scope, Send, WholeBodies

LIMITS = Limits(
    form_bytes=100,
    upload_bytes=1_000,
    pause_seconds=0.2,
    bytes_per_second=1e6,
    per_address=2,
)
_T = TypeVar("_T")
_UPLOADER = (b"cookie", b"may=yes")


class Echo:
    """Notes what it is given; says who may upload by a cookie."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.lengths: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 200
        if scope["path"] == "/accounts/uploads/":
            status = 204 if _UPLOADER in scope["headers"] else 403
        else:
            body, has_more = b"", True
            while has_more:
                message = await receive()
                body += message["body"]
                has_more = message["more_body"]
            self.bodies.append(body)
            self.lengths.append(dict(scope["headers"])[b"content-length"])
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def post(
    front: WholeBodies,
    chunks: Iterable[bytes],
    *headers: tuple[bytes, bytes],
    announced: int | None = None,
    pause: float = 0.0,
    is_silent_after: bool = False,
) -> int:
    """The status of a POST whose body comes in these parts."""
    length = (b"content-length", str(announced).encode())
    kind = length if announced is not None else (b"transfer-encoding", b"chunked")
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/accounts/login/",
        "client": ("127.0.0.1", 5),
        "headers": [kind, *headers],
    }
    parts = iter(chunks)
    statuses = []

    async def receive() -> Message:
        await asyncio.sleep(pause)
        chunk = next(parts, None)
        if chunk is None and is_silent_after:
            await asyncio.sleep(60)
        return {
            "type": "http.request",
            "body": chunk or b"",
            "more_body": chunk is not None,
        }

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await front(scope, receive, send)
    return int(statuses[0])


def run(doing: Coroutine[Any, Any, _T]) -> _T:
    """What comes of it, in a thread without a loop: browser tests leave one running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, doing).result()


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def front(echo: Echo) -> WholeBodies:
    return WholeBodies(echo, LIMITS)


def test_a_body_arrives_whole_with_its_length(front: WholeBodies, echo: Echo) -> None:
    assert run(post(front, [b"one", b"two"], announced=6)) == 200
    # Without a length, the application would take it for empty.
    assert run(post(front, [b"one", b"two"])) == 200

    assert echo.bodies == [b"onetwo", b"onetwo"]
    assert echo.lengths == [b"6", b"6"]


@pytest.mark.parametrize("is_silent", [True, False], ids=["silent", "trickling"])
def test_a_slow_body_is_cut_off(
    front: WholeBodies, echo: Echo, *, is_silent: bool
) -> None:
    few = [b"a"] if is_silent else [b"a"] * 50

    sent = post(front, few, announced=90, pause=0.03, is_silent_after=True)

    assert run(asyncio.wait_for(sent, 5)) == 408
    assert echo.bodies == []


@pytest.mark.parametrize("announced", [101, None], ids=["announced", "chunked"])
def test_only_who_may_upload_sends_much(
    front: WholeBodies, echo: Echo, announced: int | None
) -> None:
    much = [b"x" * 101]

    assert run(post(front, much, announced=announced)) == 413
    assert echo.bodies == []
    assert run(post(front, much, _UPLOADER, announced=announced)) == 200
    assert echo.bodies == much
    too_much = [b"x" * 1_001]
    assert run(post(front, too_much, _UPLOADER)) == 413
    assert echo.bodies == much


def test_one_address_has_few_bodies_on_their_way(front: WholeBodies) -> None:
    async def crowd() -> list[int]:
        slow = [
            post(front, [b"a"], announced=9, is_silent_after=True) for _ in range(3)
        ]
        return await asyncio.gather(*slow)

    assert sorted(run(crowd())) == [408, 408, 429]
    # They are over: others are taken.
    assert run(post(front, [b"a"], announced=1)) == 200
