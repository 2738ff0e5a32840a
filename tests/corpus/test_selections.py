"""The funnel over the database, and saved selections."""

import pytest
from pytest_django import DjangoAssertNumQueries

from corpus.comment_style import Style
from corpus.errors import SelectionKeyTakenError
from corpus.models import MediaState, Video, VideoSelection
from corpus.selection import Candidate, SelectionRules
from corpus.selections import run_funnel, save_selection
from corpus.selectors import best_comments, candidates, eligible_videos, style_mix
from tests.factories import (
    human_source,
    make_comment,
    make_media,
    make_source,
    make_video,
)

pytestmark = pytest.mark.django_db

ALL = SelectionRules(top_shares={}, other_top_share=1.0)


def complete_video(**fields: object) -> Video:
    defaults: dict[str, object] = {
        "description": "d",
        "tags": ["t"],
        "topic": "t",
        "category": "Music",
        "usable_comment_count": 5,
    }
    return make_video(**defaults | fields)


def test_a_candidate_says_what_the_rules_ask() -> None:
    video = complete_video(description="", tags=[], engagement=3.5)
    make_media(video, duration_s=7.0)

    assert list(candidates()) == [
        Candidate(
            video_id=video.pk,
            platform=video.platform,
            external_id=video.external_id,
            category="Music",
            engagement=3.5,
            missing_fields=frozenset({"description", "tags"}),
            usable_comment_count=5,
            decodes=True,
            duration_s=7.0,
        )
    ]


def test_a_video_decodes_once_its_clip_is_ready() -> None:
    make_media(complete_video(), state=MediaState.PENDING)
    make_media(complete_video(), state=MediaState.FAILED, error_code="x")
    complete_video()

    assert [candidate.decodes for candidate in candidates()] == [False] * 3


def test_the_best_comments_are_the_most_liked_usable_human_ones() -> None:
    video, human = make_video(), human_source()
    for text, likes in (("b", 1), ("a", None), ("c", 9), ("d", 1)):
        make_comment(video, human, text, like_count=likes)
    make_comment(video, human, "https://x.example", like_count=99)
    make_comment(video, make_source(), "a model's", like_count=99)

    best = best_comments([video.pk], 3)

    assert best[0].text == "c"
    assert {comment.text for comment in best[1:]} == {"b", "d"}


def test_the_style_mix_counts_every_style() -> None:
    video, human = make_video(), human_source()
    make_comment(video, human, "why?")
    make_comment(video, human, "wow!")

    mix = style_mix([video.pk])

    assert set(mix) == set(Style)
    assert (mix[Style.INQUISITIVE], mix[Style.EXCLAMATORY], sum(mix.values())) == (
        1,
        1,
        2,
    )


def test_eligible_videos_play_and_have_comments_enough() -> None:
    eligible = complete_video()
    make_media(eligible)
    make_media(complete_video(usable_comment_count=4))
    complete_video()

    assert list(eligible_videos()) == [eligible]


def test_a_saved_selection_keeps_its_videos_rules_and_funnel() -> None:
    video = complete_video()
    make_media(video)
    make_media(complete_video(topic=""))
    selection = run_funnel(ALL)

    save_selection(key="one", title="One", rules=ALL, selection=selection)

    saved = VideoSelection.objects.get(key="one")
    assert list(saved.videos.all()) == [video]
    assert saved.rules["other_top_share"] == 1.0
    assert saved.funnel["selected"] == 1
    assert saved.funnel["rules"][1]["dropped"] == 1


def test_a_selection_s_key_is_taken_once() -> None:
    selection = run_funnel(ALL)
    save_selection(key="one", title="One", rules=ALL, selection=selection)

    with pytest.raises(SelectionKeyTakenError, match="another name"):
        save_selection(key="one", title="Two", rules=ALL, selection=selection)


def test_the_funnel_reads_the_corpus_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(3):
        make_media(complete_video())

    with django_assert_num_queries(1):
        run_funnel(ALL)
