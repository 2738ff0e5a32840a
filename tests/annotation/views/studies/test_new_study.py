"""The list of studies, and making a new one."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import (
    DjangoAssertNumQueries,
)

from accounts.models import User
from annotation.models import (
    MembershipRole,
    Study,
)
from corpus.models import VideoSelection
from tests import factories
from tests.annotation.views.pages import SETTINGS, address

pytestmark = pytest.mark.django_db


def test_the_list_is_empty_in_words(web: Client) -> None:
    assert (
        "You have no studies yet"
        in web.get(reverse("annotation:study_list")).content.decode()
    )


@pytest.mark.parametrize("studies", [1, 5])
def test_the_list_costs_the_same_number_of_queries_however_long(
    web: Client,
    researcher: User,
    studies: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(studies):
        factories.join(
            factories.make_open_study(), researcher, MembershipRole.RESEARCHER
        )

    with django_assert_num_queries(4):  # session, person, studies, how many archived
        web.get(reverse("annotation:study_list"))


def test_a_study_is_made_with_a_title_alone(web: Client, researcher: User) -> None:
    response = web.post(
        reverse("annotation:study_create"), {"title": "Über Katzen", **SETTINGS}
    )

    study = Study.objects.get()
    assert response.status_code == 303
    assert response["Location"] == address("study", study)
    assert (study.key, study.redundancy) == ("uber-katzen", 3)
    assert study.memberships.get().user == researcher


def test_a_study_is_made_with_all_at_once(web: Client) -> None:
    selected, listed = factories.make_video(), factories.make_video()
    selection = VideoSelection.objects.create(key="best", title="Best")
    selection.videos.add(selected)
    source = factories.make_source("writer")
    factories.make_comment(selected, source)

    web.post(
        reverse("annotation:study_create"),
        {
            "title": "Whole",
            "key": "whole",
            "selection": "best",
            "video_list": f"\n{listed.platform}:{listed.external_id}\n",
            "sources": [source.key],
            "guidelines": "# Look",
            "consent": "# Agree",
            **SETTINGS,
            "human_comment_count": "2",
        },
    )

    study = Study.objects.get(key="whole")
    assert {batch.video for batch in study.batches.all()} == {selected, listed}
    assert [*study.sources.all()] == [source]
    assert {document.text for document in study.documents.all()} == {
        "# Look",
        "# Agree",
    }
    assert study.human_comment_count == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"title": ""}, "This field is required"),
        ({"redundancy": "0"}, "greater than or equal to 1"),
        ({"repeat_every": "1"}, "1 would make every batch a repeat"),
        ({"batches_per_annotator": "0"}, "0 would leave nothing to judge"),
        (
            {"video_list": "youtube:gone"},
            "Line 1: the corpus has no video youtube:gone.",
        ),
        ({"selection": "gone"}, "This selection doesn&#x27;t exist."),
        ({"key": "not a key"}, "Enter a valid"),
    ],
)
def test_a_new_study_with_something_wrong_says_so_and_is_not_made(
    web: Client, wrong: dict[str, str], words: str
) -> None:
    response = web.post(
        reverse("annotation:study_create"), {"title": "Wrong", **SETTINGS, **wrong}
    )

    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Study.objects.exists()


def test_a_new_study_starts_from_a_template(web: Client) -> None:
    page = web.get(reverse("annotation:study_create"), {"template": "one-model"})

    form = page.context["forms"].study
    assert form["human_comment_count"].value() == 1
    assert form["redundancy"].value() == 5
    assert reverse("analysis:plan") in page.content.decode()
