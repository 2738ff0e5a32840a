"""A study in which nobody has judged yet: what its first annotators cost the database.

A session keeps the plans of its statements and of the constraints' own look-ups. Made
while tables are small, they would read whole tables for ever more.
"""

import pytest
from django.db import connection

from annotation.models import Membership
from tests.factories import give_work, join, make_open_study, submit_all
from tests.pooled import web_session  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db(transaction=True)

# PostgreSQL plans a prepared statement anew five times, psycopg prepares at the fifth.
_ROUNDS = 12
_GROWING = ("assignment", "presentation", "judgment", "batch", "batchcomment")


def sequential_scans() -> dict[str, int]:
    """How often each of the growing tables was read from end to end so far."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname = ANY(%s)",
            [[f"annotation_{table}" for table in _GROWING]],
        )
        return dict(cursor.fetchall())


def rounds_of(membership: Membership, count: int) -> None:
    for _ in range(count):
        submit_all(give_work(membership))


@pytest.mark.usefixtures("web_session")
def test_the_first_annotators_of_a_study_read_no_table_from_end_to_end() -> None:
    study = make_open_study(videos=2 * _ROUNDS, humans=2, ai_sources=2)
    membership = join(study)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as PostgreSQL does by itself, now and then
    rounds_of(membership, _ROUNDS)
    before = sequential_scans()

    rounds_of(membership, _ROUNDS)

    assert sequential_scans() == before
