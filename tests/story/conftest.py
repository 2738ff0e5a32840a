"""A browser, and a Celery worker on the tests' database and broker."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.browser.conftest import browser_type_launch_args, new_browser, windows
from tests.quiet import wait_until_alone

__all__ = ["browser_type_launch_args", "new_browser", "windows"]

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[None]:  # noqa: ARG001
    """A real worker; it takes the tests' messages and nobody else's."""
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    url = f"{server}/{connection.settings_dict['NAME']}"
    command = ["-m", "celery", "-A", "config", "worker", "-Q", "default,media"]
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, *command, "--concurrency", "2", "--loglevel", "INFO"],
            cwd=PROJECT,
            env=os.environ | {"DATABASE_URL": url},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    yield
    # With its pool: a process left behind would keep the test database in use.
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(20)
    wait_until_alone()
