"""Settings, videos and sources of a draft; the log of what changed."""

import pytest
from django.test import Client

from annotation.models import (
    Study,
)
from tests import factories
from tests.annotation.views.pages import SETTINGS, address

pytestmark = pytest.mark.django_db


def test_settings_of_a_draft_are_saved(web: Client, study: Study) -> None:
    data = {"title": "New", "key": study.key, **SETTINGS, "redundancy": "5"}

    response = web.post(address("study_settings", study), data)

    study.refresh_from_db()
    assert response.status_code == 303
    assert (study.title, study.redundancy) == ("New", 5)


def test_what_the_seal_fixed_cannot_be_sent_past_the_form(
    web: Client, study: Study
) -> None:
    factories.open_study(study)
    data = {"title": "New", "key": "other", **SETTINGS, "redundancy": "5"}

    web.post(address("study_settings", study), data)

    study.refresh_from_db()
    assert (study.title, study.redundancy) == ("New", 3)


def test_videos_are_searched_for_and_added_by_hand(web: Client, study: Study) -> None:
    video = factories.make_video(title="A cat on the piano")

    page = web.get(address("study_videos", study), {"q": "piano CAT"})
    web.post(address("study_videos_add", study), {"videos": [video.pk]})

    assert "A cat on the piano" in page.content.decode()
    assert study.batches.filter(video=video).exists()


def test_ticked_videos_are_taken_out(web: Client, study: Study) -> None:
    video = study.batches.all()[0].video

    web.post(address("study_videos_remove", study), {"videos": [video.pk]})

    assert study.batches.count() == 1
    assert not study.batches.filter(video=video).exists()
    offered = web.get(address("study_videos", study)).content.decode()
    assert "Undo removal" in offered
    assert f'name="videos" value="{video.pk}"' in offered
    assert (
        "Undo removal" not in web.get(address("study_videos", study)).content.decode()
    )


def test_nothing_ticked_is_said(web: Client, study: Study) -> None:
    response = web.post(address("study_videos_add", study), {})

    assert response.status_code == 422
    assert "Select at least one video" in response.content.decode()


def test_sources_are_chosen(web: Client, study: Study) -> None:
    source = factories.make_source()
    factories.make_comment(factories.make_video(), source)

    web.post(address("study_sources", study), {"sources": [source.key]})

    assert [*study.sources.all()] == [source]


def test_the_log_says_what_changed_in_words(web: Client, study: Study) -> None:
    data = {"title": study.title, "key": study.key, **SETTINGS, "redundancy": "5"}
    web.post(address("study_settings", study), data)

    page = web.get(address("study_log", study)).content.decode()

    assert "Settings changed" in page
    assert "redundancy 3 → 5" in page
