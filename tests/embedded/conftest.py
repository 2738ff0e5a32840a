"""Fixtures for the tests of the embedded services: fresh ones, stopped afterwards."""

import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from embedded.binaries import broker_program, postgres_folder
from embedded.broker import BrokerServer
from embedded.folders import enterable_programs
from embedded.identity import service_user
from embedded.postgres import PostgresServer
from embedded.sockets import make_socket_folder, socket_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the database's user can pass through, as it cannot pytest's own."""
    with tempfile.TemporaryDirectory(prefix="mimic-embedded-") as name:
        path = Path(name)
        path.chmod(0o755)
        yield path


@pytest.fixture
def sockets(folder: Path) -> Iterator[Path]:
    user = service_user()
    path = socket_folder(f"{folder.name}-s", user)
    make_socket_folder(path, user)
    yield path
    shutil.rmtree(path)


def postgres_in(folder: Path, sockets: Path) -> PostgresServer:
    user = service_user()
    return PostgresServer(
        binaries=enterable_programs(postgres_folder(), user, folder),
        data_folder=folder / "data",
        socket_folder=sockets,
        log_file=folder / "postgres.log",
        user=user,
    )


@pytest.fixture(scope="session")
def fresh_cluster() -> Iterator[Path]:
    """A database cluster that was never started, to be copied: making one is slow."""
    with tempfile.TemporaryDirectory(prefix="mimic-embedded-") as name:
        path = Path(name)
        path.chmod(0o755)
        postgres_in(path, path).initialise()
        yield path / "data"


@pytest.fixture
def make_postgres(
    folder: Path, sockets: Path, fresh_cluster: Path
) -> Iterator[Callable[[], PostgresServer]]:
    """Make objects for one and the same PostgreSQL: what a new process would see."""
    subprocess.run(["cp", "-a", fresh_cluster, folder / "data"], check=True)
    made: list[PostgresServer] = []

    def make() -> PostgresServer:
        made.append(postgres_in(folder, sockets))
        return made[-1]

    yield make
    for server in made:
        server.stop()


@pytest.fixture
def make_broker(folder: Path, sockets: Path) -> Iterator[Callable[[], BrokerServer]]:
    """Make objects for one and the same broker: what a new process would see."""
    made: list[BrokerServer] = []

    def make() -> BrokerServer:
        server = BrokerServer(
            program=broker_program(),
            data_folder=folder / "broker",
            socket_folder=sockets,
            log_file=folder / "broker.log",
        )
        made.append(server)
        return server

    yield make
    for server in made:
        server.stop()
