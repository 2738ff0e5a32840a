"""The frames of jobs' videos, decoded side by side."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self, TypeVar

from django.utils.translation import gettext as _

from corpus.media.errors import MediaError
from corpus.media.frame_store import Length
from corpus.media.strips import Frames, Strip
from corpus.media_files import stored
from corpus.models import Video, VideoMedia
from generation.engines.base import EngineError, Reason
from generation.frame_policy import FramesPolicy
from generation.installation import frame_store

_DECODERS = 2


class Seen(Protocol):
    """Something about a video that a model is asked."""

    @property
    def video(self) -> Video | None:
        """Null where nothing is to be seen."""
        ...

    @property
    def frames_policy(self) -> FramesPolicy: ...


One = TypeVar("One", bound=Seen)


class JobFrames:
    """What one model sees; what the work's other models need is decoded with it.

    Args:
        strips: What all of them need.
        began: When the work began: models go through the same videos one after the
            other, so what was used since then stays.
    """

    def __init__(self, strips: Sequence[Strip], began: datetime) -> None:
        self._store = frame_store(strips, pinned_since=began.timestamp())
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
        self, wanted: Sequence[One]
    ) -> Iterator[tuple[One, tuple[Frames, ...] | EngineError]]:
        """The strips of each one's policy, or why there are none, in order."""
        return zip(wanted, self._pool.map(self._of_one, wanted), strict=True)

    def _of_one(self, wanted: Seen) -> tuple[Frames, ...] | EngineError:
        if wanted.video is None:
            return ()
        media = getattr(wanted.video, "media", None)
        if media is None or not media.original:
            return EngineError(Reason.UNDECODABLE, _("The video has no file."))
        path, strips = stored(media.original), wanted.frames_policy.strips
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
