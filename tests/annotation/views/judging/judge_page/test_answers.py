"""Answers to the judge page: acknowledged, refused, and never lost in silence."""

import pytest
from django.test import Client

from annotation.models import Assignment, Judgment, JudgmentRevision
from tests.annotation.views.judging.judge_page.requests import (
    HTMX,
    JSON,
    answers,
    lapse,
    url,
)
from tests.factories import give_work, join, make_open_study, submit_all, take_place

pytestmark = pytest.mark.django_db


def test_saved_answers_are_acknowledged_by_position_and_key(
    annotator: Client, assignment: Assignment
) -> None:
    data = answers((1, "ai", "0"), (3, "human", "5"))

    response = annotator.post(url(assignment, "answers/"), data, headers=HTMX)

    page = response.content.decode()
    assert response.status_code == 200
    assert page.count('data-state="saved"') == 2
    for position, key in ((1, data["key"][0]), (3, data["key"][1])):
        assert f'id="state-{position}"' in page
        assert f'data-keys="{key}"' in page
    assert Judgment.objects.count() == 2


def test_two_answers_on_one_comment_are_acknowledged_by_one_row(
    annotator: Client, assignment: Assignment
) -> None:
    data = answers((1, "ai", ""), (2, "ai", "1"), (1, "human", "4"))

    response = annotator.post(url(assignment, "answers/"), data, headers=HTMX)

    page = response.content.decode()
    assert page.count('id="state-1"') == page.count('id="state-2"') == 1
    assert f'data-keys="{data["key"][0]} {data["key"][2]}"' in page
    assert JudgmentRevision.objects.count() == 1


def test_a_script_may_ask_for_json(annotator: Client, assignment: Assignment) -> None:
    data = answers((1, "ai", "0"))

    response = annotator.post(url(assignment, "answers/"), data, headers=JSON)

    body = response.json()
    assert list(body["saved"]) == data["key"]
    assert (body["left"], body["state"]) == (3, "active")


def test_malformed_answers_store_nothing_and_are_named(
    annotator: Client, assignment: Assignment
) -> None:
    data = answers((1, "ai", "0"), (2, "robot", "0"))

    response = annotator.post(url(assignment, "answers/"), data, headers=JSON)

    assert response.status_code == 422
    assert "answer 2: 'robot' is not a verdict" in response.json()["error"]
    assert not Judgment.objects.exists()


def test_a_position_that_does_not_exist_is_malformed(
    annotator: Client, assignment: Assignment
) -> None:
    response = annotator.post(url(assignment, "answers/"), answers((5, "ai", "0")))

    assert response.status_code == 422


def test_answers_after_submission_are_refused(
    annotator: Client, assignment: Assignment
) -> None:
    submit_all(assignment)

    response = annotator.post(
        url(assignment, "answers/"), answers((1, "ai", "0")), headers=JSON
    )

    assert response.status_code == 409
    assert response.json()["state"] == "submitted"


def test_answers_whose_place_is_gone_say_so_and_are_kept(client: Client) -> None:
    assignment = give_work(join(make_open_study(redundancy=1)))
    lapse(assignment)
    take_place(assignment.batch)
    assert assignment.membership.user is not None
    client.force_login(assignment.membership.user)

    response = client.post(
        url(assignment, "answers/"), answers((1, "ai", "0")), headers=JSON
    )

    assert response.status_code == 410
    assert response.json()["state"] == "lapsed"
    assert Judgment.objects.count() == 1


def test_a_login_that_expired_is_told_to_scripts_and_never_redirected(
    assignment: Assignment, client: Client
) -> None:
    page = url(assignment)
    headers = {"HX-Current-URL": f"http://testserver{page}", **HTMX}

    response = client.post(f"{page}answers/", answers((1, "ai", "0")), headers=headers)

    assert response.status_code == 401
    assert response["X-Login"] == f"/accounts/login/?next={page.replace('/', '%2F')}"
    assert not Judgment.objects.exists()


def test_a_login_that_expired_is_told_in_json(
    assignment: Assignment, client: Client
) -> None:
    response = client.get(url(assignment, "saved/"), headers=JSON)

    assert response.status_code == 401
    assert response.json()["login"] == response["X-Login"]


def test_a_page_without_login_redirects_to_it_and_back(
    assignment: Assignment, client: Client
) -> None:
    response = client.get(url(assignment))

    assert response.status_code == 302
    assert response["Location"] == f"/accounts/login/?next={url(assignment)}"


def test_a_form_from_elsewhere_is_refused(assignment: Assignment) -> None:
    browser = Client(enforce_csrf_checks=True)
    assert assignment.membership.user is not None
    browser.force_login(assignment.membership.user)

    response = browser.post(url(assignment, "answers/"), answers((1, "ai", "0")))

    assert response.status_code == 403
    assert not Judgment.objects.exists()
