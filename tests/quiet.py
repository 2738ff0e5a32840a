"""Waiting until nobody but the test uses the test database."""

import time

from django.db import connection

_PATIENCE_SECONDS = 30.0
_LOOK_SECONDS = 0.02
# Twice in a row: a request that was sent just before its browser closed may still
# stand in the server's queue.
_LOOKS = 2


def wait_until_alone() -> None:
    """Wait for requests and tasks that outlive the browser or worker they served.

    They hold locks, and the emptying of the tables after a test would meet them in a
    deadlock.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    looks = 0
    while looks < _LOOKS:
        looks = 0 if _other_sessions() else looks + 1
        assert time.monotonic() < deadline, f"still there: {_other_sessions()}"
        time.sleep(_LOOK_SECONDS)


def _other_sessions() -> list[tuple[str, str]]:
    """State and statement of each other session."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, query FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND backend_type = 'client backend'"
        )
        return cursor.fetchall()
