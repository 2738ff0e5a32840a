"""Who gets to a batch, and by which requests."""

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import Assignment, Membership
from tests.annotation.views.judging.judge_page.requests import url
from tests.factories import make_researcher, make_user

pytestmark = pytest.mark.django_db


PAGES = [
    ("get", ""),
    ("post", "answers/"),
    ("post", "submit/"),
    ("post", "playback/"),
    ("post", "pause/"),
    ("post", "tour/"),
    ("get", "saved/"),
]


@pytest.mark.parametrize(("method", "page"), PAGES)
def test_somebody_elses_assignment_does_not_exist(
    assignment: Assignment, client: Client, method: str, page: str
) -> None:
    client.force_login(make_user())

    response = getattr(client, method)(url(assignment, page))

    assert response.status_code == 404


@pytest.mark.parametrize(("method", "page"), PAGES)
def test_who_can_see_sources_never_judges(
    assignment: Assignment, client: Client, method: str, page: str
) -> None:
    client.force_login(make_researcher())

    response = getattr(client, method)(url(assignment, page))

    assert response.status_code == 403


@pytest.mark.parametrize(("method", "page"), PAGES)
def test_who_has_left_the_study_sees_none_of_it(
    annotator: Client, assignment: Assignment, method: str, page: str
) -> None:
    Membership.objects.update(left_at=timezone.now())

    response = getattr(annotator, method)(url(assignment, page))

    assert response.status_code == 404


@pytest.mark.parametrize(("method", "page"), PAGES)
def test_every_address_answers_to_its_own_method_alone(
    annotator: Client, assignment: Assignment, method: str, page: str
) -> None:
    other = annotator.post if method == "get" else annotator.get

    assert other(url(assignment, page)).status_code == 405
