"""A small provider of OpenID Connect on loopback: whoever comes is who it was told."""

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT_ID, SECRET = "mimic", "the client's secret"


@dataclass
class Provider:
    """What it says of the person at the browser, and what it was asked."""

    server: ThreadingHTTPServer
    claims: dict[str, object] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(65537, 2048)
    )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def configuration(self) -> dict[str, object]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes back to, with a code that works once."""
        self.asked.append(asked)
        code = secrets.token_urlsafe()
        self.codes[code] = asked
        answer = urlencode({"code": code, "state": asked["state"]})
        return f"{asked['redirect_uri']}?{answer}"

    def token(self, sent: dict[str, str]) -> dict[str, object] | None:
        """Tokens for a code; None where anything about it is wrong."""
        asked = self.codes.pop(sent.get("code", ""), None)
        if asked is None or sent.get("client_secret") != SECRET:
            return None
        digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if challenge != asked["code_challenge"]:
            return None
        now = int(time.time())
        times = {"iat": now, "exp": now + 60}
        told = {**self.claims, "iss": self.url, "aud": CLIENT_ID, **times}
        return {
            "access_token": "of this person",
            "token_type": "Bearer",
            "id_token": jwt.encode(told, self.key, algorithm="RS256"),
        }


def start_provider() -> Provider:
    """Start one; its maker stops it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    provider = Provider(server)
    server.provider = provider  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return provider


class _Handler(BaseHTTPRequestHandler):
    @property
    def _provider(self) -> Provider:
        found: Provider = self.server.provider  # type: ignore[attr-defined]
        return found

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/authorize":
            self.send_response(302)
            asked = dict(parse_qsl(parts.query))
            self.send_header("Location", self._provider.authorize(asked))
            self.end_headers()
        elif parts.path == "/userinfo":
            self._answer(self._provider.claims)
        else:
            self._answer(self._provider.configuration())

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        sent = dict(parse_qsl(self.rfile.read(length).decode()))
        answer = self._provider.token(sent)
        self._answer(answer or {"error": "invalid_grant"}, 200 if answer else 400)

    def _answer(self, body: object, status: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args: object) -> None:
        """Tests are quiet."""
