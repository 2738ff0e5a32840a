"""What a probe found in a media file, as plain values that travel as JSON."""

from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True)
class VideoFacts:
    """The picture.

    Attributes:
        width: As coded, in pixels, before rotation; `height` likewise.
        rotation: Degrees counterclockwise by which to turn it for showing; 0, 90, 180
            or 270.
        pixel_aspect: Width of a pixel over its height; 1.0 where not stated.
        frame_count: Frames that were really decoded.
        duration_s: From the first frame to the end of the last, which counts as long as
            the mean frame.
        fps: `frame_count / duration_s`.
        has_varying_rate: Some frame stands over 1.5 or under 0.5 times the median.
        has_backward_timestamps: Decoded frames' timestamps are not in order.
        is_trimmed: The file holds more than it shows: an editor cut it by an edit list.
        damaged_frame_count: Frames with decoding errors, and packets that gave none.
    """

    codec: str
    profile: str
    pixel_format: str
    width: int
    height: int
    rotation: int
    pixel_aspect: float
    frame_count: int
    duration_s: float
    fps: float
    has_varying_rate: bool
    has_backward_timestamps: bool
    is_trimmed: bool
    damaged_frame_count: int

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height as people see them: upright, in square pixels."""
        width, height = round(self.width * self.pixel_aspect), self.height
        return (height, width) if self.rotation % 180 else (width, height)


@dataclass(frozen=True)
class AudioFacts:
    """The first audio stream; `is_damaged` where packets of it did not decode."""

    codec: str
    sample_rate: int
    channel_count: int
    is_damaged: bool


@dataclass(frozen=True)
class MediaFacts:
    """A file that decodes, with what was found unusual about it.

    Attributes:
        container: "mp4", "matroska", "avi", "gif", or the demuxer's name.
        warnings: Sentences about what is wrong, yet not bad enough to refuse the file.
    """

    sha256: str
    byte_count: int
    container: str
    video: VideoFacts
    audio: AudioFacts | None
    warnings: tuple[str, ...]

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Facts from what `as_json` gave."""
        audio = values["audio"]
        return cls(
            **values
            | {
                "video": VideoFacts(**values["video"]),
                "audio": AudioFacts(**audio) if audio else None,
                "warnings": tuple(values["warnings"]),
            }
        )

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)
