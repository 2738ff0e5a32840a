"""The funnel, and selections that are kept."""

from typing import ClassVar
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from corpus.models import Video, VideoSelection
from tests.corpus.importing.runs import Run, record
from tests.corpus.pages.showing import page

pytestmark = pytest.mark.django_db


class TestSelection:
    @pytest.fixture
    def videos(self) -> list[Video]:
        fields = {"description": "d", "tags": ("t",), "topic": "t", "category": "Music"}
        Run(record("a", **fields), record("b", **fields | {"topic": ""}))
        return list(Video.objects.all())

    settings: ClassVar[dict[str, str | int]] = {
        "tiktok_percent": 2,
        "youtube_percent": 100,
        "other_percent": 5,
        "required_fields": "topic",
        "min_usable_comments": 5,
        "min_duration_s": 1,
        "max_duration_s": 300,
    }

    @pytest.mark.usefixtures("videos")
    def test_the_funnel_shows_what_each_rule_dropped(self, researcher: Client) -> None:
        shown = page(researcher, "corpus:selection", **self.settings)

        assert "1 video selected" in shown
        assert "Metadata complete" in shown
        assert "Music" in shown

    @pytest.mark.usefixtures("videos")
    def test_a_sample_is_told_in_sentences_for_the_paper(
        self, researcher: Client
    ) -> None:
        query = self.settings | {"size": 1, "draw": "balanced", "seed": 7}

        shown = page(researcher, "corpus:selection", **query, share_weight=3)

        assert "Of the 1 videos that were left, we drew 1 at random" in shown
        assert "equal numbers where possible (seed 7)" in shown
        assert "3 ln(1 + shares)" in shown
        assert "weights would select 1 of these 1 videos as well" in shown
        assert "Categories covered: 1 of 1." in shown

    def test_an_empty_corpus_has_an_empty_funnel(self, researcher: Client) -> None:
        shown = page(researcher, "corpus:selection")

        assert "0 videos selected" in shown
        assert "Save this selection" not in shown

    def test_settings_that_make_no_sense_are_refused(self, researcher: Client) -> None:
        query = self.settings | {"min_duration_s": 500}

        response = researcher.get(reverse("corpus:selection"), query)

        assert response.status_code == 422
        assert "exceeds the longest" in response.content.decode()

    @pytest.mark.usefixtures("videos")
    def test_a_saved_selection_leads_to_a_study_of_it(self, researcher: Client) -> None:
        url = f"{reverse('corpus:selection_save')}?{urlencode(self.settings)}"
        shown = researcher.post(url, {"title": "Pilot one"}, follow=True)
        new_study = f"{reverse('annotation:study_create')}?selection=pilot-one"

        assert new_study in shown.content.decode()
        assert new_study in page(researcher, "corpus:selection")
        form = researcher.get(new_study).content.decode()
        assert '<option value="pilot-one" selected>' in form

    @pytest.mark.usefixtures("videos")
    def test_a_selection_is_saved_under_a_name(self, researcher: Client) -> None:
        url = f"{reverse('corpus:selection_save')}?{urlencode(self.settings)}"

        saved = researcher.post(url, {"title": "Pilot one"})
        again = researcher.post(url, {"title": "Pilot one"})

        selection = VideoSelection.objects.get()
        assert saved["Location"] == f"{reverse('corpus:videos')}?selection=pilot-one"
        assert [video.external_id for video in selection.videos.all()] == ["a"]
        assert selection.created_by is not None
        assert again.status_code == 422
        assert "Pilot one" in page(researcher, "corpus:selection")
