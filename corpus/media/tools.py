"""What the rest of the project calls: each method is one job in the sandbox."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.extracted import ExtractedFrames
from corpus.media.facts import MediaFacts
from corpus.media.playback import MAX_SHORT_SIDE, Conversion, conversion_for
from corpus.media.sandbox import Limits, Sandbox

_PROBE_S = 180.0
_PLAYBACK_S = 1800.0
_POSTER_S = 60.0
_FRAMES_S = 300.0


class MediaTools:
    """Probe, playback and poster, in one decoding process that may die.

    Not for several threads at once: give each its own.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self._sandbox = Sandbox(limits)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the decoding process."""
        self._sandbox.close()

    def probe(self, source: Path, *, timeout_s: float = _PROBE_S) -> MediaFacts:
        """Decode the file to its end.

        Raises:
            MediaError: It cannot be used, or the decoder did not survive it.
        """
        facts = self._sandbox.call(
            "corpus.media.probe:probe_file",
            timeout_s=timeout_s,
            path=str(source.resolve()),
        )
        return MediaFacts.from_json(facts)

    def make_playback(
        self,
        source: Path,
        target: Path,
        facts: MediaFacts,
        *,
        max_short_side: int = MAX_SHORT_SIDE,
        timeout_s: float = _PLAYBACK_S,
    ) -> Conversion:
        """Write the file that browsers play, atomically; return what was done.

        Some files' packets cannot be copied into MP4; those are encoded anew.

        Raises:
            MediaError: It could not be written.
        """
        conversion = conversion_for(facts, max_short_side=max_short_side)
        try:
            self._write_playback(source, target, conversion, timeout_s)
        except MediaError as error:
            if error.code != MediaErrorCode.WRITE_FAILED or conversion.encodes_video:
                raise
            conversion = conversion_for(
                facts, max_short_side=max_short_side, fits_mp4=False
            )
            self._write_playback(source, target, conversion, timeout_s)
        return conversion

    def _write_playback(
        self, source: Path, target: Path, conversion: Conversion, timeout_s: float
    ) -> None:
        self._sandbox.call(
            "corpus.media.transcode:make_playback",
            timeout_s=timeout_s,
            source=str(source.resolve()),
            target=str(target.resolve()),
            conversion=conversion.as_json(),
        )

    def make_poster(
        self, source: Path, target: Path, *, timeout_s: float = _POSTER_S
    ) -> None:
        """Write the first frame that shows something as JPEG, atomically.

        Raises:
            MediaError: No frame could be decoded.
        """
        self._sandbox.call(
            "corpus.media.poster:make_poster",
            timeout_s=timeout_s,
            source=str(source.resolve()),
            target=str(target.resolve()),
        )

    def extract_frames(
        self,
        source: Path,
        target: Path,
        indices: Sequence[int],
        *,
        max_short_side: int | None = None,
        timeout_s: float = _FRAMES_S,
    ) -> ExtractedFrames:
        """Write upright RGB pixels of the frames at `indices` (from 0) to `target`.

        One pass from the start. Repeated indices are written once.

        Args:
            source: The video.
            target: A file for the pixels, replaced if there; the caller deletes it.
            indices: At least one, in any order; see `corpus.media.frame_indices`.
            max_short_side: In pixels; larger frames are made smaller.
            timeout_s: How long it may take, by the clock.

        Raises:
            MediaError: The video does not open, or holds no good frame.
            ValueError: `indices` is empty or holds a negative number.
        """
        wanted = sorted(set(indices))
        if not wanted or wanted[0] < 0:
            message = "Ask for one frame at least, and count from 0."
            raise ValueError(message)
        reply = self._sandbox.call(
            "corpus.media.extraction:extract_frames",
            timeout_s=timeout_s,
            source=str(source.resolve()),
            target=str(target.resolve()),
            indices=wanted,
            max_short_side=max_short_side,
        )
        return ExtractedFrames(
            path=target,
            width=reply["width"],
            height=reply["height"],
            indices=tuple(wanted),
            taken=tuple(reply["taken"]),
            times_s=tuple(reply["times_s"]),
            decoded_count=reply["decoded_count"],
        )
