"""A program that uses the REST API, for tests."""

import json
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import TokenScope, User
from tests import factories


class Program:
    """Sends a person's token with each request; what came of the last one."""

    def __init__(self, user: User, scope: TokenScope = TokenScope.WRITE) -> None:
        key = factories.make_api_key(user, scope)
        self._web = Client(headers={"Authorization": f"Token {key}"})
        self.status = 0

    def send(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401
        """The answer's JSON; None if it has no body."""
        response = self._web.generic(
            method,
            f"/api/{path}",
            b"" if body is None else json.dumps(body),
            content_type="application/json",
        )
        self.status = response.status_code
        return json.loads(response.content) if response.content else None

    def get(self, path: str) -> Any:  # noqa: ANN401
        return self.send("GET", path)

    def post(self, path: str, body: object = None) -> Any:  # noqa: ANN401
        return self.send("POST", path, body)

    def upload(self, path: str, name: str, content: bytes, **fields: object) -> Any:  # noqa: ANN401
        """Send a file; `name` is its field's."""
        file = SimpleUploadedFile("sent.file", content)
        response = self._web.post(f"/api/{path}", {name: file, **fields})
        self.status = response.status_code
        return json.loads(response.content)
