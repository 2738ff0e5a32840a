"""Which comments stand in a batch."""

from collections.abc import Iterable

import pytest

from annotation.errors import AnnotationError
from annotation.models import Batch, Study
from annotation.selectors.studies.eligibility import ineligible_videos
from annotation.selectors.studies.readiness import (
    batch_size,
    readiness_matrix,
    readiness_of,
)
from annotation.services.studies.batches import (
    FillReport,
    add_sources,
    choose_sources,
    choose_videos,
    fill_batches,
)
from annotation.services.studies.study import copy_study
from corpus.cleaning import clean_comment
from corpus.models import Comment, MediaState, Video
from tests import factories

pytestmark = pytest.mark.django_db


def make_draft(videos: Iterable[Video] = (), **fields: object) -> Study:
    """A draft whose batches hold nothing yet."""
    study = Study.objects.create(key="draft", title="Draft", **fields)
    Batch.objects.bulk_create(Batch(study=study, video=video) for video in videos)
    return study


def make_liked(video: Video, likes: dict[str, int | None]) -> None:
    """Comments of people, by text, with their likes."""
    for text, count in likes.items():
        factories.make_comment(video, factories.human_source(), text, like_count=count)


def held_texts(study: Study) -> list[str]:
    """The texts in the study's batches, in the order of source and slot."""
    held = study.batches.order_by(
        "pk", "batch_comments__source__key", "batch_comments__slot"
    )
    return [*held.values_list("batch_comments__comment__text", flat=True)]


# --- People -------------------------------------------------------------------------


def test_the_most_liked_comments_of_people_stand_in_the_batch() -> None:
    video = factories.make_video()
    make_liked(video, {"one": 1, "ten": 10, "none": None, "five": 5, "zero": 0})
    study = make_draft([video], human_comment_count=3)

    fill_batches(study=study)

    assert held_texts(study) == ["ten", "five", "one"]


def test_unknown_likes_rank_below_zero_likes() -> None:
    video = factories.make_video()
    make_liked(video, {"unknown": None, "zero": 0})
    study = make_draft([video], human_comment_count=1)

    fill_batches(study=study)

    assert held_texts(study) == ["zero"]


def test_ties_in_likes_do_not_depend_on_the_order_of_import() -> None:
    texts = ["ant", "bee", "cat", "dog", "elk", "fox"]
    one, other = factories.make_video(), factories.make_video()
    make_liked(one, dict.fromkeys(texts, 7))
    make_liked(other, dict.fromkeys(reversed(texts), 7))
    study = make_draft([one, other], human_comment_count=3)

    fill_batches(study=study)

    held = held_texts(study)
    assert held[:3] == held[3:]
    by_fingerprint = sorted(texts, key=lambda text: clean_comment(text).fingerprint)
    assert held[:3] == by_fingerprint[:3]


def test_unusable_comments_never_stand_in_a_batch() -> None:
    video = factories.make_video()
    make_liked(video, {"https://example.org": 100, "nice": 1})
    study = make_draft([video], human_comment_count=1)

    fill_batches(study=study)

    assert held_texts(study) == ["nice"]


@pytest.mark.parametrize("text", ["wow " * 200, "1. so good", "Comment: so good"])
def test_what_no_model_s_comment_can_be_no_person_s_is_either(text: str) -> None:
    video = factories.make_video()
    make_liked(video, {text: 100, "nice": 1, "two\nlines": 50})
    study = make_draft([video], human_comment_count=2)

    fill_batches(study=study)

    assert held_texts(study) == ["two lines", "nice"]


def test_videos_that_can_never_fill_a_batch_are_named_with_the_reason() -> None:
    good, short, bare, waiting, broken = (factories.make_video() for _ in range(5))
    for video in (good, bare, waiting, broken):
        make_liked(video, {"one": 1, "two": 2})
    make_liked(short, {"one": 1})
    for video in (good, short):
        factories.make_media(video)
    factories.make_media(waiting, state=MediaState.PENDING, playback="")
    factories.make_media(
        broken, state=MediaState.FAILED, error_code="x", error="breaks off after 3 s"
    )
    study = make_draft([good, short, bare, waiting, broken], human_comment_count=2)

    fill_batches(study=study)

    assert {item.video: item.reason for item in ineligible_videos(study)} == {
        short: "usable human comments: 1 of 2",
        bare: "no file",
        broken: "breaks off after 3 s",
    }


# --- AI sources ---------------------------------------------------------------------


def test_the_newest_usable_comment_of_an_ai_source_stands_in_the_batch() -> None:
    video = factories.make_video()
    source = factories.make_source()
    for text in ("first try", "second try", "..."):
        factories.make_comment(video, source, text)
    study = make_draft([video])
    study.sources.add(source)

    fill_batches(study=study)

    assert held_texts(study) == ["second try"]


def test_only_the_sources_of_the_study_are_in_it() -> None:
    video = factories.make_video()
    inside, outside = factories.make_source(), factories.make_source()
    factories.make_comment(video, inside, "inside")
    factories.make_comment(video, outside, "outside")
    study = make_draft([video])

    choose_sources(study=study, sources=[inside])

    assert held_texts(study) == ["inside"]


def test_sources_keep_the_order_in_which_they_were_declared() -> None:
    first, second, third, fourth = (factories.make_source() for _ in range(4))
    study = make_draft([factories.make_video()])

    choose_sources(study=study, sources=[third, first])
    add_sources(study=study, sources=[fourth, second, third])

    assert study.declared_sources == [third, first, fourth, second]
    assert copy_study(study=study, actor=None).declared_sources == [
        third,
        first,
        fourth,
        second,
    ]


def test_people_are_no_source_to_choose() -> None:
    study = make_draft()

    with pytest.raises(AnnotationError, match="always included"):
        choose_sources(study=study, sources=[factories.human_source()])


# --- Again --------------------------------------------------------------------------


def test_filling_again_changes_nothing() -> None:
    video = factories.make_video()
    make_liked(video, {"one": 1, "two": 2})
    study = make_draft([video], human_comment_count=2)
    first = fill_batches(study=study)
    places = [*study.batches.values_list("batch_comments__pk", flat=True)]

    second = fill_batches(study=study)

    assert (first, second) == (FillReport(2, 0), FillReport(0, 0))
    assert [*study.batches.values_list("batch_comments__pk", flat=True)] == places
    assert study.events.filter(action="batches filled").count() == 1


def test_a_newer_comment_takes_the_place_of_the_older_one() -> None:
    video = factories.make_video()
    source = factories.make_source()
    factories.make_comment(video, source, "first try")
    study = make_draft([video])
    choose_sources(study=study, sources=[source])
    factories.make_comment(video, source, "second try")

    report = fill_batches(study=study)

    assert report == FillReport(added=1, removed=1)
    assert held_texts(study) == ["second try"]


def test_a_sealed_study_is_not_filled() -> None:
    study = factories.make_open_study()

    with pytest.raises(AnnotationError, match="only possible in these states: draft"):
        fill_batches(study=study)


def test_other_studies_keep_their_comments() -> None:
    other = factories.make_study()
    before = held_texts(other)

    fill_batches(study=make_draft([factories.make_video()]))

    assert held_texts(other) == before


# --- Videos -------------------------------------------------------------------------


def test_chosen_videos_become_batches_and_are_filled() -> None:
    video = factories.make_video()
    make_liked(video, {"nice": 1})
    study = make_draft()

    choose_videos(study=study, add=[video.pk, video.pk])

    assert held_texts(study) == ["nice"]


def test_choosing_a_video_again_changes_nothing() -> None:
    video = factories.make_video()
    study = make_draft([video])
    batch = study.batches.get()

    choose_videos(study=study, add=[video.pk])

    assert study.batches.get() == batch


def test_removed_videos_leave_the_study() -> None:
    stays, goes = factories.make_video(), factories.make_video()
    make_liked(goes, {"nice": 1})
    study = make_draft([stays])
    choose_videos(study=study, add=[goes.pk])

    choose_videos(study=study, remove=[goes.pk])

    assert [batch.video for batch in study.batches.all()] == [stays]


def test_a_video_that_is_gone_is_not_chosen() -> None:
    study = make_draft()

    with pytest.raises(AnnotationError, match="no longer exists"):
        choose_videos(study=study, add=[0])


# --- What is missing ----------------------------------------------------------------


def test_readiness_counts_what_is_missing_by_source() -> None:
    ready = factories.make_media(factories.make_video()).video
    bare = factories.make_video()
    make_liked(ready, {"one": 1, "two": 2})
    source = factories.make_source("writer")
    factories.make_comment(ready, source)
    study = make_draft(human_comment_count=2)
    choose_sources(study=study, sources=[source])
    choose_videos(study=study, add=[ready.pk, bare.pk])

    readiness = readiness_of(study)

    assert (readiness.batch_count, readiness.full_count) == (2, 1)
    missing = {item.source.key: item.missing_count for item in readiness.sources}
    assert missing == {"human": 2, "writer": 1}
    assert readiness.no_media_count == 1
    assert batch_size(study) == 3


def test_the_matrix_can_leave_out_what_is_ready() -> None:
    study = factories.make_study(
        videos=[factories.make_media(factories.make_video()).video for _ in range(3)]
    )
    lacking = study.batches.order_by("pk")[1]
    lacking.batch_comments.all()[0].delete()

    all_rows = readiness_matrix(study, page=1, only_missing=False).rows
    missing_rows = readiness_matrix(study, page=1, only_missing=True).rows

    assert len(all_rows) == 3
    assert [row.batch for row in missing_rows] == [lacking]


@pytest.mark.parametrize("videos", [1, 6])
def test_readiness_costs_the_same_number_of_queries_however_large(
    videos: int, django_assert_num_queries: object
) -> None:
    study = factories.make_study(videos=videos, ai_sources=videos)

    with django_assert_num_queries(7):  # type: ignore[operator]
        readiness_of(study)
    with django_assert_num_queries(5):  # type: ignore[operator]
        readiness_matrix(study, page=1, only_missing=False)


def test_no_comment_is_lost_from_the_corpus_when_batches_change() -> None:
    study = factories.make_study(videos=2)
    before = Comment.objects.count()

    choose_videos(
        study=study, remove=[*study.batches.values_list("video_id", flat=True)]
    )

    assert Comment.objects.count() == before
