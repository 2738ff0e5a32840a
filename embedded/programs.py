"""The project's own processes: the web server, the worker, the first preparation."""

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from embedded.address import Address
from embedded.errors import EmbeddedError
from embedded.options import HOME
from embedded.process import ChildProcess
from embedded.stop_signals import Pause

WEB_START_SECONDS = 60.0
WEB_STOP_SECONDS = 10.0
# A worker's running task is safe to cut: it comes back from the database.
WORKER_STOP_SECONDS = 5.0
POLL_SECONDS = 0.02


@dataclass
class WebServer:
    """Granian, serving the WSGI application from several processes."""

    address: Address
    environment: Mapping[str, str]
    log_file: Path
    name: str = field(default="The web server", init=False)
    _child: ChildProcess | None = field(default=None, init=False)

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.is_running

    def launch(self) -> None:
        """Start loading the application unless that has begun."""
        if self.is_running:
            return
        self.stop()  # also what a killed one left: it would keep the port
        self._child = ChildProcess(
            [
                *(sys.executable, "-m", "embedded.serving"),
                *(self.address.host, str(self.address.port)),
            ],
            log_file=self.log_file,
            patience=WEB_STOP_SECONDS,
            environment=self.environment,
            cwd=HOME,
        )

    def start(self, pause: Pause = time.sleep) -> None:
        """Start it, and wait until it answers.

        Raises:
            EmbeddedError: it does not answer; the message ends with its log's end.
        """
        self.launch()
        deadline = time.monotonic() + WEB_START_SECONDS
        while not self.address.answers():
            if time.monotonic() > deadline or not self.is_running:
                self.stop()
                words = self._child.last_words() if self._child else ""
                msg = f"The web server did not start. {words}"
                raise EmbeddedError(msg)
            pause(POLL_SECONDS)

    def stop(self) -> None:
        """Let the requests that have begun end, then stop it."""
        if self._child:
            self._child.stop()


# Imports, media and reports; and beat, which looks after all that waits.
BACKGROUND_WORK = (
    *("-Q", "default,media", "--concurrency", "2", "-n", "demo@localhost"),
    "--beat",
)
# Models that write comments; one process, which keeps the weights.
GENERATION_WORK = (
    *("-Q", "generation.transformers,generation.subprocess,generation.http"),
    *("--pool", "solo", "-n", "generation@localhost"),
)


@dataclass
class Worker:
    """Celery, doing some of the demo's work."""

    environment: Mapping[str, str]
    log_file: Path
    work: tuple[str, ...] = BACKGROUND_WORK
    name: str = "The worker"
    _child: ChildProcess | None = field(default=None, init=False)

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.is_running

    def start(self, _pause: Pause = time.sleep) -> None:
        """Start it; messages wait in the broker until it is up."""
        self.stop()
        self._child = ChildProcess(
            [
                *(sys.executable, "-m", "celery", "-A", "config", "worker"),
                *self.work,
                *("--without-gossip", "--without-mingle", "--loglevel", "INFO"),
            ],
            log_file=self.log_file,
            patience=WORKER_STOP_SECONDS,
            environment=self.environment,
            cwd=HOME,
        )

    def stop(self) -> None:
        """Give a task that is nearly done a moment, then stop it."""
        if self._child:
            self._child.stop()


def run_preparation(environment: Mapping[str, str], pause: Pause = time.sleep) -> None:
    """Bring tables, static files and demo study up to date, in a process of its own.

    It shows its progress where this process does.

    Raises:
        EmbeddedError: it failed; it has said why.
    """
    child = ChildProcess(
        [sys.executable, "-m", "embedded.first_start"],
        log_file=None,
        patience=WEB_STOP_SECONDS,
        environment=environment,
        cwd=HOME,
    )
    try:
        while child.is_running:
            pause(POLL_SECONDS)
    finally:
        child.stop()
    if child.exit_code:
        msg = "The demo study could not be loaded (see above)."
        raise EmbeddedError(msg)
