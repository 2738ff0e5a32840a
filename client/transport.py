"""Requests to the REST API, with the standard library alone."""

import json
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO, Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from client.errors import ApiError, error_of

# "Too many changes" and "not ready yet": the answer says for how long.
_ASK_AGAIN: Final = (429, 503)
_IN_MEMORY = 1024 * 1024


class _NoRedirects(HTTPRedirectHandler):
    """The API redirects nowhere, and a token must not follow to another site."""

    def redirect_request(self, *_args: object, **_options: object) -> None:
        return None


class Transport:
    """One platform and one token.

    Args:
        address: Of the platform's first page.
        token: A key from the page *API tokens*.
        timeout_s: For one answer.
        patience_s: How long to ask again where the platform says "later".
    """

    def __init__(
        self, address: str, token: str, *, timeout_s: float, patience_s: float
    ) -> None:
        if urlsplit(address).scheme not in ("http", "https"):
            msg = f"{address!r} is no web address. It begins with https:// or http://."
            raise ValueError(msg)
        self.root = address.rstrip("/") + "/"
        self._token = token
        self._timeout_s = timeout_s
        self._patience_s = patience_s
        self._opener = build_opener(_NoRedirects)

    def send(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401
        """The JSON that a request is answered with; None if it has no body.

        Raises:
            ApiError: the platform refuses, or can't be reached.
        """
        content = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if content else {}
        return _parsed(self._answer(method, path, content, headers))

    def upload(
        self, path: str, fields: Mapping[str, object], files: Mapping[str, Path]
    ) -> Any:  # noqa: ANN401
        """Send files as a form does; the JSON of the answer."""
        boundary = uuid.uuid4().hex
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as body:
            _write_form(body, boundary, fields, files)
            size = body.tell()
            headers = {
                "Content-Type": f"multipart/form-data; boundary={boundary}",
                "Content-Length": str(size),
            }
            return _parsed(self._answer("POST", path, body, headers))

    def download(self, address: str, path: Path) -> None:
        """Write what an address of the platform answers to a file."""
        with self._open("GET", address, None, {}) as answer, path.open("wb") as file:
            shutil.copyfileobj(answer, file)

    def _answer(
        self,
        method: str,
        path: str,
        content: "bytes | IO[bytes] | None",
        headers: Mapping[str, str],
    ) -> bytes:
        with self._open(method, f"api/{path}", content, headers) as answer:
            found: bytes = answer.read()
        return found

    @contextmanager
    def _open(
        self,
        method: str,
        address: str,
        content: "bytes | IO[bytes] | None",
        headers: Mapping[str, str],
    ) -> Iterator[HTTPResponse]:
        """The answer, once the platform gives one other than "later"."""
        url = urljoin(self.root, address)
        if not url.startswith(self.root):
            msg = f"{url} is no address of {self.root}: it would get your token."
            raise ValueError(msg)
        deadline = time.monotonic() + self._patience_s
        while True:
            request = Request(  # noqa: S310 (http or https: the root is checked)
                url,
                data=content,
                method=method,
                headers={
                    "Accept": "application/json",
                    **headers,
                    "Authorization": f"Token {self._token}",
                },
            )
            if content is not None and not isinstance(content, bytes):
                content.seek(0)
            try:
                with self._opener.open(request, timeout=self._timeout_s) as answer:
                    yield answer
                    return
            except HTTPError as error:
                wait = _wait_s(error)
                if wait is None or time.monotonic() + wait > deadline:
                    raise _told(error) from None
                time.sleep(wait)
            except (URLError, HTTPException, TimeoutError) as error:
                msg = f"{self.root} can't be reached: {error}"
                raise ApiError(0, msg) from error


def _parsed(content: bytes) -> Any:  # noqa: ANN401
    return json.loads(content) if content else None


def _wait_s(error: HTTPError) -> float | None:
    """For how long the platform says to wait; None where it says nothing."""
    if error.code not in _ASK_AGAIN:
        return None
    told = error.headers.get("Retry-After", "")
    return float(told) if told.isdigit() else None


def _told(error: HTTPError) -> ApiError:
    """The platform's own words about what it refused."""
    text = error.read().decode(errors="replace")
    try:
        answer = json.loads(text)
    except ValueError:
        answer = {}
    if not isinstance(answer, dict) or "detail" not in answer:
        return error_of(error.code, f"{error.code} {error.reason}: {text[:200]}", ())
    return error_of(error.code, answer["detail"], answer.get("reasons", ()))


def _write_form(
    body: IO[bytes],
    boundary: str,
    fields: Mapping[str, object],
    files: Mapping[str, Path],
) -> None:
    """A form as browsers send it (RFC 7578)."""
    for name, value in fields.items():
        text = str(value).lower() if isinstance(value, bool) else str(value)
        head = f'Content-Disposition: form-data; name="{name}"'
        body.write(f"--{boundary}\r\n{head}\r\n\r\n{text}\r\n".encode())
    for name, path in files.items():
        shown = path.name.replace('"', "_")
        head = f'Content-Disposition: form-data; name="{name}"; filename="{shown}"'
        kind = "Content-Type: application/octet-stream"
        body.write(f"--{boundary}\r\n{head}\r\n{kind}\r\n\r\n".encode())
        with path.open("rb") as file:
            shutil.copyfileobj(file, body)
        body.write(b"\r\n")
    body.write(f"--{boundary}--\r\n".encode())
