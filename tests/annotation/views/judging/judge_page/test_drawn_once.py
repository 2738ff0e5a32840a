"""What the judge page keeps between requests shows nobody what was another's."""

import re

import pytest
from django.conf import settings
from django.template import Engine
from django.test import Client
from django.urls import reverse

from annotation.models import Membership, Study
from annotation.services.judging.training import end_tour
from tests.annotation.views.judging.judge_page.requests import url
from tests.factories import give_work, join, make_open_study, make_user, submit_all

pytestmark = pytest.mark.django_db


def forget_what_was_drawn() -> None:
    for loader in Engine.get_default().template_loaders:
        loader.reset()


def page_of(membership: Membership, language: str = "en") -> str:
    """The annotator's page; without what is new each time: tokens and the clock."""
    assert membership.user is not None
    client = Client()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    client.force_login(membership.user)
    assignment = membership.assignments.latest("number")
    page = client.get(url(assignment)).content.decode()
    assert str(assignment.public_id) in page
    page = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    page = re.sub(r'"x-csrftoken": "\w+"', "", page)
    return re.sub(r'name="shown_at"\s+value="\d+"', "", page)


@pytest.fixture
def study() -> Study:
    return make_open_study(videos=4, redundancy=5)


@pytest.fixture
def people(study: Study) -> list[Membership]:
    """Annotators who differ in everything that a page can tell of them."""
    newcomer, second, returning, guest = (join(study) for _ in range(4))
    for membership in (newcomer, second, returning, guest):
        give_work(membership)
    second.first_verdict = "ai" if newcomer.first_verdict == "human" else "human"
    second.save(update_fields=["first_verdict"])
    end_tour(membership=returning)
    submit_all(returning.assignments.get())
    give_work(returning)
    assert guest.user is not None
    guest.user.set_unusable_password()
    guest.user.save()
    return [newcomer, second, returning, guest]


def test_each_sees_the_page_that_they_would_see_alone(
    people: list[Membership],
) -> None:
    alone = []
    for membership in people:
        forget_what_was_drawn()
        alone.append(page_of(membership))
    forget_what_was_drawn()

    together = [page_of(membership) for membership in people * 2]

    assert together == alone * 2
    assert len(set(alone)) == len(people)


def test_languages_and_studies_stay_apart(people: list[Membership]) -> None:
    newcomer = people[0]
    other = join(make_open_study(videos=1, redundancy=1, title="Another"))
    give_work(other)

    english, chinese = page_of(newcomer), page_of(newcomer, "zh-hans")

    assert page_of(newcomer) == english != chinese
    assert str(newcomer.study.public_id) not in page_of(other)
    assert "Another" not in page_of(newcomer)


def test_a_header_names_only_its_reader() -> None:
    names = ["first-reader", "second-reader"]
    home = reverse("annotation:home")
    pages = []
    for name in names:
        client = Client()
        client.force_login(make_user(username=name, password="a-long-one-9"))
        pages.append(client.get(home).content.decode())
    signed_out = Client().get(reverse("accounts:login")).content.decode()

    assert names[0] in pages[0]
    assert names[1] in pages[1]
    assert names[0] not in pages[1]
    assert not any(name in signed_out for name in names)
