"""What a request costs in statements: few, and no more in a large study."""

import math
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import connection
from django.http.response import HttpResponseBase
from django.test import Client
from django.test.utils import CaptureQueriesContext

from annotation.models import Assignment, DocumentKind, Membership, Study
from annotation.services.judging import places
from tests.factories import (
    answer_all,
    give_work,
    join,
    make_document,
    make_media,
    make_open_study,
    submit_all,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _leases_were_just_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that ran out are collected once a second; no request here has to."""
    monkeypatch.setattr(places, "_collected_at", math.inf)


_TRANSACTIONS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")


def small() -> Membership:
    """One batch of two comments; nobody else."""
    return ready(make_open_study(videos=1, humans=1, ai_sources=1))


def large() -> Membership:
    """Thirty batches of 29 comments and checks, others at work, and a history."""
    study = make_open_study(videos=30, humans=5, ai_sources=24, attention_checks=2)
    for _ in range(3):
        submit_all(give_work(join(study)))
    membership = ready(study)
    for _ in range(3):
        submit_all(give_work(membership))
    return membership


def ready(study: Study) -> Membership:
    guidelines = make_document(study, DocumentKind.GUIDELINES)
    for batch in study.batches.all():
        make_media(batch.video)
    return join(study, guidelines=guidelines)


def statements(action: Callable[[], HttpResponseBase], expected_status: int) -> int:
    """How many statements the request sends, session and user included."""
    with CaptureQueriesContext(connection) as queries:
        response = action()
    assert response.status_code == expected_status
    sent = [query["sql"] for query in queries.captured_queries]
    return sum(not sql.startswith(_TRANSACTIONS) for sql in sent)


def browser_of(membership: Membership) -> Client:
    client = Client()
    assert membership.user is not None
    client.force_login(membership.user)
    return client


def answers(count: int) -> dict[str, list[str]]:
    return {
        "position": [str(position) for position in range(1, count + 1)],
        "verdict": ["ai"] * count,
        "score": ["2"] * count,
        "key": [str(uuid4()) for _ in range(count)],
        "age_ms": ["0"] * count,
        "view_ms": ["100"] * count,
    }


def whole_form(assignment: Assignment) -> dict[str, str]:
    return {
        f"{name}-{position}": value
        for position in range(1, assignment.presentations.count() + 1)
        for name, value in (("verdict", "ai"), ("score", "1"))
    }


def home(membership: Membership) -> int:
    browser = browser_of(membership)
    return statements(lambda: browser.get("/"), 200)


def work(membership: Membership) -> int:
    browser = browser_of(membership)
    page = f"/work/{membership.study.public_id}/"
    return statements(lambda: browser.get(page), 200)


def next_batch(membership: Membership) -> int:
    browser = browser_of(membership)
    page = f"/work/{membership.study.public_id}/next/"
    return statements(lambda: browser.post(page), 303)


def judge(membership: Membership) -> int:
    browser, assignment = browser_of(membership), give_work(membership)
    return statements(lambda: browser.get(f"/judge/{assignment.public_id}/"), 200)


def first_answer(membership: Membership) -> int:
    browser, assignment = browser_of(membership), give_work(membership)
    page = f"/judge/{assignment.public_id}/answers/"
    return statements(lambda: browser.post(page, answers(1)), 200)


def all_answers_changed(membership: Membership) -> int:
    browser, assignment = browser_of(membership), answer_all(give_work(membership))
    page = f"/judge/{assignment.public_id}/answers/"
    count = assignment.presentations.count()
    return statements(lambda: browser.post(page, answers(count)), 200)


def submit_with_answers_and_the_next_batch(membership: Membership) -> int:
    browser, assignment = browser_of(membership), give_work(membership)
    page = f"/judge/{assignment.public_id}/submit/"
    form = whole_form(assignment)
    return statements(lambda: browser.post(page, form), 303)


def transactions(action: Callable[[], HttpResponseBase]) -> list[str]:
    """How the request begins and ends them; the test's own makes savepoints of them."""
    with CaptureQueriesContext(connection) as queries:
        action()
    sent = [query["sql"] for query in queries.captured_queries]
    return [sql.split()[0] for sql in sent if sql.startswith(_TRANSACTIONS)]


def test_a_batch_is_submitted_and_the_next_one_given_in_one_transaction() -> None:
    membership = large()
    browser, assignment = browser_of(membership), give_work(membership)
    page = f"/judge/{assignment.public_id}/submit/"
    form = whole_form(assignment)

    assert transactions(lambda: browser.post(page, form)) == ["SAVEPOINT", "RELEASE"]
    assert membership.assignments.count() == 5


def saved(membership: Membership) -> int:
    browser, assignment = browser_of(membership), answer_all(give_work(membership))
    return statements(lambda: browser.get(f"/judge/{assignment.public_id}/saved/"), 200)


def playback(membership: Membership) -> int:
    browser, assignment = browser_of(membership), give_work(membership)
    page = f"/judge/{assignment.public_id}/playback/"
    data = {"seconds": "1", "percent": "5"}
    return statements(lambda: browser.post(page, data), 204)


@pytest.mark.parametrize(
    ("request_of", "most"),
    [
        (home, 6),
        (work, 7),
        (next_batch, 7),
        (judge, 4),
        (first_answer, 6),
        (all_answers_changed, 6),
        (submit_with_answers_and_the_next_batch, 9),
        (saved, 4),
        (playback, 4),
    ],
)
def test_a_request_costs_few_statements_whatever_the_size(
    request_of: Callable[[Membership], int], most: int
) -> None:
    in_small, in_large = request_of(small()), request_of(large())

    # The small study has no next batch to give out.
    if request_of is not submit_with_answers_and_the_next_batch:
        assert in_small == in_large
    assert in_large <= most


def test_looking_at_a_batch_after_a_while_renews_the_lease_within_the_budget() -> None:
    membership = small()
    assignment = give_work(membership)
    Assignment.objects.update(leased_until=assignment.started_at)
    browser = browser_of(membership)

    sent = statements(lambda: browser.get(f"/judge/{assignment.public_id}/"), 200)

    assert sent <= 6
