"""What programs that watch an installation are told: probes and JSON lines."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from celery import current_app
from django.db import connection
from django.test import Client
from pytest_django import Settings

from annotation.tasks import wake_up
from config.logs import JsonLines

FINE = {
    "status": "ready",
    "database": "ok",
    "migrations": "ok",
    "broker": "ok",
    "disk": "ok",
}


@pytest.mark.django_db
def test_an_installation_without_trouble_is_ready(client: Client) -> None:
    response = client.get("/readyz")

    assert (response.status_code, response.json()) == (200, FINE)


@pytest.mark.django_db
def test_a_migration_that_is_to_come_makes_it_unavailable(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'annotation'")

    response = client.get("/readyz")

    trouble = {"status": "unavailable", "migrations": "pending"}
    assert (response.status_code, response.json()) == (503, FINE | trouble)


@pytest.mark.django_db
def test_work_goes_on_without_broker_and_room(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DISK_FREE_MIN_MIB = 1 << 40
    monkeypatch.setattr(current_app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(current_app.conf, "broker_write_url", "redis://127.0.0.1:1/0")

    response = client.get("/readyz")

    trouble = {"status": "degraded", "broker": "away", "disk": "almost full"}
    assert (response.status_code, response.json()) == (200, FINE | trouble)


def test_a_process_that_answers_is_healthy_whatever_else_is_away(
    client: Client,
) -> None:
    """Without the mark of the database: it must not be asked."""
    assert client.get("/healthz").content == b"ok"


@pytest.fixture
def lines() -> Iterator[StringIO]:
    """What is logged meanwhile."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_line_names_its_request_by_route_alone(
    lines: StringIO, settings: Settings
) -> None:
    settings.MIDDLEWARE = ["config.logs.name_requests", *settings.MIDDLEWARE]

    Client().get("/healthz?name=ada", headers={"x-request-id": "from-the-proxy"})

    (line,) = [json.loads(text) for text in lines.getvalue().splitlines()]
    assert line["request_id"] == "from-the-proxy"
    assert (line["method"], line["route"], line["status"]) == ("GET", "healthz", 200)
    assert "ada" not in lines.getvalue()


@pytest.mark.django_db
def test_a_line_of_a_job_names_the_job(lines: StringIO) -> None:
    done = wake_up.apply()

    named = [json.loads(text) for text in lines.getvalue().splitlines()]
    assert {line["job_id"] for line in named if "job_id" in line} == {done.id}


def test_a_fault_is_one_line_with_its_traceback(lines: StringIO) -> None:
    try:
        int("no number")
    except ValueError:
        logging.getLogger("x").exception("it broke")

    line = json.loads(lines.getvalue())
    assert line["message"] == "it broke"
    assert "no number" in line["traceback"]
