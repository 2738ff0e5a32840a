"""The videos: filters, one video, what cannot be used."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from corpus.models import MediaState, Video, VideoSelection
from tests.corpus.importing.runs import Run, comments, record
from tests.corpus.pages.showing import HTMX, page
from tests.factories import make_media, make_video

pytestmark = pytest.mark.django_db


class TestVideos:
    def test_an_empty_corpus_says_what_to_do(
        self, researcher: Client, admin: Client
    ) -> None:
        assert "Ask an admin to import some" in page(researcher, "corpus:videos")
        assert reverse("corpus:imports") in page(admin, "corpus:videos")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, {"Alpha", "Beta", "Gamma"}),
            ({"search": "alp"}, {"Alpha"}),
            ({"search": "-id-b"}, {"Beta"}),
            ({"platform": "tiktok"}, {"Beta"}),
            ({"category": "Music"}, {"Alpha"}),
            ({"clip": "ready"}, {"Alpha", "Gamma"}),
            ({"clip": "none"}, {"Beta"}),
            ({"eligible": "yes"}, {"Alpha"}),
            ({"eligible": "no"}, {"Beta", "Gamma"}),
            ({"selection": "pilot"}, {"Gamma"}),
        ],
    )
    def test_the_list_can_be_filtered(
        self, researcher: Client, query: dict[str, str], found: set[str]
    ) -> None:
        alpha = make_video(title="Alpha", category="Music", usable_comment_count=5)
        make_media(alpha)
        make_video(title="Beta", platform="tiktok", external_id="-id-b")
        gamma = make_video(title="Gamma", usable_comment_count=4)
        make_media(gamma)
        VideoSelection.objects.create(key="pilot", title="Pilot").videos.add(gamma)

        shown = page(researcher, "corpus:videos", **query)

        assert {
            name for name in ("Alpha", "Beta", "Gamma") if f">{name}<" in shown
        } == (found)

    def test_what_can_be_judged_comes_first_and_columns_sort(
        self, researcher: Client
    ) -> None:
        make_video(title="Loud", engagement=9.0, like_count=None)
        ready = make_video(title="Steady", usable_comment_count=5, like_count=1)
        make_media(ready)
        make_video(title="Amber", engagement=5.0, like_count=7)

        def order(**query: str) -> list[str]:
            shown = page(researcher, "corpus:videos", **query)
            names = ("Loud", "Steady", "Amber")
            return sorted(names, key=lambda name: shown.index(f">{name}<"))

        assert order() == ["Steady", "Loud", "Amber"]
        assert order(sort="title") == ["Amber", "Loud", "Steady"]
        assert order(sort="likes") == ["Amber", "Steady", "Loud"]
        assert order(sort="-likes") == ["Steady", "Amber", "Loud"]
        shown = page(researcher, "corpus:videos", sort="likes", search="a")
        assert 'aria-sort="descending"' in shown
        assert "?sort=-likes&amp;search=a" in shown
        assert 'value="likes"' in shown

    def test_a_filter_swaps_the_table_alone(self, researcher: Client) -> None:
        make_video(title="Alpha")

        response = researcher.get(reverse("corpus:videos"), headers=HTMX)

        assert response.content.decode().strip().startswith('<section id="videos"')

    def test_a_filter_that_finds_nothing_says_so(self, researcher: Client) -> None:
        make_video()

        assert "No videos match these filters" in page(
            researcher, "corpus:videos", search="zz"
        )

    def test_pages_keep_the_filter(self, researcher: Client) -> None:
        for _ in range(51):
            make_video(title="Alpha")

        shown = page(researcher, "corpus:videos", search="alpha")

        assert "Page 1 of 2" in shown
        assert "?search=alpha&amp;page=2" in shown

    def test_the_list_takes_as_many_queries_for_fifty_as_for_one(
        self, researcher: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(50):
            make_media(make_video())

        # Session, person, totals, count, page, and the choices of three filters.
        with django_assert_num_queries(8):
            page(researcher, "corpus:videos")

    def test_a_video_shows_its_comments_and_why_some_cannot_be_used(
        self, researcher: Client
    ) -> None:
        Run(record(comments=comments("<b>hi</b>", "https://a.example"), tags=("x",)))
        video = Video.objects.get()

        shown = page(researcher, "corpus:video", video.pk)

        assert "&lt;b&gt;hi&lt;/b&gt;" in shown
        assert "only a link" in shown
        assert "it has 1 usable comment and needs at least 5" in " ".join(shown.split())
        assert "only a link: 1" in shown
        assert "No clip: only the metadata" in shown

    def test_a_video_says_why_its_clip_cannot_be_used(self, researcher: Client) -> None:
        video = make_video()
        make_media(
            video,
            state=MediaState.FAILED,
            error_code="x",
            error="The file is text.",
            playback="",
            poster="",
        )

        assert "The file is text." in page(researcher, "corpus:video", video.pk)

    def test_a_video_plays_under_its_opaque_name(self, researcher: Client) -> None:
        video = make_video()
        media = make_media(video)

        shown = page(researcher, "corpus:video", video.pk)

        assert f'src="{reverse("corpus:media", args=[media.name + ".mp4"])}"' in shown
