"""Our own broker keeps messages over a kill, and damage does not stop it."""

import logging
import os
import signal
from collections.abc import Callable
from pathlib import Path
from queue import Empty

import pytest
from kombu.connection import Connection

from embedded.broker import BrokerServer
from embedded.errors import EmbeddedError

MakeBroker = Callable[[], BrokerServer]


def connect(broker: BrokerServer, database: int = 0) -> Connection:
    return Connection(broker.celery_url(database))  # type: ignore[no-untyped-call]


def put(broker: BrokerServer, message: str) -> None:
    with connect(broker) as connection:
        connection.SimpleQueue("letters").put(message)


def take(broker: BrokerServer) -> str:
    """Return the oldest message; empty if there is none."""
    with connect(broker) as connection:
        try:
            message = connection.SimpleQueue("letters").get_nowait()
        except Empty:
            return ""
        message.ack()
        return str(message.payload)


def test_messages_survive_a_kill(make_broker: MakeBroker) -> None:
    broker = make_broker()
    broker.start()
    assert broker.pid
    put(broker, "hello")

    os.kill(broker.pid, signal.SIGKILL)
    broker.start()

    assert take(broker) == "hello"


def test_messages_survive_a_stop(make_broker: MakeBroker) -> None:
    broker = make_broker()
    broker.start()
    put(broker, "hello")

    broker.stop()
    broker.start()

    assert take(broker) == "hello"


def test_a_broker_that_outlived_its_parent_is_taken_over(
    make_broker: MakeBroker,
) -> None:
    survivor = make_broker()
    survivor.start()
    put(survivor, "hello")
    successor = make_broker()

    successor.start()

    assert not survivor.is_running
    assert take(successor) == "hello"


def test_a_damaged_store_is_put_aside(
    make_broker: MakeBroker, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    broker = make_broker()
    broker.start()
    put(broker, "hello")
    broker.stop()
    for file in (folder / "broker").rglob("*.aof"):
        file.write_bytes(b"not what it was" * 1000)

    with caplog.at_level(logging.WARNING):
        broker.start()

    assert take(broker) == ""
    assert (folder / "broker.damaged").is_dir()
    assert "damaged" in caplog.text


def test_the_databases_of_one_broker_are_apart(make_broker: MakeBroker) -> None:
    broker = make_broker()
    broker.start()
    with connect(broker, database=5) as connection:
        connection.SimpleQueue("letters").put("of another")

    assert take(broker) == ""


def test_a_program_that_does_not_run_is_reported_with_its_log(
    make_broker: MakeBroker,
) -> None:
    broker = make_broker()
    broker.program = Path("/bin/false")

    with pytest.raises(EmbeddedError, match=r"did not start.*broker\.log"):
        broker.start()
