"""An installation of its own that brings itself back: the demo's services and watch."""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe

from benchmarks.server import PROJECT, collect_static, migrate
from embedded.address import Address
from embedded.binaries import broker_program, postgres_folder
from embedded.broker import BrokerServer
from embedded.guard import guard
from embedded.identity import service_user
from embedded.postgres import PostgresServer
from embedded.programs import WebServer, Worker
from embedded.sockets import make_socket_folder, socket_folder
from embedded.stop_signals import StopRequested
from embedded.supervisor import Service, Supervisor

# The database, its log of changes, and some room; on the small disk that can fill up.
_DISK_MIB = 768


@dataclass
class Site:
    """The running installation."""

    folder: Path
    postgres: PostgresServer
    broker: BrokerServer
    web: WebServer
    worker: Worker
    # Where the database is, if that is a small disk of its own.
    disk: Path | None

    @property
    def services(self) -> tuple[Service, ...]:
        return self.postgres, self.broker, self.web, self.worker


@contextmanager
def site(port: int) -> Iterator[Site]:
    """Start it on a port of this machine, watch over it until the block ends."""
    with tempfile.TemporaryDirectory(
        prefix="mimic-soak-", ignore_cleanup_errors=True
    ) as made:
        folder = Path(made)
        folder.chmod(0o755)  # the database's user passes through it
        with _small_disk(folder / "disk") as disk:
            here = _make(folder, disk, port)
            try:
                _start(here)
                with _watched(here):
                    yield here
            finally:
                for service in reversed(here.services):
                    service.stop()
                shutil.rmtree(here.postgres.socket_folder, ignore_errors=True)


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path | None]:
    """A file system of its own in memory, where this user may mount one."""
    folder.mkdir(mode=0o755)
    options = f"size={_DISK_MIB}m,mode=755"
    words = ["mount", "-t", "tmpfs", "-o", options, "mimic-soak", str(folder)]
    try:
        mounted = subprocess.run(words, capture_output=True, check=False).returncode
    except FileNotFoundError:
        mounted = 1
    try:
        yield None if mounted else folder
    finally:
        if not mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


def _make(folder: Path, disk: Path | None, port: int) -> Site:
    user = service_user()
    sockets = socket_folder(f"{folder.name}-s", user)
    guard().delete_at_end(sockets)
    make_socket_folder(sockets, user)
    postgres = PostgresServer(
        binaries=postgres_folder(),
        data_folder=(disk or folder) / "database",
        socket_folder=sockets,
        log_file=folder / "postgres.log",
        user=user,
        settings={"max_wal_size": "128MB", "min_wal_size": "64MB"},
    )
    broker = BrokerServer(
        program=broker_program(),
        data_folder=folder / "broker",
        socket_folder=folder,
        log_file=folder / "broker.log",
    )
    os.environ |= {
        "SECRET_KEY": token_urlsafe(50),
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
    environment = {**os.environ}
    web = WebServer(Address("127.0.0.1", port), environment, folder / "web.log")
    worker = Worker(environment, folder / "worker.log")
    return Site(folder, postgres, broker, web, worker, disk)


def _start(here: Site) -> None:
    here.postgres.initialise()
    here.postgres.start()
    here.postgres.ensure_database("mimic")
    here.broker.start()
    (here.folder / "media").mkdir()
    migrate()
    collect_static()
    here.web.start()
    here.worker.start()


@contextmanager
def _watched(here: Site) -> Iterator[None]:
    """The demo's own supervisor, in a thread."""
    is_over = threading.Event()

    def pause(seconds: float) -> None:
        if is_over.wait(seconds):
            raise StopRequested

    def watch() -> None:
        with suppress(StopRequested):
            Supervisor(here.services, pause).watch()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(90)


def deploy(here: Site) -> None:
    """Bring the tables up to date under load, as an upgrade does."""
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"],
        cwd=PROJECT,
        env={**here.web.environment},
        check=True,
    )
