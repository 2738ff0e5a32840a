"""An annotator's client that keeps every byte and header it is sent."""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from accounts.models import User

_CSRF = "c" * 32


@dataclass(frozen=True)
class Exchange:
    """One request and all that came back."""

    method: str
    path: str
    status: int
    headers: list[tuple[str, str]]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def location(self) -> str:
        return next((v for n, v in self.headers if n.lower() == "location"), "")

    @property
    def everything(self) -> str:
        """Headers and body as one text, for searching."""
        head = "\n".join(f"{name}: {value}" for name, value in self.headers)
        return f"{head}\n{self.text}"


@dataclass
class Recorder:
    """Plain HTTP over one connection; nothing is followed or interpreted."""

    server: LiveServer
    user: User
    exchanges: list[Exchange] = field(default_factory=list)

    def __post_init__(self) -> None:
        client = Client()
        client.force_login(self.user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self._headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={_CSRF}",
            "X-CSRFToken": _CSRF,
        }
        self._connection = http.client.HTTPConnection(
            urlsplit(self.server.url).netloc, timeout=30
        )

    def get(self, path: str, **headers: str) -> Exchange:
        return self._exchange("GET", path, None, headers)

    def post(
        self, path: str, form: Mapping[str, object] | None = None, **headers: str
    ) -> Exchange:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self._exchange("POST", path, urlencode(form or {}, doseq=True), headers)

    def _exchange(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> Exchange:
        extra = {name.replace("_", "-"): value for name, value in headers.items()}
        began_at = time.perf_counter()
        self._connection.request(method, path, body, {**self._headers, **extra})
        response = self._connection.getresponse()
        received = response.read()
        exchange = Exchange(
            method,
            path,
            response.status,
            response.getheaders(),
            received,
            time.perf_counter() - began_at,
        )
        self.exchanges.append(exchange)
        return exchange

    def close(self) -> None:
        self._connection.close()
