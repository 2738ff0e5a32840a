"""Our own broker: Valkey on a Unix socket, writing what it holds every second."""

import logging
import shutil
import signal
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from embedded.errors import EmbeddedError
from embedded.leftovers import stop_recorded
from embedded.process import ChildProcess
from embedded.stop_signals import Pause

DATABASE_COUNT = 64
START_SECONDS = 30.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.01

logger = logging.getLogger(__name__)


@dataclass
class BrokerServer:
    """One Valkey that listens on a Unix socket alone."""

    program: Path
    data_folder: Path
    socket_folder: Path
    log_file: Path
    name: str = field(default="The broker", init=False)
    _child: ChildProcess | None = field(default=None, init=False)

    @property
    def socket_path(self) -> Path:
        return self.socket_folder / "broker.sock"

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.is_running

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def celery_url(self, database: int = 0) -> str:
        """Return the address in the form of Celery (kombu)."""
        return f"redis+socket://{quote(str(self.socket_path))}?virtual_host={database}"

    def cache_url(self, database: int) -> str:
        """Return the address in the form of Django's Redis cache."""
        return f"unix://{quote(str(self.socket_path))}?db={database}"

    def start(self, pause: Pause = time.sleep) -> None:
        """Start it with what it held when it last stopped or was killed.

        What it holds are wake-ups; the truth about work is in the database. So a
        damaged store is put aside, and it starts empty.

        Args:
            pause: called with seconds between two looks; may raise to give up.

        Raises:
            EmbeddedError: it did not start; the message ends with its log's end.
        """
        self.stop()
        self.stop_leftover()
        if self._try_start(pause):
            return
        if any(self.data_folder.iterdir()):
            aside = self.data_folder.with_name(f"{self.data_folder.name}.damaged")
            shutil.rmtree(aside, ignore_errors=True)
            self.data_folder.rename(aside)
            logger.warning("The broker's store was damaged; it is now in %s", aside)
            if self._try_start(pause):
                return
        words = self._child.last_words() if self._child else ""
        msg = f"The broker did not start. {words}"
        raise EmbeddedError(msg)

    def stop(self) -> None:
        """Stop it after it wrote what it holds."""
        if self._child:
            self._child.stop()

    def stop_leftover(self) -> None:
        """Stop a broker of this folder that an earlier run left behind."""
        stop_recorded(self._pid_file, str(self.socket_path), signal.SIGTERM)

    @property
    def _pid_file(self) -> Path:
        return self.data_folder.with_name(f"{self.data_folder.name}.pid")

    def _try_start(self, pause: Pause) -> bool:
        self.data_folder.mkdir(parents=True, exist_ok=True)
        self.socket_path.unlink(missing_ok=True)
        deadline = time.monotonic() + START_SECONDS
        child = self._child = self._spawn()
        while not self._answers():
            if time.monotonic() > deadline or not child.is_running:
                child.stop()
                return False
            pause(POLL_SECONDS)
        return True

    def _spawn(self) -> ChildProcess:
        options = {
            "port": "0",
            "unixsocket": str(self.socket_path),
            "unixsocketperm": "700",
            "pidfile": str(self._pid_file),
            "dir": str(self.data_folder),
            "databases": str(DATABASE_COUNT),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        words = (word for key, value in options.items() for word in (f"--{key}", value))
        return ChildProcess(
            [self.program, *words], log_file=self.log_file, patience=STOP_SECONDS
        )

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(1.0)
            try:
                client.connect(str(self.socket_path))
                client.sendall(b"PING\r\n")
                return client.recv(64).startswith(b"+PONG")
            except OSError:
                return False
