"""Pytest plugin: a PostgreSQL and a broker for the tests, up before Django's settings.

Named in `addopts` as `-p tests.services`; a root conftest would come too late, as
pytest-django reads the settings first. With pytest-xdist the controller starts them
and the workers find them in their environment.
"""

import os
import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.binaries import broker_program, postgres_folder
from embedded.broker import BrokerServer
from embedded.folders import enterable_programs
from embedded.guard import guard
from embedded.identity import service_user
from embedded.postgres import PostgresServer
from embedded.sockets import make_socket_folder, socket_folder

# The test database lives as long as the run, so nothing is worth waiting for a disk.
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
}


# Tells the workers of one run the folder of all.
FOLDER = "MIMIC_TESTS_FOLDER"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Start what the environment does not name, before pytest-django looks at it."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    folder = Path(os.environ[FOLDER], worker) if worker else _make_folder()
    _set_environment(folder)
    if "DATABASE_URL" not in os.environ:
        _start_postgres(folder, early_config)
    if "CELERY_BROKER_URL" not in os.environ:
        _start_broker(folder, early_config)
    if worker:
        _use_own_messages(1 + int(worker.removeprefix("gw")))
    return (yield)


def _make_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="mimic-tests-"))
    folder.chmod(0o755)  # the database's user passes through it
    # Also after a kill; the workers of an interrupted run are killed.
    guard().delete_at_end(folder)
    os.environ[FOLDER] = str(folder)
    return folder


def _set_environment(folder: Path) -> None:
    """Settings of the tests; nothing of the person's own settings leaks in."""
    os.environ |= {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "DJANGO_DEBUG": "0",
        "DEMO": "0",
        "SECURE_COOKIES": "0",
        "LOG_LEVEL": "WARNING",
        "CACHE_URL": "",
        "RATE_LIMIT_URL": "memory://",
        # Threads of tiny networks wait for each other longer than they compute.
        "OMP_NUM_THREADS": "1",
    }
    for name in ("media", "static"):
        (folder / name).mkdir(parents=True)


def _start_postgres(folder: Path, config: pytest.Config) -> None:
    user = service_user()
    sockets = socket_folder(f"{folder.name}-s", user)
    guard().delete_at_end(sockets)
    make_socket_folder(sockets, user)
    server = PostgresServer(
        binaries=enterable_programs(postgres_folder(), user, folder),
        data_folder=folder / "database",
        socket_folder=sockets,
        log_file=folder / "postgres.log",
        user=user,
        settings=FORGETFUL,
    )
    server.initialise()
    server.start()
    config.add_cleanup(server.stop)
    os.environ["DATABASE_URL"] = server.url()


def _start_broker(folder: Path, config: pytest.Config) -> None:
    server = BrokerServer(
        program=broker_program(),
        data_folder=folder / "broker",
        socket_folder=folder,
        log_file=folder / "broker.log",
    )
    server.start()
    config.add_cleanup(server.stop)
    os.environ["CELERY_BROKER_URL"] = server.celery_url()


def _use_own_messages(number: int) -> None:
    """Part the workers' messages by the broker's numbered databases."""
    url = os.environ["CELERY_BROKER_URL"]
    own = url.replace("virtual_host=0", f"virtual_host={number}")
    os.environ["CELERY_BROKER_URL"] = own
