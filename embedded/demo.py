"""The demo: database, broker, demo study, web server and worker of one machine."""

import hashlib
import logging
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from embedded.address import Address
from embedded.binaries import broker_program, postgres_folder
from embedded.broker import BrokerServer
from embedded.first_start import fingerprint
from embedded.folders import enterable_programs, folder_for_database
from embedded.identity import service_user
from embedded.leftovers import MARKER, kill_marked
from embedded.postgres import PostgresServer
from embedded.programs import GENERATION_WORK, WebServer, Worker, run_preparation
from embedded.sockets import make_socket_folder, socket_folder
from embedded.state_folder import StateFolder
from embedded.stop_signals import Pause, StopRequested, StopSignals
from embedded.supervisor import Supervisor

DATABASE = "mimic"
CACHE_DATABASE = 1

logger = logging.getLogger(__name__)


class Demo:
    """Everything that runs on one state folder and one address."""

    def __init__(self, state: StateFolder, address: Address) -> None:
        """End what an earlier run on this folder left behind.

        Args:
            state: the folder; the caller holds it.
            address: where the web server is to listen.

        Raises:
            EmbeddedError: the port is not to be had, or a program is missing.
        """
        if count := kill_marked(state.path):
            logger.info("Ended %d processes of an earlier run.", count)
        address.check_free()
        self._state = state
        self._address = address
        self._user = service_user()
        self._database_folder = self._choose_database_folder()
        self._postgres, self._broker = self._servers()
        if state.is_new:
            self._forget_database()  # of a folder that was deleted by hand

    def reset(self) -> None:
        """Delete everything that the demo keeps."""
        self._broker.stop_leftover()
        self._forget_database()
        self._state.delete()

    def run(self, *, with_generation: bool = False) -> None:
        """Run until Ctrl-C, SIGTERM or a closed terminal.

        Args:
            with_generation: with a worker for models that write comments.

        Raises:
            EmbeddedError: a part of it does not start.
        """
        began_at = time.monotonic()
        pause = StopSignals().pause
        settings = self._settings()
        self._state.write_environment(settings)
        environment = os.environ | settings | {MARKER: str(self._state.path)}
        logs = self._state.logs
        web = WebServer(self._address, environment, logs / "web.log")
        workers = [Worker(environment, logs / "worker.log")]
        if with_generation:
            workers.append(_generation_worker(environment, logs))
        supervisor = Supervisor((self._postgres, self._broker, web, *workers), pause)
        make_socket_folder(self._postgres.socket_folder, self._user)
        try:
            self._start(web, workers, pause)
            self._welcome(time.monotonic() - began_at)
            supervisor.watch()
        except StopRequested:
            logger.info("Stopping. Your data stay in %s", self._state.path)
        finally:
            supervisor.stop()
            shutil.rmtree(self._postgres.socket_folder, ignore_errors=True)

    def _start(self, web: WebServer, workers: list[Worker], pause: Pause) -> None:
        wanted = fingerprint()
        if self._postgres.initialise():
            self._state.forget_preparation()
        if is_prepared := self._state.is_prepared(wanted):
            web.launch()  # loading takes longest, and needs no database
        self._postgres.start(pause)
        self._broker.start(pause)
        if not is_prepared:
            logger.info("Loading the demo study (once) ...")
            self._postgres.ensure_database(DATABASE)
            run_preparation(web.environment, pause)
            self._state.note_preparation(wanted)
        web.start(pause)
        # Only now, so that they do not compete before the first page.
        for worker in workers:
            worker.start(pause)

    def _forget_database(self) -> None:
        """Delete the database, which may lie outside the state folder."""
        self._postgres.stop_leftover()
        shutil.rmtree(self._postgres.data_folder, ignore_errors=True)

    def _choose_database_folder(self) -> Path:
        folder = folder_for_database(self._state.path, self._user)
        if folder.parent != self._state.path:
            logger.info("The database's user cannot enter %s,", self._state.path)
            logger.info("so the database's files are in %s", folder)
        return folder

    def _servers(self) -> tuple[PostgresServer, BrokerServer]:
        folder, user = self._database_folder, self._user
        mark = hashlib.sha256(str(self._state.path).encode()).hexdigest()[:12]
        sockets = socket_folder(f"mimic-{os.geteuid()}-{mark}", user)
        postgres = PostgresServer(
            binaries=enterable_programs(postgres_folder(), user, folder),
            data_folder=folder / "data",
            socket_folder=sockets,
            log_file=self._state.logs / "postgres.log",
            user=user,
        )
        broker = BrokerServer(
            program=broker_program(),
            data_folder=self._state.path / "broker",
            socket_folder=sockets,
            log_file=self._state.logs / "broker.log",
        )
        return postgres, broker

    def _settings(self) -> dict[str, str]:
        """Return what config/settings.py reads from the environment."""
        return {
            "DEMO": "1",
            "DJANGO_DEBUG": "0",
            "SECRET_KEY": self._state.secret_key(),
            "DATABASE_URL": self._postgres.url(DATABASE),
            "CELERY_BROKER_URL": self._broker.celery_url(),
            "CACHE_URL": self._broker.cache_url(CACHE_DATABASE),
            "MEDIA_ROOT": str(self._state.media),
            "STATIC_ROOT": str(self._state.static),
            "CHECKPOINT_ROOT": str(self._state.path / "checkpoints"),
            "FRAME_CACHE_ROOT": str(self._state.path / "frames"),
            "GENERATION_REGISTRY": str(self._state.path / "registry"),
            "ALLOWED_HOSTS": ",".join(self._address.allowed_hosts),
            "SECURE_COOKIES": "0",
            "LOG_LEVEL": "INFO",
        }

    def _welcome(self, seconds: float) -> None:
        from demo.accounts import DEMO_ACCOUNTS

        logger.info("")
        logger.info("MIMIC-Bench runs at %s  (%.1f s)", self._address.url, seconds)
        for role, username, password in DEMO_ACCOUNTS:
            logger.info("  %-10s  %-12s  password %s", role, username, password)
        if not self._address.is_loopback:
            logger.warning("Others on your network can reach it, with these passwords.")
        logger.info("Logs are in %s. Ctrl-C stops it.", self._state.logs)


def _generation_worker(environment: Mapping[str, str], logs: Path) -> Worker:
    log = logs / "generation.log"
    return Worker(environment, log, GENERATION_WORK, "The generation worker")
