"""The frames of jobs' videos, decoded side by side."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self

from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media_files import stored
from corpus.models import VideoMedia
from generation.engines.base import EngineError, Frames, Reason
from generation.errors import RegistryError
from generation.frame_policy import FramesPolicy
from generation.frames import Length
from generation.installation import frame_cache, known_entry
from generation.models import GenerationJob, RoundSource

_DECODERS = 2
# Not about the file: the next try may succeed.
_PASSING = frozenset(
    {
        MediaErrorCode.DECODER_CRASHED,
        MediaErrorCode.BAD_REPLY,
        MediaErrorCode.WRITE_FAILED,
    }
)


class JobFrames:
    """What one model sees; what the round's other models need is decoded with it."""

    def __init__(self, row: RoundSource) -> None:
        self._policy = known_entry(row.entry).frames_policy
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
        self, jobs: Sequence[GenerationJob]
    ) -> Iterator[tuple[GenerationJob, Frames | EngineError]]:
        """The frames of each job's video, or why there are none, in order."""
        return zip(jobs, self._pool.map(self._of_one, jobs), strict=True)

    def _of_one(self, job: GenerationJob) -> Frames | EngineError:
        media = getattr(job.video, "media", None)
        if media is None or not media.original:
            return EngineError(Reason.UNDECODABLE, "The video has no file.")
        path = stored(media.original)
        try:
            return self._cache.frames(path, media.sha256, self._policy, _length(media))
        except MediaError as error:
            return EngineError(
                Reason.UNDECODABLE, error.message, retryable=error.code in _PASSING
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
