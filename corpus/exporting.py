"""Export of the corpus in the records format; importing it again changes nothing."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.db.models import Prefetch, QuerySet

from corpus.media_files import stored
from corpus.models import Comment, Origin, Video
from corpus.records import CommentRecord, VideoRecord, record_line

# Videos whose comments are in memory at a time.
CHUNK_VIDEOS = 200
# Where clips go inside the folder that is exported to.
CLIPS = "videos"


def export_records(
    videos: QuerySet[Video], file: IO[str], media_folder: Path | None = None
) -> int:
    """Write one line a video, with its human comments as received; return how many.

    With `media_folder` the original clips are copied into it and named in the records;
    without it the records name none. A video without an external id can only be
    imported again with its clip.
    """
    count = 0
    for video in _with_comments(videos).iterator(chunk_size=CHUNK_VIDEOS):
        file.write(record_line(_record(video, _copied_clip(video, media_folder))))
        count += 1
    return count


def records_of(videos: QuerySet[Video]) -> Iterator[tuple[Video, VideoRecord]]:
    """Each video with its record, read in chunks.

    A video without an external id is named by its file's hash in place of a path.
    """
    for video in _with_comments(videos).iterator(chunk_size=CHUNK_VIDEOS):
        name = "" if video.external_id else video.content_sha256
        yield video, _record(video, name)


def _with_comments(videos: QuerySet[Video]) -> QuerySet[Video]:
    # In the order in which they were received.
    human = Comment.objects.filter(source__origin=Origin.HUMAN).order_by("pk")
    return (
        videos.select_related("media")
        .prefetch_related(Prefetch("comments", human))
        .order_by("pk")
    )


def _copied_clip(video: Video, folder: Path | None) -> str:
    """Copy the video's clip, if it has one; its path inside the folder."""
    if folder is None or not hasattr(video, "media"):
        return ""
    original = stored(video.media.original)
    relative = f"{CLIPS}/{original.name}"
    (folder / CLIPS).mkdir(parents=True, exist_ok=True)
    shutil.copyfile(original, folder / relative)
    return relative


def _record(video: Video, video_path: str) -> VideoRecord:
    return VideoRecord(
        platform=video.platform,
        external_id=video.external_id,
        video_path=video_path,
        title=video.title,
        description=video.description,
        tags=tuple(video.tags),
        topic=video.topic,
        category=video.category,
        language=video.language,
        published_on=video.published_on,
        duration_s=video.duration_s,
        view_count=video.view_count,
        like_count=video.like_count,
        favorite_count=video.favorite_count,
        share_count=video.share_count,
        comment_count=video.comment_count,
        comments=tuple(_comment_record(comment) for comment in video.comments.all()),
        extra=video.extra,
    )


def _comment_record(comment: Comment) -> CommentRecord:
    return CommentRecord(
        comment.text_received,
        comment.like_count,
        comment.reply_count,
        comment.published_on,
        comment.extra or {},
    )
