"""Our own PostgreSQL: made, started, stopped and recovered without a word."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from embedded.errors import EmbeddedError
from embedded.identity import ServiceUser
from embedded.leftovers import stop_recorded
from embedded.process import ChildProcess
from embedded.stop_signals import Pause

SUPERUSER = "postgres"
# Recovery after a kill takes seconds; a database that needs minutes is broken.
START_SECONDS = 60.0
STOP_SECONDS = 30.0
POLL_SECONDS = 0.01
RETRY_SECONDS = 0.25
# The line of postmaster.pid that says how far the start has come; what it says then.
PID_LINE, STATUS_LINE, READY = 0, 7, "ready"
SOCKET_LOCK = ".s.PGSQL.5432.lock"
# A killed postmaster's children still hold its shared memory for a moment.
STILL_IN_USE = "is still in use"


@dataclass
class PostgresServer:
    """One PostgreSQL that listens on a Unix socket alone.

    `data_folder` and `socket_folder` belong to `user` (None: to this process's user).
    `settings` go to the server's command line; its defaults keep every committed row.
    """

    binaries: Path
    data_folder: Path
    socket_folder: Path
    log_file: Path
    user: ServiceUser | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    name: str = field(default="PostgreSQL", init=False)
    _child: ChildProcess | None = field(default=None, init=False)

    def url(self, database: str = SUPERUSER) -> str:
        """Return the libpq connection URI of one of its databases."""
        host = quote(str(self.socket_folder), safe="")
        return f"postgresql://{SUPERUSER}@{host}/{database}"

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.is_running

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    def initialise(self) -> bool:
        """Make the database cluster unless it is there; return whether it was made.

        It is made beside its place and then renamed, so that one that was cut short
        never passes for a whole one.

        Raises:
            EmbeddedError: `initdb` failed.
        """
        if (self.data_folder / "PG_VERSION").exists():
            return False
        draft = self.data_folder.with_name(self.data_folder.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700, parents=True)
        if self.user:
            os.chown(draft, self.user.uid, self.user.gid)
        self._run_initdb(draft)
        draft.rename(self.data_folder)
        return True

    def start(self, pause: Pause = time.sleep) -> None:
        """Start it, recovering from whatever ended it the last time.

        Args:
            pause: called with seconds between two looks; may raise to give up.

        Raises:
            EmbeddedError: it did not start; the message ends with its log's end.
        """
        self.stop()
        self.stop_leftover()
        deadline = time.monotonic() + START_SECONDS
        child = self._child = self._spawn()
        while not self._is_ready(child):
            if time.monotonic() > deadline:
                child.stop()
            if not child.is_running:
                _check_worth_retrying(child, deadline)
                pause(RETRY_SECONDS)
                child = self._child = self._spawn()
            pause(POLL_SECONDS)

    def stop(self) -> None:
        """Stop it, ending its clients' sessions; what they committed is kept."""
        if self._child:
            self._child.stop()

    def stop_leftover(self) -> None:
        """Stop a server of this folder that an earlier run left behind.

        PostgreSQL takes any living process of its user that has the number in these
        files for a running server, also where the number went to another program.
        """
        for pid_file in (self._pid_file, self.socket_folder / SOCKET_LOCK):
            stop_recorded(pid_file, str(self.data_folder), signal.SIGINT)

    def ensure_database(self, database: str) -> None:
        """Make a database unless it is there."""
        import psycopg
        from psycopg.sql import SQL, Identifier

        with psycopg.connect(self.url(), autocommit=True) as connection:
            found = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [database]
            )
            if not found.fetchone():
                make = SQL("CREATE DATABASE {}").format(Identifier(database))
                connection.execute(make)

    def _run_initdb(self, folder: Path) -> None:
        done = subprocess.run(  # noqa: S603 (our own command line)
            [
                self.binaries / "initdb",
                *("-D", folder, "-U", SUPERUSER, "--auth=trust"),
                *("--encoding=UTF8", "--locale=C.UTF-8"),
            ],
            cwd="/",
            start_new_session=True,  # a terminal's Ctrl-C is for the supervisor
            user=self.user.uid if self.user else None,
            group=self.user.gid if self.user else None,
            extra_groups=[] if self.user else None,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            msg = f"PostgreSQL could not make its folder {folder}:\n{done.stderr}"
            raise EmbeddedError(msg.rstrip())

    def _spawn(self) -> ChildProcess:
        options = {"listen_addresses": "", **self.settings}
        return ChildProcess(
            [
                self.binaries / "postgres",
                *("-D", self.data_folder, "-k", self.socket_folder),
                *(word for item in options.items() for word in ("-c", "=".join(item))),
            ],
            log_file=self.log_file,
            stop_signal=signal.SIGINT,
            patience=STOP_SECONDS,
            user=self.user,
        )

    @property
    def _pid_file(self) -> Path:
        return self.data_folder / "postmaster.pid"

    def _is_ready(self, child: ChildProcess) -> bool:
        try:
            lines = self._pid_file.read_text().splitlines()
        except FileNotFoundError:
            return False
        return (
            len(lines) > STATUS_LINE
            and lines[PID_LINE].strip() == str(child.pid)
            and lines[STATUS_LINE].strip() == READY
        )


def _check_worth_retrying(child: ChildProcess, deadline: float) -> None:
    words = child.last_words()
    if STILL_IN_USE not in words or time.monotonic() > deadline:
        msg = f"PostgreSQL did not start. {words}"
        raise EmbeddedError(msg)
