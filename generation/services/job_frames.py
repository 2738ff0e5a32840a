"""The frames of jobs' videos, decoded side by side."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from corpus.media.errors import MediaError
from corpus.media_files import stored
from corpus.models import VideoMedia
from generation.engines.base import EngineError, Frames, Reason
from generation.errors import RegistryError
from generation.frame_policy import FramesPolicy
from generation.frames import Length
from generation.installation import frame_cache, known_entry
from generation.models import RoundSource
from generation.services.next_attempts import NextAttempt

_DECODERS = 2


class JobFrames:
    """What one model sees; what the round's other models need is decoded with it."""

    def __init__(self, row: RoundSource) -> None:
        self._cache = frame_cache([*_policies(row)])
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
        self._cache.close()

    def of(
        self, attempts: Sequence[NextAttempt]
    ) -> Iterator[tuple[NextAttempt, Frames | EngineError]]:
        """The frames of each attempt's video, or why there are none, in order."""
        return zip(attempts, self._pool.map(self._of_one, attempts), strict=True)

    def _of_one(self, attempt: NextAttempt) -> Frames | EngineError:
        media = getattr(attempt.job.video, "media", None)
        if media is None or not media.original:
            return EngineError(Reason.UNDECODABLE, "The video has no file.")
        path, policy = stored(media.original), attempt.frames_policy
        try:
            return self._cache.frames(path, media.sha256, policy, _length(media))
        except MediaError as error:
            return EngineError(
                Reason.UNDECODABLE, error.message, retryable=not error.code.is_permanent
            )


def _length(media: VideoMedia) -> Length | None:
    """As the import found it."""
    if media.frame_count and media.duration_s:
        return Length(media.frame_count, media.duration_s)
    return None


def _policies(row: RoundSource) -> Iterator[FramesPolicy]:
    for key in row.round.sources.values_list("entry", flat=True):
        try:
            yield known_entry(key).frames_policy
        except RegistryError:  # gone since the start; its own shard says so
            continue
