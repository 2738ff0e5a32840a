"""The frames of jobs' videos, decoded side by side."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from django.utils.translation import gettext as _

from corpus.media.errors import MediaError
from corpus.media.frame_store import Length
from corpus.media.strips import Frames, Strip
from corpus.media_files import stored
from corpus.models import VideoMedia
from generation.engines.base import EngineError, Reason
from generation.errors import RegistryError
from generation.installation import frame_store, known_entry
from generation.models import RoundSource
from generation.services.next_attempts import NextAttempt

_DECODERS = 2


class JobFrames:
    """What one model sees; what the round's other models need is decoded with it."""

    def __init__(self, row: RoundSource) -> None:
        # Models go through the same videos one after the other: those stay.
        began = row.round.created_at.timestamp()
        self._store = frame_store([*_strips(row)], pinned_since=began)
        self._pool = ThreadPoolExecutor(_DECODERS, "frames")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._pool.shutdown(cancel_futures=True)
        self._store.close()

    def of(
        self, attempts: Sequence[NextAttempt]
    ) -> Iterator[tuple[NextAttempt, tuple[Frames, ...] | EngineError]]:
        """The strips of each attempt's policy, or why there are none, in order."""
        return zip(attempts, self._pool.map(self._of_one, attempts), strict=True)

    def _of_one(self, attempt: NextAttempt) -> tuple[Frames, ...] | EngineError:
        media = getattr(attempt.job.video, "media", None)
        if media is None or not media.original:
            return EngineError(Reason.UNDECODABLE, _("The video has no file."))
        path, strips = stored(media.original), attempt.frames_policy.strips
        try:
            return self._store.frames(path, media.sha256, strips, _length(media))
        except MediaError as error:
            return EngineError(
                Reason.UNDECODABLE, error.message, retryable=not error.code.is_permanent
            )


def _length(media: VideoMedia) -> Length | None:
    """As the import found it."""
    if media.frame_count and media.duration_s:
        return Length(media.frame_count, media.duration_s)
    return None


def _strips(row: RoundSource) -> Iterator[Strip]:
    for key in row.round.sources.values_list("entry", flat=True):
        try:
            yield from known_entry(key).frames_policy.strips
        except RegistryError:  # gone since the start; its own shard says so
            continue
