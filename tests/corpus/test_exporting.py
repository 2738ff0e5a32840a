"""Export, and the way back."""

import io
from pathlib import Path

import pytest
from pytest_django import Settings

from corpus.exporting import export_records
from corpus.models import Comment, Video, VideoMedia
from corpus.record_files import NumberedRecord, RecordFile
from corpus.record_parsing import parse_record
from corpus.records import CommentRecord, VideoRecord
from tests.conftest import RecordCounts
from tests.corpus.importing.runs import Run, comments, record
from tests.factories import make_comment, make_source

pytestmark = pytest.mark.django_db


def exported(media_folder: Path | None = None) -> list[VideoRecord]:
    file = io.StringIO()
    export_records(Video.objects.all(), file, media_folder)
    return [parse_record(line) for line in file.getvalue().encode().splitlines()]


def test_a_record_comes_out_as_it_went_in() -> None:
    original = record(
        description="two\nlines",
        tags=("b", "a"),
        share_count=4,
        duration_s=7.5,
        extra={"mood": [1, {"x": None}]},
        comments=(CommentRecord(" as received ", 3, 1, None, {"pinned": True}),),
    )
    Run(original)

    assert exported() == [original]


def test_model_comments_stay_inside() -> None:
    Run(record(comments=comments("mine")))
    make_comment(Video.objects.get(), make_source(), "a model's")

    assert [comment.text for comment in exported()[0].comments] == ["mine"]


def test_importing_an_export_changes_nothing(
    tmp_path: Path, settings: Settings
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "a.mp4").write_bytes(b"a clip")
    Run(
        record("a", video_path="a.mp4"),
        record("", video_path="a.mp4"),
        record("c", comments=comments("lol", "LOL", "", "@user")),
        clips=tmp_path,
    )
    folder = tmp_path / "export"

    run = Run(*exported(folder), clips=folder)

    assert run.errors == []
    assert run.counts.unchanged == run.counts.videos == Video.objects.count()


def test_an_export_fills_an_empty_corpus_with_the_same(
    tmp_path: Path,
    settings: Settings,
    shared_data: Path,
    record_counts: RecordCounts,
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    with RecordFile(shared_data / "mimic_data.jsonl") as lines:
        records = [line.record for line in lines if isinstance(line, NumberedRecord)]
    Run(*records, clips=shared_data)
    once = exported(tmp_path)
    Video.objects.all().delete()

    Run(*once, clips=tmp_path)

    again = exported()
    assert [one.comments for one in again] == [one.comments for one in once]
    assert Comment.objects.count() == record_counts.different_comments
    assert VideoMedia.objects.count() == record_counts.videos
