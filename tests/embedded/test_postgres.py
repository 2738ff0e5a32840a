"""Our own PostgreSQL keeps what it acknowledged, and starts whatever happened to it."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from embedded.errors import EmbeddedError
from embedded.postgres import PostgresServer
from tests.embedded.waiting import wait_until

MakePostgres = Callable[[], PostgresServer]


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """Some other program, of the user that the database runs as."""
    user = "nobody" if os.geteuid() == 0 else None
    with subprocess.Popen(["sleep", "60"], user=user, cwd="/") as process:
        yield process
        process.kill()


class Writer(threading.Thread):
    """Inserts 1, 2, 3, ... each in its own transaction, until it is cut off."""

    def __init__(self, connection: psycopg.Connection) -> None:
        super().__init__()
        self.acknowledged = 0
        self._connection = connection

    def run(self) -> None:
        insert = "INSERT INTO written VALUES (%s)"
        with suppress(psycopg.OperationalError):
            while True:
                self._connection.execute(insert, [self.acknowledged + 1])
                self.acknowledged += 1


def test_no_acknowledged_row_is_lost_when_the_server_is_killed_while_writing(
    make_postgres: MakePostgres,
) -> None:
    server = make_postgres()
    server.start()
    assert server.pid
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE written (number integer PRIMARY KEY)")
        writer = Writer(connection)
        writer.start()
        wait_until(lambda: writer.acknowledged > 200, "200 rows")

        os.kill(server.pid, signal.SIGKILL)
        writer.join()
    server.start()

    with psycopg.connect(server.url()) as connection:
        query = "SELECT count(*), max(number) FROM written"
        count, last = connection.execute(query).fetchone() or (0, 0)
    assert count == last
    # The last one may have been written without its acknowledgement arriving.
    assert last - writer.acknowledged in {0, 1}


def test_a_server_that_outlived_its_parent_is_taken_over(
    make_postgres: MakePostgres,
) -> None:
    survivor = make_postgres()
    survivor.start()
    with psycopg.connect(survivor.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (number integer)")
    successor = make_postgres()

    successor.start()

    assert not survivor.is_running
    assert successor.is_running
    with psycopg.connect(successor.url()) as connection:
        connection.execute("SELECT number FROM kept")


def test_a_process_number_that_went_to_another_program_is_no_obstacle(
    make_postgres: MakePostgres, stranger: subprocess.Popen[bytes], folder: Path
) -> None:
    server = make_postgres()
    server.start()
    assert server.pid
    pid_file = folder / "data" / "postmaster.pid"
    text = pid_file.read_text()
    os.kill(server.pid, signal.SIGKILL)
    pid_file.write_text(text.replace(str(server.pid), str(stranger.pid), 1))

    server.start()

    assert server.is_running
    assert stranger.poll() is None


def test_a_query_that_goes_on_after_the_kill_only_delays_the_start(
    make_postgres: MakePostgres, folder: Path
) -> None:
    server = make_postgres()
    server.start()
    assert server.pid
    with psycopg.connect(server.url(), autocommit=True) as connection:
        # A computation does not notice that the server is gone until it is done.
        query = b"SELECT sum(g) FROM generate_series(1, 6000000) AS g"
        busy = threading.Thread(target=run_until_cut_off, args=[connection, query])
        busy.start()
        time.sleep(0.1)

        os.kill(server.pid, signal.SIGKILL)
        server.start()
        busy.join()

    assert server.is_running
    assert "is still in use" in (folder / "postgres.log").read_text()


def run_until_cut_off(connection: psycopg.Connection, query: bytes) -> None:
    with suppress(psycopg.OperationalError):
        connection.execute(query)


def test_a_first_start_that_was_cut_short_leaves_nothing_in_the_way(
    make_postgres: MakePostgres, folder: Path
) -> None:
    half_made = folder / "data.new"
    half_made.mkdir()
    (half_made / "PG_VERSION").write_text("18\n")
    shutil.rmtree(folder / "data")
    server = make_postgres()

    server.initialise()
    server.start()

    assert server.is_running
    assert not half_made.exists()


def test_a_stop_keeps_the_data(make_postgres: MakePostgres) -> None:
    server = make_postgres()
    server.start()
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (number integer)")

    server.stop()
    server.start()

    with psycopg.connect(server.url()) as connection:
        connection.execute("SELECT number FROM kept")


def test_a_damaged_database_is_reported_with_the_end_of_its_log(
    make_postgres: MakePostgres, folder: Path
) -> None:
    server = make_postgres()
    shutil.rmtree(folder / "data" / "global")

    with pytest.raises(
        EmbeddedError, match=r"did not start.*postgres\.log(.|\n)*pg_control"
    ):
        server.start()


def test_a_database_is_made_once(make_postgres: MakePostgres) -> None:
    server = make_postgres()
    server.start()

    server.ensure_database("odd name")
    server.ensure_database("odd name")

    with psycopg.connect(server.url("odd%20name")) as connection:
        assert connection.info.dbname == "odd name"
