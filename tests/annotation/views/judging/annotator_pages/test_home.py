"""The annotator's first page: studies, progress, one button."""

import pytest
from django.test import Client
from django.utils import timezone

from annotation.models import Membership
from tests.annotation.views.judging.annotator_pages.ways import url
from tests.factories import give_work, make_researcher, make_user, submit_all

pytestmark = pytest.mark.django_db


def test_home_shows_every_study_with_its_progress_and_one_button(
    annotator: Client, membership: Membership
) -> None:
    submit_all(give_work(membership))

    page = annotator.get("/").content.decode()

    assert membership.study.title in page
    assert "<b>1</b> batch submitted, out of at most 3" in page
    assert page.count('class="primary"') == 1
    assert "Continue" in page


def test_home_thanks_who_has_judged_everything_and_offers_no_more_work(
    annotator: Client, membership: Membership
) -> None:
    for _ in range(3):
        submit_all(give_work(membership))

    page = annotator.get("/").content.decode()

    assert "<b>3</b> batches submitted, out of at most 3" in page
    assert "You have judged every batch" in page
    assert 'class="primary"' not in page


def test_home_tells_a_person_without_a_study_what_to_do(client: Client) -> None:
    client.force_login(make_user())

    assert "Open the invitation link" in client.get("/").content.decode()


def test_home_shows_no_study_that_the_person_has_left(
    annotator: Client, membership: Membership
) -> None:
    Membership.objects.update(left_at=timezone.now())

    assert membership.study.title not in annotator.get("/").content.decode()


def test_home_sends_researchers_to_their_studies(client: Client) -> None:
    client.force_login(make_researcher())

    response = client.get("/")

    assert response.status_code == 302
    assert response["Location"] == "/studies/"


def test_the_button_gives_out_a_batch(
    annotator: Client, membership: Membership
) -> None:
    response = annotator.post(url(membership.study, "next/"))

    assignment = membership.assignments.get()
    assert response.status_code == 303
    assert response["Location"] == f"/judge/{assignment.public_id}/"
