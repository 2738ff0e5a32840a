"""The demo as a person runs it: a command in a terminal, a page in a browser."""

import shlex
import signal
import socket
import subprocess
import sys
from email.message import Message
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import psutil

from tests.embedded.waiting import wait_until

PROJECT = Path(__file__).resolve().parents[2]


class RunningDemo:
    """One run of the command on one state folder."""

    def __init__(self, state: Path, *options: str, port: int | None = None) -> None:
        self.state = state
        self.port = port or free_port()
        self._output = state.with_name(f"{state.name}.{self.port}.output")
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "embedded", *options),
                    *("--port", str(self.port), "--state", str(state)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=PROJECT,
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def wait_until_it_says(self, text: str) -> None:
        wait_until(
            lambda: text in self.output or self.process.poll() is not None,
            f"{text!r} from the demo",
        )
        assert text in self.output, self.output

    def wait_until_ready(self) -> None:
        self.wait_until_it_says("MIMIC-Bench runs at")

    def page(self, path: str) -> str:
        """Return the page; empty if there is none."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return str(answer.read().decode())
        except (URLError, ConnectionError, TimeoutError):
            return ""

    def headers(self, path: str) -> Message:
        """Return what comes before the page, for a browser that reads compressed."""
        address = f"http://127.0.0.1:{self.port}{path}"
        request = Request(address, headers={"Accept-Encoding": "gzip, br"})
        with urlopen(request, timeout=20) as answer:  # noqa: S310 (our own)
            found: Message = answer.headers
        return found

    def database_url(self) -> str:
        lines = shlex.split((self.state / "environment").read_text())
        return dict(line.split("=", 1) for line in lines)["DATABASE_URL"]

    def family(self) -> list[psutil.Process]:
        """Return every process that the demo runs, itself included."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, wait for the end, return the exit status."""
        self.process.send_signal(number)
        return self.process.wait()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
