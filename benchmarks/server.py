"""The production stack on one machine, for measuring.

PostgreSQL runs with full durability (its defaults: `fsync` and `synchronous_commit`
on); the web server is granian as in the Dockerfile and the demo.
"""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from embedded.binaries import broker_program, postgres_folder
from embedded.broker import BrokerServer
from embedded.guard import guard
from embedded.identity import service_user
from embedded.postgres import PostgresServer
from embedded.sockets import make_socket_folder, socket_folder

PROJECT = Path(__file__).resolve().parent.parent
WEB_WORKERS = 2
WEB_THREADS = 4


@contextmanager
def services(name: str) -> Iterator[Path]:
    """PostgreSQL and Valkey in a temporary folder; the environment names them."""
    user = service_user()
    with tempfile.TemporaryDirectory(prefix=f"mimic-{name}-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        database = folder / "database"
        database.mkdir()
        sockets = socket_folder(f"{folder.name}-s", user)
        guard().delete_at_end(sockets)  # also after a kill
        make_socket_folder(sockets, user)
        postgres = PostgresServer(
            binaries=postgres_folder(),
            data_folder=database / "data",
            socket_folder=sockets,
            log_file=folder / "postgres.log",
            user=user,
        )
        broker = BrokerServer(
            program=broker_program(),
            data_folder=folder / "broker",
            socket_folder=folder,
            log_file=folder / "broker.log",
        )
        postgres.initialise()
        postgres.start()
        broker.start()
        postgres.ensure_database("mimic")
        (folder / "media").mkdir()
        os.environ |= {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "DATABASE_URL": postgres.url("mimic"),
            "CELERY_BROKER_URL": broker.celery_url(),
            "CACHE_URL": broker.cache_url(1),
            "MEDIA_ROOT": str(folder / "media"),
            "STATIC_ROOT": str(folder / "static"),
            "SECURE_COOKIES": "0",
            "SECURE_SSL_REDIRECT": "0",
            "LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        try:
            yield folder
        finally:
            broker.stop()
            postgres.stop()
            shutil.rmtree(sockets, ignore_errors=True)


def migrate() -> None:
    """Set Django up in this process and make the tables."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


def collect_static() -> None:
    """Collect the project's own static files, as a server has them."""
    from django.core.management import call_command

    call_command(
        "collectstatic",
        interactive=False,
        verbosity=0,
        ignore_patterns=["admin", "rest_framework", "drf_spectacular_sidecar"],
    )


@dataclass
class Web:
    """The running web server."""

    port: int
    process: subprocess.Popen[bytes] = field(repr=False)

    def workers(self) -> list[psutil.Process]:
        """Return the processes that answer requests."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def cpu_seconds(self) -> float:
        """Processor time of the processes that answer requests, so far."""
        return _cpu_seconds(self.workers())

    def memory_mb(self) -> list[float]:
        """Unique memory (USS) of each worker process, in MB."""
        return [round(p.memory_full_info().uss / 1e6, 1) for p in self.workers()]


def database_cpu_seconds(folder: Path) -> float:
    """Processor time of the PostgreSQL in the folder and its sessions, so far."""
    postmaster = psutil.Process(
        int((folder / "database" / "data" / "postmaster.pid").read_text().split()[0])
    )
    return _cpu_seconds([postmaster, *postmaster.children(recursive=True)])


def _cpu_seconds(processes: list[psutil.Process]) -> float:
    seconds = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            seconds += times.user + times.system
    return seconds


@contextmanager
def web(folder: Path) -> Iterator[Web]:
    """Granian serving the application until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"DATABASE_POOL_SIZE": str(WEB_THREADS)}
    options = [
        *("--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS)),
        *("--log-level", "warning", "--no-ws", "--respawn-failed-workers"),
        "config.wsgi:application",
    ]
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "granian", *options],
            cwd=PROJECT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        _wait(port, folder / "web.log")
        yield Web(port, process)
    finally:
        process.terminate()
        process.wait(20)


def _wait(port: int, log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/", timeout=2):
                return
        except OSError:
            time.sleep(0.05)
    sys.exit(f"the web server did not start:\n{log.read_text()[-2000:]}")
