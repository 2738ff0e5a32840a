"""Who gets into researchers' pages, and that each shows in every state."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from annotation.models import (
    Study,
    StudyState,
)
from tests import factories
from tests.annotation.views.pages import SETTINGS, address, addresses_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [Role.ANNOTATOR, Role.RESEARCHER])
def test_every_page_of_a_study_is_closed_to_who_is_no_researcher_of_it(
    client: Client, study: Study, role: Role
) -> None:
    client.force_login(factories.make_user(role))

    answers = {
        (url, method): getattr(client, method)(url).status_code
        for url in addresses_of(study)
        for method in ("get", "post")
    }

    expected = {403} if role == Role.ANNOTATOR else {404, 405}
    assert {*answers.values()} <= expected | {405}
    assert not {url for (url, _), code in answers.items() if code < 400}


def test_an_annotator_of_the_study_sees_none_of_its_pages(
    client: Client, study: Study
) -> None:
    membership = factories.join(study)
    assert membership.user is not None
    client.force_login(membership.user)

    codes = {client.get(url).status_code for url in addresses_of(study)}

    assert codes <= {403, 405}
    assert client.get(reverse("annotation:study_list")).status_code == 403
    assert client.get(reverse("annotation:study_create")).status_code == 403


def test_who_is_not_logged_in_is_sent_to_the_login(
    client: Client, study: Study
) -> None:
    response = client.get(address("study", study))

    assert response.status_code == 302
    assert response["Location"].startswith(reverse("accounts:login"))


def test_an_admin_sees_every_study(client: Client, study: Study) -> None:
    client.force_login(factories.make_admin())

    assert client.get(address("study", study)).status_code == 200
    assert study.title in client.get(reverse("annotation:study_list")).content.decode()


@pytest.mark.parametrize(
    "state", [StudyState.DRAFT, StudyState.OPEN, StudyState.CLOSED]
)
def test_every_page_shows_in_every_state(
    web: Client, study: Study, state: StudyState
) -> None:
    if state != StudyState.DRAFT:
        factories.open_study(study)
        Study.objects.filter(pk=study.pk).update(state=state)

    for url in addresses_of(study):
        response = web.get(url)
        # 409: a page that says why a study in this state can't be filled any more.
        assert response.status_code in (200, 303, 404, 405, 409), url
        if response.status_code == 200 and "csv" not in url:
            text = response.content.decode()
            is_fragment = "<!DOCTYPE html>" not in text
            assert is_fragment or (text.count("<h1") == 1 and "<title>" in text), url


def test_a_study_without_anything_shows_every_page(web: Client) -> None:
    web.post(reverse("annotation:study_create"), {"title": "Bare", **SETTINGS})
    bare = Study.objects.get()

    for url in addresses_of(bare):
        assert web.get(url).status_code in (200, 303, 404, 405), url
