"""Kept sessions: not asked before a request, replaced where PostgreSQL ended them."""

from collections import Counter
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.pooled import web_session  # noqa: F401  (a fixture)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("web_session"),
]


def answer_of_a_request() -> int:
    """What a request does: take a connection, ask, give it back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    connection.close()
    return int(pid)


def test_a_request_costs_no_round_trip_beyond_its_statements(tmp_path: Path) -> None:
    answer_of_a_request()
    log = tmp_path / "trace"
    with log.open("w") as file:
        connection.ensure_connection()
        raw = connection.connection
        raw.pgconn.trace(file.fileno())
        connection.close()

        answer_of_a_request()

        raw.pgconn.untrace()
    # A message asks, a statement or the end of one; several make one round trip.
    sent = Counter(
        fields[3]
        for line in log.read_text().splitlines()
        if (fields := line.split("\t"))[1:2] == ["F"]
    )
    assert sent["Sync"] + sent["Query"] == 1


def test_a_session_that_postgresql_has_ended_is_replaced_unnoticed() -> None:
    first = answer_of_a_request()
    described = connection.settings_dict
    with psycopg.connect(
        dbname=described["NAME"], host=described["HOST"], user=described["USER"]
    ) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [first])

    assert answer_of_a_request() != first
