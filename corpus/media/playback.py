"""How to make of a video the one file that every browser plays.

Served is always an MP4 with H.264 and AAC or MP3, the index in front, upright pixels
and no tags. H.264 in MP4 is the one format that all browsers play, old iPhones too. VP8
and VP9 play on iPhones only since iOS 17.4, and AV1 only where the chip decodes it; an
annotator with a black rectangle would judge blind, so WebM is transcoded as well, and
everybody judges the same pixels. What fits already is only copied into a fresh
container, which takes milliseconds and leaves the source's tags behind.
"""

from dataclasses import asdict, dataclass
from typing import Any, Self

from corpus.media.facts import AudioFacts, MediaFacts, VideoFacts

# The shorter side of the picture, in pixels.
MAX_SHORT_SIDE = 720
_PLAYED_PROFILES = {"Baseline", "Constrained Baseline", "Main", "High"}
_PLAYED_PIXELS = {"yuv420p", "yuvj420p"}
_PLAYED_SOUND = {"aac", "mp3"}
# Others keep H.264 without the timestamps that MP4 needs.
_COPIED_CONTAINERS = {"mp4", "matroska"}


@dataclass(frozen=True)
class Conversion:
    """What to do with each stream.

    Attributes:
        width: Of the picture to encode, upright; 0 where it is copied.
        height: Likewise.
        audio: "copy", "encode" or "none".
        reasons: Why the picture or the sound cannot be copied.
    """

    width: int
    height: int
    audio: str
    reasons: tuple[str, ...]

    @property
    def encodes_video(self) -> bool:
        return self.width > 0

    @property
    def action(self) -> str:
        """One word for people: what this amounts to."""
        return "transcoded" if self.encodes_video else "remuxed"

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        return cls(**values | {"reasons": tuple(values["reasons"])})

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def conversion_for(
    facts: MediaFacts, *, max_short_side: int = MAX_SHORT_SIDE, fits_mp4: bool = True
) -> Conversion:
    """Decide what is copied and what is encoded anew.

    Args:
        facts: Of the original.
        max_short_side: In pixels; larger pictures are made smaller.
        fits_mp4: False once copying has failed: then nothing is copied.
    """
    reasons = _against_copying(facts, max_short_side)
    if not fits_mp4:
        reasons.append("its packets do not fit into MP4")
    width, height = _upright_size(facts.video, max_short_side) if reasons else (0, 0)
    audio = _audio_of(facts.audio, may_copy=fits_mp4 and not facts.video.is_trimmed)
    if facts.audio is not None and audio == "encode" and not reasons:
        reasons.append(_against_copying_sound(facts.audio))
    return Conversion(
        width=width,
        height=height,
        audio=audio,
        reasons=tuple(reasons),
    )


def _against_copying(facts: MediaFacts, max_short_side: int) -> list[str]:
    video = facts.video
    checks = {
        f"browsers do not all play {video.codec}": video.codec != "h264",
        f"profile {video.profile}": video.codec == "h264"
        and video.profile not in _PLAYED_PROFILES,
        f"pixel format {video.pixel_format}": video.codec == "h264"
        and video.pixel_format not in _PLAYED_PIXELS,
        f"container {facts.container}": facts.container not in _COPIED_CONTAINERS,
        f"turned by {video.rotation} degrees": video.rotation != 0,
        "timestamps go backwards": video.has_backward_timestamps,
        # Copied, what an editor cut off would be seen again.
        "trimmed by an edit list": video.is_trimmed,
        "damaged frames": video.damaged_frame_count > 0,
        f"larger than {max_short_side} pixels": min(video.width, video.height)
        > max_short_side,
    }
    return [reason for reason, applies in checks.items() if applies]


def _audio_of(audio: AudioFacts | None, *, may_copy: bool) -> str:
    if audio is None:
        return "none"
    if may_copy and audio.codec in _PLAYED_SOUND and not audio.is_damaged:
        return "copy"
    return "encode"


def _against_copying_sound(audio: AudioFacts) -> str:
    return "damaged sound" if audio.is_damaged else f"sound in {audio.codec}"


def _upright_size(video: VideoFacts, max_short_side: int) -> tuple[int, int]:
    """Square pixels, even sides, the shorter one at most `max_short_side`."""
    width, height = video.width * video.pixel_aspect, float(video.height)
    if video.rotation % 180:
        width, height = height, width
    scale = min(1.0, max_short_side / min(width, height))
    return _even(width * scale), _even(height * scale)


def _even(length: float) -> int:
    return max(2, int(length / 2 + 0.25) * 2)
