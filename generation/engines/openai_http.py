"""Asks a server that speaks the OpenAI protocol: a vendor's, vLLM, SGLang, llama.cpp.

Frames go nowhere but to the addresses that the site allows. The key comes from the
environment; it is in the header of a request and nowhere else.
"""

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from http import HTTPStatus

import httpx2

from generation.engines.base import (
    Answer,
    Capabilities,
    EngineError,
    Identity,
    Reason,
    Request,
    Site,
)
from generation.engines.chat_messages import (
    Reply,
    body,
    refusal_of,
    reply_of,
    retry_after_s,
)
from generation.engines.kinds import server_problem
from generation.engines.pacing import Pace, StoppedError, waiting_s
from generation.registry import Entry

_TIMEOUT_S = 180.0
_CONNECT_S = 10.0
_LARGEST_REPLY = 4 * 1024 * 1024


class OpenAIHttpEngine:
    """One model of one server."""

    def __init__(self, entry: Entry, site: Site) -> None:
        self._entry = entry
        self._site = site
        self._base_url = str(entry.options["base_url"]).rstrip("/")
        self._model = str(entry.options["model"])
        self._timeout_s = float(entry.options.get("timeout_s", _TIMEOUT_S))
        self._concurrency = min(
            site.http_concurrency, int(entry.options.get("concurrency", 10**6))
        )
        self._client: httpx2.Client | None = None
        self._secret = ""
        self._served_by = ""

    @property
    def capabilities(self) -> Capabilities:
        is_seeded = not self._entry.decoding.reasoning_tokens
        return Capabilities(max_batch=2 * self._concurrency, is_seeded=is_seeded)

    @property
    def identity(self) -> Identity:
        """The revision is the model that the server said it used."""
        return Identity(
            engine=f"openai_http, httpx2 {httpx2.__version__}",
            checkpoint=f"{self._base_url} {self._model}",
            revision=self._served_by,
            device="remote",
        )

    def prepare(self) -> None:
        self._opened()

    def generate(self, requests: Sequence[Request]) -> Iterator[Answer]:
        client, pace = self._opened(), Pace(self._concurrency)
        with ThreadPoolExecutor(self._concurrency) as pool:
            futures = [
                pool.submit(self._answer, client, pace, request) for request in requests
            ]
            try:
                for future in as_completed(futures):
                    answer = future.result()
                    # A refused key is refused for all.
                    if answer.error and answer.error.reason == Reason.MISCONFIGURED:
                        raise answer.error
                    yield answer
            finally:
                pace.stop()
                pool.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None

    def _opened(self) -> httpx2.Client:
        if self._client is None:
            self._secret = self._key()
            headers = (
                {"Authorization": f"Bearer {self._secret}"} if self._secret else {}
            )
            most = self._concurrency
            self._client = httpx2.Client(
                headers=headers,
                # The next address might be one that is not allowed.
                follow_redirects=False,
                timeout=httpx2.Timeout(self._timeout_s, connect=_CONNECT_S, pool=None),
                limits=httpx2.Limits(
                    max_connections=most, max_keepalive_connections=most
                ),
            )
        return self._client

    def _key(self) -> str:
        """The key of a server that may be asked; empty where it wants none."""
        if problem := server_problem(self._entry.options, self._site):
            raise EngineError(Reason.MISCONFIGURED, problem)
        return os.environ.get(self._entry.options.get("key_variable", ""), "")

    def _answer(self, client: httpx2.Client, pace: Pace, request: Request) -> Answer:
        start = time.monotonic()
        try:
            reply = self._persistent_reply(client, pace, request)
        except EngineError as error:
            seconds = time.monotonic() - start
            return Answer(key=request.key, seconds=seconds, error=error)
        except StoppedError:
            stopped = EngineError(Reason.UNAVAILABLE, "The engine was stopped.")
            return Answer(key=request.key, error=stopped)
        self._served_by = reply.served_by or self._served_by
        return Answer(
            key=request.key,
            text=reply.text,
            token_count=reply.token_count,
            prompt_token_count=reply.prompt_token_count,
            is_unfinished=reply.is_unfinished,
            seconds=time.monotonic() - start,
        )

    def _persistent_reply(
        self, client: httpx2.Client, pace: Pace, request: Request
    ) -> Reply:
        """Ask again while it may help; a server in trouble is asked less often."""
        content = body(self._model, request, self._entry.decoding)
        for attempt in range(1, self._site.http_attempts + 1):
            try:
                reply = self._attempt(client, pace, content)
            except _AttemptError as trouble:
                is_last = attempt == self._site.http_attempts
                if is_last or not trouble.error.retryable:
                    raise trouble.error from None
                first_s = self._site.http_first_wait_s
                wait_s = waiting_s(attempt, trouble.wait_s, first_s)
                # Too many requests concern all of them, other troubles this one.
                is_shared = trouble.error.reason == Reason.RATE_LIMITED
                pace.slow_down(trouble.started, wait_s if is_shared else 0.0)
                pace.rest(wait_s)
            else:
                pace.went_well()
                return reply
        raise AssertionError

    def _attempt(self, client: httpx2.Client, pace: Pace, content: object) -> Reply:
        with pace.turn() as started:
            try:
                return self._reply(client, content)
            except _AttemptError as trouble:
                trouble.started = started
                raise

    def _reply(self, client: httpx2.Client, content: object) -> Reply:
        deadline = time.monotonic() + self._timeout_s
        address = f"{self._base_url}/chat/completions"
        try:
            with client.stream("POST", address, json=content) as response:
                raw = _whole(response, deadline)
        except (httpx2.TimeoutException, TimeoutError):
            message = f"The server did not finish within {self._timeout_s:g} s."
            raise _AttemptError(EngineError(Reason.TIMEOUT, message)) from None
        except httpx2.ConnectError:
            message = f"{self._base_url} cannot be reached."
            raise _AttemptError(EngineError(Reason.UNAVAILABLE, message)) from None
        except httpx2.HTTPError as error:
            message = f"The connection broke ({type(error).__name__})."
            raise _AttemptError(EngineError(Reason.SERVER_ERROR, message)) from None
        if response.status_code != HTTPStatus.OK:
            refusal = refusal_of(response.status_code, raw, self._secret)
            wait_s = retry_after_s(response.headers, time.time())
            raise _AttemptError(refusal, wait_s)
        try:
            return reply_of(raw)
        except EngineError as error:
            raise _AttemptError(error) from None


class _AttemptError(Exception):
    """One attempt: when it was made, and how long the server wants to be left alone."""

    def __init__(self, error: EngineError, wait_s: float | None = None) -> None:
        super().__init__(error.message)
        self.error = error
        self.wait_s = wait_s
        self.started = 0.0


def _whole(response: httpx2.Response, deadline: float) -> bytes:
    """The body, within a time and a size; a drip without end has an end here."""
    raw = bytearray()
    for part in response.iter_bytes():
        raw += part
        if time.monotonic() > deadline:
            raise TimeoutError
        if len(raw) > _LARGEST_REPLY:
            message = "The server's answer is far too long for a comment."
            raise _AttemptError(EngineError(Reason.BAD_OUTPUT, message))
    return bytes(raw)
