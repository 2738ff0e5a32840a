"""Import of records: what is new, what is known, what is refused."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from corpus.cleaning import UnusableReason
from corpus.importing.rows import BATCH_VIDEOS
from corpus.models import Comment, MediaState, Origin, Source, Video, VideoMedia
from corpus.record_files import NumberedRecord, RecordFile
from corpus.records import CommentRecord, LineErrorCode
from tests.conftest import RecordCounts
from tests.corpus.importing.runs import TEXTS, Run, comments, record
from tests.factories import make_comment, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media_root(tmp_path: Path, settings: Settings) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


@pytest.fixture
def clips(tmp_path: Path) -> Path:
    """A folder of two files; import does not look into them."""
    folder = tmp_path / "clips"
    (folder / "videos").mkdir(parents=True)
    (folder / "videos" / "a.MP4").write_bytes(b"first clip")
    (folder / "videos" / "-b-.webm").write_bytes(b"second clip")
    return folder


def everything() -> list[object]:
    """All rows of the corpus, to tell that nothing changed."""
    tables = (Video, Comment, VideoMedia, Source)
    return [row for table in tables for row in table.objects.order_by("pk").values()]


class TestNewVideos:
    def test_metadata_and_comments_are_stored(self) -> None:
        run = Run(
            record(
                tags=("a", "b"),
                view_count=7,
                share_count=None,
                extra={"mood": {"deep": [1]}},
                comments=(CommentRecord("  hi\nthere ", 3, 1, extra={"pinned": True}),),
            )
        )

        video = Video.objects.get()
        comment = video.comments.get()
        assert (run.counts.created, run.counts.comments_added) == (1, 1)
        assert (video.title, video.tags, video.view_count) == (
            "Video v1",
            ["a", "b"],
            7,
        )
        assert video.share_count is None
        assert video.extra == {"mood": {"deep": [1]}}
        assert video.engagement == pytest.approx(2.3979, abs=1e-4)
        assert (comment.text, comment.text_received) == ("hi there", "  hi\nthere ")
        assert (comment.like_count, comment.reply_count) == (3, 1)
        assert comment.extra == {"pinned": True}
        assert comment.source.origin == Origin.HUMAN

    def test_comments_say_whether_they_can_be_used(self) -> None:
        run = Run(record(comments=comments("ok", "https://a.example", "...", "OK ")))

        reasons = dict(Comment.objects.values_list("text", "unusable_reason"))
        assert reasons == {
            "OK": "",
            "https://a.example": UnusableReason.BARE_LINK,
            "...": UnusableReason.NO_LETTER_OR_EMOJI,
        }
        assert Video.objects.get().usable_comment_count == 1
        assert run.counts.ineligible == 1
        assert run.counts.unusable == {
            "bare_link": 1,
            "no_letter_or_emoji": 1,
            "duplicate": 1,
        }

    def test_of_repeats_the_most_liked_stays_wherever_it_stands(self) -> None:
        likes = [
            CommentRecord("LOL", 5),
            CommentRecord("lol", 9),
            CommentRecord("Lol", 9),
        ]

        Run(record("one", comments=tuple(likes)))
        Run(record("two", comments=tuple(reversed(likes))))

        kept = Comment.objects.values_list("text", "like_count")
        assert list(kept) == [("Lol", 9), ("Lol", 9)]

    def test_comments_keep_the_order_in_which_they_came(self) -> None:
        Run(record(comments=comments(*TEXTS)))

        assert (
            tuple(Comment.objects.order_by("pk").values_list("text", flat=True))
            == TEXTS
        )

    def test_more_videos_than_a_batch_holds_are_all_stored(self) -> None:
        total = BATCH_VIDEOS + 1

        run = Run(*[record(f"v{n}") for n in range(total)])

        assert run.counts.created == Video.objects.count() == total


class TestKnownVideos:
    def test_the_same_file_again_changes_nothing(self, clips: Path) -> None:
        records = [
            record("a", video_path="videos/a.MP4", extra={"x": [1.0, None]}),
            record("b", comments=comments("lol", "LOL", "")),
            record("", video_path="videos/-b-.webm"),
        ]
        Run(*records, clips=clips)
        before = everything()

        run = Run(*records, clips=clips)

        assert run.counts.unchanged == 3
        assert (run.counts.created, run.counts.updated) == (0, 0)
        assert (run.counts.comments_added, run.counts.clips_added) == (0, 0)
        assert everything() == before

    def test_a_newer_version_updates_counts_and_adds_comments(self) -> None:
        Run(record(comments=comments("one", "two")))
        known = Comment.objects.get(text="two")

        run = Run(
            record(
                title="New title",
                like_count=99,
                comments=(CommentRecord("Two", 50), CommentRecord("three", 1)),
            )
        )

        video = Video.objects.get()
        assert run.counts.updated == 1
        assert (run.counts.comments_added, run.counts.comments_updated) == (1, 1)
        assert (video.title, video.like_count) == ("New title", 99)
        assert video.engagement == pytest.approx(4.605, abs=1e-3)
        assert video.usable_comment_count == 3
        # The text in place stays: batches may refer to it.
        known.refresh_from_db()
        assert (known.text_received, known.like_count) == ("two", 50)

    def test_a_later_line_of_a_file_is_the_newer_version(self) -> None:
        run = Run(record(title="old"), record(title="new"))

        assert Video.objects.get().title == "new"
        assert (run.counts.created, run.counts.updated) == (1, 1)

    def test_model_comments_of_the_same_text_are_left_alone(self) -> None:
        Run(record(comments=()))
        model = make_comment(Video.objects.get(), make_source(), "so good")

        run = Run(record(comments=comments("so good")))

        assert run.counts.comments_added == 1
        assert Comment.objects.count() == 2
        model.refresh_from_db()
        assert model.like_count is None

    def test_a_video_without_an_id_is_known_by_its_file(self, clips: Path) -> None:
        Run(record("", title="old", video_path="videos/a.MP4"), clips=clips)

        run = Run(record("", title="new", video_path="videos/a.MP4"), clips=clips)

        assert run.counts.updated == 1
        assert Video.objects.get().title == "new"

    def test_a_video_may_get_its_id_later(self, clips: Path) -> None:
        Run(record("", video_path="videos/a.MP4"), clips=clips)

        run = Run(record("late", video_path="videos/a.MP4"), clips=clips)

        assert run.counts.updated == 1
        assert Video.objects.get().external_id == "late"

    def test_a_record_without_an_id_finds_the_video_that_has_its_file(
        self, clips: Path
    ) -> None:
        Run(record("a", video_path="videos/a.MP4"), clips=clips)

        Run(record("", title="again", video_path="videos/a.MP4"), clips=clips)

        video = Video.objects.get()
        assert (video.external_id, video.title) == ("a", "again")

    def test_two_ids_with_one_file_are_two_videos(self, clips: Path) -> None:
        Run(
            record("a", video_path="videos/a.MP4"),
            record("b", video_path="videos/a.MP4"),
            clips=clips,
        )

        assert Video.objects.count() == VideoMedia.objects.count() == 2


class TestClips:
    def test_a_clip_is_copied_under_an_opaque_name_and_waits(
        self, clips: Path, media_root: Path
    ) -> None:
        run = Run(record(video_path="videos/a.MP4"), clips=clips)

        media = VideoMedia.objects.get()
        assert media.state == MediaState.PENDING
        assert media.original == f"originals/{media.name}.mp4"
        assert (media_root / media.original).read_bytes() == b"first clip"
        assert media.byte_count == len(b"first clip")
        assert media.sha256 == Video.objects.get().content_sha256
        assert run.media == [media.pk]

    def test_what_still_waits_is_handed_on_again(self, clips: Path) -> None:
        Run(record(video_path="videos/a.MP4"), clips=clips)

        run = Run(record(video_path="videos/a.MP4"), clips=clips)

        assert run.media == [VideoMedia.objects.get().pk]

    def test_without_a_folder_metadata_alone_are_imported(self) -> None:
        run = Run(record(video_path="videos/a.MP4"))

        assert run.counts.created == 1
        assert not VideoMedia.objects.exists()

    @pytest.mark.parametrize("name", ["missing.mp4", "videos", "link.mp4", "x" * 300])
    def test_a_clip_that_cannot_be_had_refuses_its_line_alone(
        self, clips: Path, name: str
    ) -> None:
        (clips.parent / "secret.mp4").write_bytes(b"outside")
        (clips / "link.mp4").symlink_to(clips.parent / "secret.mp4")

        run = Run(record("a", video_path=name), record("b"), clips=clips)

        assert [error.line for error in run.errors] == [1]
        assert run.errors[0].code is LineErrorCode.CLIP_NOT_FOUND
        assert [video.external_id for video in Video.objects.all()] == ["b"]

    def test_a_video_without_id_and_clip_is_refused(self) -> None:
        run = Run(record("", video_path="videos/a.MP4"))

        assert run.errors[0].code is LineErrorCode.MISSING
        assert not Video.objects.exists()

    def test_a_working_clip_is_never_replaced(self, clips: Path) -> None:
        Run(record(video_path="videos/a.MP4"), clips=clips)
        before = everything()

        run = Run(
            record(video_path="videos/-b-.webm", title="new"), record("w"), clips=clips
        )

        assert [(error.line, error.code) for error in run.errors] == [
            (1, LineErrorCode.CLIP_DIFFERS)
        ]
        assert run.counts.created == 1
        assert all(row in everything() for row in before)

    def test_a_clip_that_failed_gives_way_to_another(
        self, clips: Path, media_root: Path
    ) -> None:
        Run(record(video_path="videos/a.MP4"), clips=clips)
        VideoMedia.objects.update(state=MediaState.FAILED, error_code="x")
        failed = media_root / VideoMedia.objects.get().original

        run = Run(record(video_path="videos/-b-.webm"), clips=clips)

        media = VideoMedia.objects.get()
        assert (run.counts.updated, run.counts.clips_added) == (1, 1)
        assert media.state == MediaState.PENDING
        assert (media_root / media.original).read_bytes() == b"second clip"
        assert not failed.exists()


class TestRefusals:
    def test_what_only_the_database_refuses_is_singled_out(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE corpus_video"
                " ADD CONSTRAINT no_v3 CHECK (title <> 'Video v3')"
            )

        run = Run(*[record(f"v{n}") for n in range(8)])

        assert [(error.line, error.code) for error in run.errors] == [
            (4, LineErrorCode.REFUSED_BY_DATABASE)
        ]
        assert "no_v3" in run.errors[0].reason
        assert (run.counts.created, run.counts.rejected) == (7, 1)
        assert Video.objects.count() == 7

    def test_a_dry_run_counts_and_changes_nothing(
        self, clips: Path, media_root: Path
    ) -> None:
        Run(record("a"))
        before = everything()

        run = Run(
            record("a", title="new"),
            record("b", video_path="videos/a.MP4"),
            clips=clips,
            is_dry_run=True,
        )

        assert (run.counts.created, run.counts.updated) == (1, 1)
        assert run.media == []
        assert everything() == before
        assert not media_root.exists()

    def test_a_dry_run_leaves_an_empty_corpus_empty(self) -> None:
        Run(record("a"), is_dry_run=True)

        assert everything() == []

    def test_files_of_a_batch_that_fails_are_removed(
        self, clips: Path, media_root: Path
    ) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE corpus_videomedia ADD CONSTRAINT none CHECK (false)"
            )

        run = Run(record(video_path="videos/a.MP4"), clips=clips)

        assert run.counts.rejected == 1
        assert list((media_root / "originals").iterdir()) == []
        assert not Video.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_bring_each_video_once() -> None:
    records = [record(f"v{n}") for n in range(40)]

    def run(_: int) -> Run:
        try:
            return Run(*records)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        one, other = threads.map(run, range(2))

    assert one.errors == other.errors == []
    assert one.counts.created + other.counts.created == Video.objects.count() == 40
    assert Comment.objects.count() == 40 * len(TEXTS)


def test_awkward_texts_arrive_as_they_were_sent() -> None:
    awkward = ["a\tb \\N \\. c\\d", "'; --", "\u2067x\u2069", '{a,"b"}', "\x1f|\x0b"]

    Run(
        record(
            title=awkward[0],
            tags=tuple(awkward),
            comments=comments(*awkward),
            extra={text: text for text in awkward},
        )
    )

    video = Video.objects.get()
    assert video.title == awkward[0]
    assert video.tags == awkward
    assert video.extra == {text: text for text in awkward}
    received = video.comments.order_by("pk").values_list("text_received", flat=True)
    assert list(received) == awkward


def test_whole_records_are_imported_with_their_clips(
    shared_data: Path, record_counts: RecordCounts
) -> None:
    with RecordFile(shared_data / "mimic_data.jsonl") as lines:
        records = [line.record for line in lines if isinstance(line, NumberedRecord)]

    run = Run(*records, clips=shared_data)

    assert run.errors == []
    count = record_counts.videos
    assert (run.counts.created, run.counts.clips_added) == (count, count)
    assert run.counts.comments_added == record_counts.different_comments
    assert run.counts.ineligible == 0
    assert len(run.media) == count
