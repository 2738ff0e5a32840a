"""Records made ready for the database: cleaned, scored, with their clip found."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from corpus.cleaning import CleanComment, UnusableReason, clean_comment
from corpus.engagement import engagement
from corpus.errors import ClipNotFoundError
from corpus.importing.clips import Clip, ClipFolder
from corpus.record_files import NumberedRecord
from corpus.records import CommentRecord, LineError, LineErrorCode, VideoRecord
from pages.phrases import phrase as _

# A batch is one transaction; it ends with the record that reaches one of these.
BATCH_VIDEOS = 1_000
BATCH_COMMENTS = 20_000


class CommentRow(NamedTuple):
    """Columns of a comment, in the order of `corpus.importing.upserts`."""

    text: str
    text_received: str
    fingerprint: bytes
    unusable_reason: str
    like_count: int | None
    reply_count: int | None
    published_on: date | None
    # JSON, or None where there is nothing.
    extra: str | None


@dataclass(frozen=True, slots=True)
class IncomingVideo:
    """A record with its clip, ready to be matched and written."""

    line: int
    record: VideoRecord
    clip: Clip | None
    # Repeats folded.
    comments: list[CommentRow]

    @property
    def keys(self) -> list[tuple[str, str, str]]:
        """What the database may know the video by."""
        keys = []
        if self.record.external_id:
            keys.append((self.record.platform, "id", self.record.external_id))
        if self.clip:
            keys.append((self.record.platform, "file", self.clip.sha256))
        return keys

    @property
    def usable_comment_count(self) -> int:
        return sum(not comment.unusable_reason for comment in self.comments)

    def unusable(self) -> Counter[str]:
        """How many of the record's comments cannot be used, by reason."""
        reasons = Counter(comment.unusable_reason for comment in self.comments)
        del reasons[""]
        reasons[UnusableReason.DUPLICATE] = len(self.record.comments) - len(
            self.comments
        )
        return reasons

    def row(self) -> tuple[object, ...]:
        """Columns of the video, in the order of `corpus.importing.upserts`."""
        record = self.record
        return (
            self.line,
            record.platform,
            record.external_id,
            self.clip.sha256 if self.clip else "",
            record.title,
            record.description,
            list(record.tags),
            record.topic,
            record.category,
            record.language,
            record.published_on,
            record.duration_s,
            record.view_count,
            record.like_count,
            record.favorite_count,
            record.share_count,
            record.comment_count,
            engagement(
                like_count=record.like_count,
                favorite_count=record.favorite_count,
                share_count=record.share_count,
                comment_count=record.comment_count,
            ),
            json.dumps(record.extra),
            self.usable_comment_count,
        )


@dataclass(slots=True)
class IncomingBatch:
    """Videos that are written in one transaction."""

    videos: list[IncomingVideo] = field(default_factory=list)
    comment_count: int = 0
    keys: set[tuple[str, str, str]] = field(default_factory=set)

    def add(self, video: IncomingVideo) -> None:
        self.videos.append(video)
        self.comment_count += len(video.record.comments)
        self.keys.update(video.keys)

    @property
    def is_full(self) -> bool:
        return len(self.videos) >= BATCH_VIDEOS or self.comment_count >= BATCH_COMMENTS


def incoming_batches(
    lines: Iterable[NumberedRecord | LineError], clips: ClipFolder | None
) -> Iterator[IncomingBatch | LineError]:
    """The lines in batches; an error passes through as soon as it is met.

    A video that a batch has already begins the next one: the later line is the newer
    version.
    """
    batch = IncomingBatch()
    for line in lines:
        video = line if isinstance(line, LineError) else _incoming(line, clips)
        if isinstance(video, LineError):
            yield video
            continue
        if batch.is_full or not batch.keys.isdisjoint(video.keys):
            yield batch
            batch = IncomingBatch()
        batch.add(video)
    if batch.videos:
        yield batch


def _incoming(
    numbered: NumberedRecord, clips: ClipFolder | None
) -> IncomingVideo | LineError:
    line, record = numbered
    clip = None
    if record.video_path and clips:
        try:
            clip = clips.clip(record.video_path)
        except ClipNotFoundError as error:
            code = LineErrorCode.CLIP_NOT_FOUND
            return LineError(line, code, "video_path", error.args[0])
    if clip is None and not record.external_id:
        reason = _(
            "is missing; name the folder of clips to identify the video by its file"
        )
        return LineError(line, LineErrorCode.MISSING, "external_id", reason)
    return IncomingVideo(line, record, clip, list(_comment_rows(record)))


def _comment_rows(record: VideoRecord) -> Iterator[CommentRow]:
    for clean, comment in _unique_comments(record):
        yield CommentRow(
            clean.text,
            clean.received,
            clean.fingerprint,
            clean.unusable_reason or "",
            comment.like_count,
            comment.reply_count,
            comment.published_on,
            json.dumps(comment.extra) if comment.extra else None,
        )


def _unique_comments(
    record: VideoRecord,
) -> Iterable[tuple[CleanComment, CommentRecord]]:
    """Each text once, in the record's order; of repeats, the most-liked one.

    Ties go to the first in alphabetical order, so that the order of a file does not
    matter.
    """
    unique: dict[bytes, tuple[CleanComment, CommentRecord]] = {}
    for comment in record.comments:
        clean = clean_comment(comment.text)
        known = unique.get(clean.fingerprint)
        if known is None or _preference(comment) < _preference(known[1]):
            unique[clean.fingerprint] = (clean, comment)
    return unique.values()


def _preference(comment: CommentRecord) -> tuple[int, str]:
    likes = -1 if comment.like_count is None else comment.like_count
    return (-likes, comment.text)
