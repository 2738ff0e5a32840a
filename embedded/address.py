"""Where the demo's web server listens."""

import errno
import http.client
import ipaddress
import socket
from dataclasses import dataclass

from embedded.errors import EmbeddedError

# How many ports above a taken one are tried for the advice.
PORTS_TRIED = 50
ANSWER_SECONDS = 5.0


@dataclass(frozen=True)
class Address:
    """A host name or number, and a TCP port."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address for a browser on this machine."""
        host = self._reachable_host
        return f"http://{f'[{host}]' if ':' in host else host}:{self.port}/"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach it."""
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def allowed_hosts(self) -> list[str]:
        """The host names a browser may use for it; any, where others can reach it."""
        return ["localhost", "127.0.0.1", "[::1]"] if self.is_loopback else ["*"]

    def check_free(self) -> None:
        """Find out whether a server can listen here.

        Raises:
            EmbeddedError: it cannot; the message says why and what to do.
        """
        problem = _problem_with(self.host, self.port)
        if problem is None:
            return
        if problem.errno == errno.EADDRINUSE:
            msg = f"Port {self.port} is taken by another program. "
            msg += f"Choose another, for example: --port {self._free_port_above()}"
        elif problem.errno == errno.EACCES:
            msg = f"Port {self.port} needs root. Choose one above 1023: --port 8000"
        else:
            msg = f"Cannot listen on {self.host} ({problem.strerror}). "
            msg += "Choose another: --host 127.0.0.1"
        raise EmbeddedError(msg)

    def answers(self) -> bool:
        """Whether a web server answers here, whatever it says."""
        connection = http.client.HTTPConnection(
            self._reachable_host, self.port, timeout=ANSWER_SECONDS
        )
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True

    @property
    def _reachable_host(self) -> str:
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104

    def _free_port_above(self) -> int:
        above = range(self.port + 1, self.port + PORTS_TRIED)
        free = (port for port in above if not _problem_with(self.host, port))
        return next(free, 0)


def _problem_with(host: str, port: int) -> OSError | None:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, place = found[0]
        with socket.socket(family, kind, protocol) as probe:
            # As servers do: a port that was closed a moment ago is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            probe.listen()
    except OSError as error:
        return error
    return None
