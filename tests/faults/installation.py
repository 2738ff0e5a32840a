"""An installation of its own: database, broker, workers, one tiny real model."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psutil
import psycopg

from embedded.binaries import broker_program, postgres_folder
from embedded.broker import BrokerServer
from embedded.folders import enterable_programs
from embedded.guard import guard
from embedded.identity import service_user
from embedded.postgres import PostgresServer
from embedded.sockets import make_socket_folder, socket_folder
from tests.faults.forked import start_forked

PROJECT = Path(__file__).resolve().parents[2]
MODEL = "tiny"
ENTRY = """
title = "Tiny"
group = "site"
licence = "none"
engine = "transformers"
dtype = "float32"
memory_gib = 0.1
prompt = "comment-1"

[frames]
kind = "uniform"
count = 4
max_short_side = 64

[decoding]
max_new_tokens = 80
temperature = 0.7

[options]
family = "qwen2_5_vl"
max_batch = 1
"""
_PATIENCE_SECONDS = 240.0
_LOOK_SECONDS = 0.05
_DATABASE = "faults"


class Installation:
    """What the tests of one module share; each test has studies of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        user = service_user()
        sockets = socket_folder(f"{folder.name}-f", user)
        guard().delete_at_end(sockets)
        make_socket_folder(sockets, user)
        self.postgres = PostgresServer(
            binaries=enterable_programs(postgres_folder(), user, folder),
            data_folder=folder / "database",
            socket_folder=sockets,
            log_file=folder / "postgres.log",
            user=user,
        )
        self.broker = BrokerServer(
            program=broker_program(),
            data_folder=folder / "broker",
            socket_folder=folder,
            log_file=folder / "broker.log",
        )
        # Beside those of `environment`, for processes that start from now on.
        self.settings: dict[str, str] = {}
        self._workers: list[tuple[str, ForkServerProcess]] = []

    def begin(self) -> None:
        """Start the services and make the tables."""
        self.postgres.initialise()
        self.postgres.start()
        self.postgres.ensure_database(_DATABASE)
        self.broker.start()
        (self.folder / "registry").mkdir()
        self.add_model(MODEL, ENTRY)
        self.manage("migrate", "--verbosity", "0")
        self._start_tender()

    def end(self) -> None:
        for _, worker in self._workers:
            if worker.is_alive():
                self.kill(worker)
        self.broker.stop()
        self.postgres.stop()

    def add_model(self, key: str, entry: str) -> None:
        (self.folder / "registry" / f"{key}.toml").write_text(entry)

    @property
    def environment(self) -> dict[str, str]:
        """Settings of every process; waits so short that a test can sit them out."""
        return os.environ | {
            "DATABASE_URL": self.postgres.url(_DATABASE),
            "CELERY_BROKER_URL": self.broker.celery_url(),
            "MEDIA_ROOT": str(self.folder / "media"),
            "CHECKPOINT_ROOT": str(self.folder / "checkpoints"),
            "GENERATION_REGISTRY": str(self.folder / "registry"),
            "GENERATION_LEASE_SECONDS": "4",
            "GENERATION_TEND_SECONDS": "0.5",
            "GENERATION_WAKE_AGAIN_SECONDS": "4",
            "GENERATION_RETRY_SECONDS": "0.5",
            "GENERATION_HTTP_FIRST_WAIT_SECONDS": "0.05",
            "FRAME_TIMEOUT_SECONDS": "5",
            "LOG_LEVEL": "INFO",
            "OMP_NUM_THREADS": "1",
            **self.settings,
        }

    # --- Processes ------------------------------------------------------------------

    def manage(self, *words: str) -> str:
        return self._run("manage.py", *words)

    def act(self, name: str, *words: object) -> None:
        self._run("-m", "tests.faults.actions", name, *map(str, words))

    def start_generate(
        self, study: str, *options: str, models: str = MODEL
    ) -> subprocess.Popen[str]:
        """`manage.py generate`, on its way."""
        words = ("manage.py", "generate", "--study", study, "--models", models)
        return subprocess.Popen(
            [sys.executable, *words, *options],
            cwd=PROJECT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _run(self, *words: str) -> str:
        """What a program says that ends well."""
        with TemporaryDirectory() as folder:
            output, errors = Path(folder, "output"), Path(folder, "errors")
            process = start_forked(
                words, environment=self.environment, output=output, errors=errors
            )
            process.join()
            assert process.exitcode == 0, errors.read_text()[-3000:]
            return output.read_text()

    def _start_tender(self) -> None:
        """The worker of the default queue, in which beat runs; the first one."""
        self._start_worker("default", "-B", "--concurrency", "1")

    def ensure_worker(
        self, queue: str = "generation.transformers"
    ) -> ForkServerProcess:
        """The worker that runs models of a queue; a new one where it was killed."""
        for served, worker in self._workers:
            if served == queue and worker.is_alive():
                return worker
        return self._start_worker(queue, "--pool", "solo")

    def fresh_worker(self, queue: str = "generation.transformers") -> ForkServerProcess:
        """A worker that knows the settings of now."""
        for served, worker in self._workers:
            if served == queue and worker.is_alive():
                self.kill(worker)
        return self.ensure_worker(queue)

    def _start_worker(self, queue: str, *words: str) -> ForkServerProcess:
        name = f"{queue}-{len(self._workers)}"
        settings = self.environment
        log = self.folder / f"{name}.log"
        process = start_forked(
            [
                *("-m", "celery", "-A", "config", "worker"),
                *("--loglevel", settings["LOG_LEVEL"]),
                *("-n", f"{name}@tests", "-Q", queue, *words),
            ],
            environment=settings,
            output=log,
            errors=log,
        )
        self._workers.append((queue, process))
        return process

    def freeze_decoder(self, worker: ForkServerProcess, file: Path) -> None:
        """Stop the process that decodes a file, as a decoder that hangs does."""
        assert worker.pid is not None
        pid = worker.pid
        self.wait_for(lambda: _freeze(pid, file), "nobody opens the file")

    def kill(self, worker: ForkServerProcess) -> None:
        """SIGKILL for a worker and all that it started."""
        assert worker.pid is not None
        os.killpg(worker.pid, signal.SIGKILL)
        worker.join(20)

    # --- What is in the database ----------------------------------------------------

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.postgres.url(_DATABASE)) as connection:
            return connection.execute(query.encode(), values).fetchall()

    def open_round(self, study: str, model: str = MODEL) -> int:
        """Start a round of one model; its id."""
        self.manage("generate", "--study", study, "--models", model)
        ((key,),) = self.ask(_ROUNDS_OF, study)
        return int(key)

    def rounds_of(self, study: str) -> list[int]:
        return [int(key) for (key,) in self.ask(_ROUNDS_OF, study)]

    def files_of(self, study: str) -> list[Path]:
        """The videos' original files."""
        rows = self.ask(_FILES, study)
        return [self.folder / "media" / original for (original,) in rows]

    def jobs(self, round_id: int) -> dict[str, int]:
        """Jobs by state."""
        return dict(self.ask(_JOBS, round_id))

    def wait_for(self, what: Callable[[], bool], words: str) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not what():
            assert time.monotonic() < deadline, f"{words}: {self._logs()}"
            time.sleep(_LOOK_SECONDS)

    def wait_until_written(self, round_id: int, count: int) -> None:
        """Until so many comments are there, and at least one job is in work."""
        self.wait_for(
            lambda: (
                self.jobs(round_id).get("done", 0) >= count
                and self.jobs(round_id).get("running", 0) > 0
            ),
            "nothing is written",
        )

    def wait_until_over(self, round_id: int) -> None:
        self.wait_for(
            lambda: self.ask(_STATE, round_id) in ([("done",)], [("cancelled",)]),
            "the round does not end",
        )

    def _logs(self) -> str:
        logs = sorted(self.folder.glob("*.log"))
        return "\n".join(f"{log.name}: {log.read_text()[-2500:]}" for log in logs)


def _freeze(worker: int, file: Path) -> bool:
    for process in psutil.Process(worker).children(recursive=True):
        with suppress(psutil.Error):
            if any(opened.path == str(file) for opened in process.open_files()):
                process.suspend()
                return True
    return False


_ROUNDS_OF = """
SELECT r.id FROM generation_generationround r
JOIN annotation_study s ON s.id = r.study_id WHERE s.key = %s ORDER BY r.id
"""
_JOBS = """
SELECT j.state, count(*) FROM generation_generationjob j
JOIN generation_roundsource s ON s.id = j.round_source_id
WHERE s.round_id = %s GROUP BY 1
"""
_FILES = """
SELECT m.original FROM corpus_videomedia m
JOIN annotation_batch b ON b.video_id = m.video_id
JOIN annotation_study s ON s.id = b.study_id WHERE s.key = %s ORDER BY b.id
"""
_STATE = "SELECT state FROM generation_generationround WHERE id = %s"
