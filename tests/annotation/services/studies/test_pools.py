"""Which comments a study may take: its own, those shared with all, those taken over."""

import io

import pytest

from annotation.errors import AnnotationError
from annotation.models import Study
from annotation.selectors.studies.sources import offered_sources
from annotation.services.imports.comments import import_comments
from annotation.services.studies.batches import (
    FillReport,
    choose_sources,
    choose_videos,
    fill_batches,
    preview_fill,
)
from annotation.services.studies.pools import take_comments
from annotation.services.studies.study import copy_study
from corpus.models import Source, Video
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def video() -> Video:
    video = factories.make_video(platform="x", external_id="1")
    for text in ("one", "two"):
        factories.make_comment(video, factories.human_source(), text)
    return video


def bring(study: Study | None, text: str, source: str = "writer") -> Source:
    """Import one comment, for a study or for all."""
    file = io.BytesIO(f"video,source,text\nx:1,{source},{text}\n".encode())
    import_comments(file=file, study=study, create_sources=True)
    return Source.objects.get(key=source)


def make_draft(key: str, video: Video, text: str = "") -> Study:
    """A draft on the video that tests `writer`, whose comment is the study's own."""
    study = Study.objects.create(key=key, title=key.title(), human_comment_count=2)
    choose_videos(study=study, add=[video.pk])
    if text:
        choose_sources(study=study, sources=[bring(study, text)])
    return study


def ai_texts(study: Study) -> list[str]:
    held = study.batches.filter(batch_comments__source__origin="ai")
    return [*held.values_list("batch_comments__comment__text", flat=True)]


def test_another_study_s_import_changes_no_draft(video: Video) -> None:
    mine = make_draft("mine", video, "my text")

    bring(make_draft("theirs", video), "As an AI I rewrite your draft")

    assert fill_batches(study=mine) == FillReport(0, 0)
    assert ai_texts(mine) == ["my text"]


def test_the_same_text_imported_by_two_studies_is_each_one_s_own(video: Video) -> None:
    make_draft("mine", video, "so cute")

    theirs = make_draft("theirs", video, "so cute")

    assert ai_texts(theirs) == ["so cute"]


def test_what_an_admin_shares_fills_gaps_and_replaces_nothing_of_the_study(
    video: Video,
) -> None:
    mine = make_draft("mine", video, "my text")
    bare = make_draft("bare", video)
    source = bring(None, "shared text")

    fill_batches(study=mine)
    choose_sources(study=bare, sources=[source])

    assert (ai_texts(mine), ai_texts(bare)) == (["my text"], ["shared text"])


def test_sources_of_other_studies_are_not_offered(video: Video) -> None:
    mine = make_draft("mine", video, "my text")
    bring(make_draft("theirs", video), "hush", source="secret-model")
    shared = bring(None, "hello", source="shared")

    assert {source.key for source in offered_sources(mine)} == {"writer", "shared"}
    assert [*offered_sources()] == [shared]


def test_a_study_takes_another_s_comments_when_it_is_told_to(video: Video) -> None:
    theirs = make_draft("theirs", video, "their text")
    mine = make_draft("mine", video)

    added = take_comments(study=mine, origin=theirs, actor=None)
    choose_sources(study=mine, sources=[*theirs.sources.all()])
    bring(theirs, "their newer text")
    fill_batches(study=mine)

    assert added == 1
    assert ai_texts(mine) == ["their text"]
    assert theirs.events.filter(action="comments shared").exists()


def test_a_study_cannot_take_from_itself(video: Video) -> None:
    mine = make_draft("mine", video)

    with pytest.raises(AnnotationError, match="another study"):
        take_comments(study=mine, origin=mine, actor=None)


def test_newer_comments_wait_until_the_difference_was_seen(video: Video) -> None:
    mine = make_draft("mine", video, "old text")
    bring(mine, "new text")
    choose_videos(study=mine, add=[factories.make_video().pk])

    preview = preview_fill(study=mine)

    assert ai_texts(mine) == ["old text"]
    (change,) = preview.changes
    assert (change.leaving, change.coming) == (["old text"], ["new text"])
    fill_batches(study=mine, expected=preview.digest)
    assert ai_texts(mine) == ["new text"]
    assert preview_fill(study=mine).changes == ()


def test_a_difference_that_nobody_saw_is_not_applied(video: Video) -> None:
    mine = make_draft("mine", video, "old text")
    bring(mine, "new text")
    seen = preview_fill(study=mine).digest
    bring(mine, "newest text")

    with pytest.raises(AnnotationError, match="changed since"):
        fill_batches(study=mine, expected=seen)

    assert ai_texts(mine) == ["old text"]


def test_a_copy_may_take_what_its_original_has(video: Video) -> None:
    mine = make_draft("mine", video, "my text")

    copy = copy_study(study=mine, actor=None)

    assert ai_texts(copy) == ["my text"]
