"""Import of records: streamed, in batches, each of which is one transaction.

Videos are known by platform and external id, else by their file. Importing the same
file again changes nothing; a newer version updates metadata and counts and adds
comments. The texts of comments, and clips that work, are never changed.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, fields

from django.db import DataError, IntegrityError, connection, transaction

from corpus.errors import RepeatedVideoError
from corpus.importing.clips import (
    Clip,
    ClipFolder,
    delete_original,
    original_path,
    store_original,
)
from corpus.importing.read_ahead import read_ahead
from corpus.importing.rows import IncomingVideo, incoming_batches
from corpus.importing.upserts import WrittenBatch, stage, unstage, write
from corpus.models import MediaState, Origin, Source, VideoMedia
from corpus.record_files import NumberedRecord
from corpus.records import LineError, LineErrorCode
from pages.phrases import phrase as _


@dataclass(slots=True)
class ImportCounts:
    """What an import has done so far; `rejected` counts lines."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    comments_read: int = 0
    comments_added: int = 0
    comments_updated: int = 0
    clips_added: int = 0
    # Videos read that have too few usable comments for a study, and why comments could
    # not be used (cleaning.UnusableReason).
    ineligible: int = 0
    unusable: Counter[str] = field(default_factory=Counter)

    @property
    def videos(self) -> int:
        return self.created + self.updated + self.unchanged

    def as_json(self) -> dict[str, object]:
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return values | {"unusable": dict(self.unusable)}


def _ignore(_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class ImportListener:
    """Who hears what an import does; each is called outside of any transaction."""

    # Each refused line, when it is met.
    error: Callable[[LineError], None] = _ignore
    # The counts so far, after each batch.
    progress: Callable[[ImportCounts], None] = _ignore
    # Ids of media that wait to be processed.
    media: Callable[[Sequence[int]], None] = _ignore


def human_source() -> Source:
    """The pool of all viewers, made when it is first needed."""
    return Source.objects.get_or_create(
        origin=Origin.HUMAN, defaults={"key": "human", "title": "Viewers"}
    )[0]


def import_records(
    *,
    lines: Iterable[NumberedRecord | LineError],
    clips: ClipFolder | None = None,
    is_dry_run: bool = False,
    listener: ImportListener | None = None,
) -> ImportCounts:
    """Import all lines; a bad one is reported and stops nobody.

    The lines are read and cleaned in a thread while the database writes. Without
    `clips` the records' video paths are passed over. A dry run does everything and
    takes each batch back.
    """
    run = _Run(is_dry_run, listener or ImportListener())
    with closing(read_ahead(incoming_batches(lines, clips))) as batches:
        for batch in batches:
            if isinstance(batch, LineError):
                run.refuse(batch)
            else:
                run.write(batch.videos)
                run.listener.progress(run.counts)
    return run.counts


@dataclass(slots=True)
class _Run:
    """The state of one import."""

    is_dry_run: bool
    listener: ImportListener
    counts: ImportCounts = field(default_factory=ImportCounts)

    def refuse(self, error: LineError) -> None:
        self.counts.rejected += 1
        self.listener.error(error)

    def write(self, videos: Sequence[IncomingVideo]) -> None:
        """Write in one transaction; where the database refuses it, in halves.

        Records are checked before, so this singles out what only the database knows.
        """
        try:
            outcome = _write_batch(videos, is_dry_run=self.is_dry_run)
        except (DataError, IntegrityError, RepeatedVideoError) as error:
            if len(videos) > 1:
                middle = len(videos) // 2
                self.write(videos[:middle])
                self.write(videos[middle:])
            else:
                reason = str(error).partition("\n")[0]
                code = LineErrorCode.REFUSED_BY_DATABASE
                self.refuse(LineError(videos[0].line, code, "", reason))
        else:
            self._count(videos, outcome)

    def _count(self, videos: Sequence[IncomingVideo], outcome: "_Outcome") -> None:
        written, counts = outcome.written, self.counts
        counts.created += len(written.created)
        counts.updated += len(written.updated)
        counts.unchanged += (
            len(written.video_ids) - len(written.created) - len(written.updated)
        )
        kept = [video for video in videos if video.line in written.video_ids]
        counts.comments_read += sum(len(video.record.comments) for video in kept)
        counts.comments_added += written.comments_added
        counts.comments_updated += written.comments_updated
        counts.clips_added += len(outcome.stored)
        counts.ineligible += written.ineligible
        for video in kept:
            counts.unusable += video.unusable()
        for error in outcome.refused:
            self.refuse(error)
        if outcome.waiting_media and not self.is_dry_run:
            self.listener.media(outcome.waiting_media)


@dataclass(slots=True)
class _Outcome:
    """What one transaction did."""

    written: WrittenBatch
    refused: list[LineError]
    # Paths of the originals that were copied.
    stored: list[str] = field(default_factory=list)
    # Paths of originals that nothing refers to any more.
    replaced: list[str] = field(default_factory=list)
    waiting_media: list[int] = field(default_factory=list)


def _write_batch(videos: Sequence[IncomingVideo], *, is_dry_run: bool) -> _Outcome:
    """One transaction. Files that were copied for it go again if it fails."""
    with ExitStack() as undo:
        with transaction.atomic(), connection.cursor() as cursor:
            refused = _refused_clips(videos, stage(cursor, videos))
            unstage(cursor, [error.line for error in refused])
            outcome = _Outcome(write(cursor, videos, human_source().pk), refused)
            if is_dry_run:
                transaction.set_rollback(True)
                return outcome
            _attach_clips(videos, outcome, undo)
        undo.pop_all()
    for path in outcome.replaced:
        delete_original(path)
    return outcome


def _refused_clips(
    videos: Sequence[IncomingVideo], known: Mapping[int, int]
) -> list[LineError]:
    """Errors of lines whose known video has another clip, and one that works."""
    clips = {video.line: video.clip for video in videos if video.clip}
    media = _media_of([known[line] for line in clips if line in known])
    return [
        LineError(
            line,
            LineErrorCode.CLIP_DIFFERS,
            "video_path",
            _("the video already has another clip, and a clip is never replaced"),
        )
        for line, clip in clips.items()
        if (present := media.get(known.get(line, 0)))
        and present.sha256 != clip.sha256
        and present.state != MediaState.FAILED
    ]


def _attach_clips(
    videos: Sequence[IncomingVideo], outcome: _Outcome, undo: ExitStack
) -> None:
    """Store new clips; one that does not decode gives way to another file."""
    video_ids = outcome.written.video_ids
    clips = {
        video_ids[video.line]: video.clip
        for video in videos
        if video.clip and video.line in video_ids
    }
    media = _media_of(list(clips))
    for video_id, clip in clips.items():
        present = media.get(video_id)
        if present and present.sha256 != clip.sha256:
            outcome.replaced.append(present.original)
            present.delete()
            present = None
        if present is None:
            _attach(clip, video_id, outcome, undo)
        elif present.state == MediaState.PENDING:
            outcome.waiting_media.append(present.pk)


def _attach(clip: Clip, video_id: int, outcome: _Outcome, undo: ExitStack) -> None:
    media = VideoMedia(
        video_id=video_id, sha256=clip.sha256, byte_count=clip.byte_count
    )
    media.original = original_path(clip, media.name)
    undo.callback(delete_original, media.original)
    store_original(clip, media.original)
    media.save()
    outcome.stored.append(media.original)
    outcome.waiting_media.append(media.pk)


def _media_of(video_ids: Sequence[int]) -> dict[int, VideoMedia]:
    if not video_ids:
        return {}
    return {m.video_id: m for m in VideoMedia.objects.filter(video_id__in=video_ids)}
