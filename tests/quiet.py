"""Waiting until nobody but the test uses the test database."""

import time

from django.db import connection

_PATIENCE_SECONDS = 30.0
_LOOK_SECONDS = 0.02
# Twice in a row: a request that was sent just before its browser closed may still
# stand in the server's queue.
_LOOKS = 2

# One that has rested for a moment holds no lock and is not between two statements of
# a request: another connection of the tests' own.
_AT_WORK = """
SELECT state, query FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND backend_type = 'client backend'
  AND (state <> 'idle' OR state_change > clock_timestamp() - interval '0.3 s')
"""


def wait_until_alone() -> None:
    """Wait for requests and tasks that outlive the browser or worker they served.

    They hold locks, and the emptying of the tables after a test would meet them in a
    deadlock.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    looks = 0
    while looks < _LOOKS:
        at_work = _others_at_work()
        looks = 0 if at_work else looks + 1
        assert time.monotonic() < deadline, f"still at work: {at_work}"
        time.sleep(_LOOK_SECONDS)


def _others_at_work() -> list[tuple[object, ...]]:
    """State and statement of each other session that is doing something."""
    with connection.cursor() as cursor:
        cursor.execute(_AT_WORK)
        return list(cursor.fetchall())
