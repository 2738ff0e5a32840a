"""Whether what was decoded is good enough, from numbers alone.

Limits, as measured on real clips with bytes changed at random: damage shows in H.264,
HEVC, MPEG-4 and AV1, whose decoders notice it, and in WebM and GIF where it breaks the
container's chain. VP8, VP9 and GIF pictures carry no checks of their own: a change
inside one of their frames can stay unseen.
"""

import math
from dataclasses import dataclass

from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.structure import Structure

# A shorter share of damaged frames is a flicker, and only a warning.
_MAX_DAMAGED_SHARE = 0.01
# Without other signs of a cut, containers may overstate their length by so much.
_MAX_MISSING_SHARE = 0.02
_MAX_MISSING_S = 0.5
_MIN_FRAME_COUNT = 2
# Elsewhere packets may hold several frames, or none to show; AVI counts empty slots.
_ONE_PACKET_A_FRAME = {"mp4", "gif"}
# A hold in a video of otherwise quick frames, in seconds and in median frames.
_MIN_HOLD_S = 1.0
_MIN_HOLD_FRAMES = 10


@dataclass(frozen=True)
class Evidence:
    """What a decoding of the whole file showed.

    Attributes:
        packet_count: Packets of frames to show.
        declared_frame_count: By the container, shown or not; 0 where it does not say.
        damaged_frame_count: Frames with decoding errors, and packets that gave none.
        missing_s: Declared end minus the decoded one; negative where more came.
        mean_interval_s: Between frames.
        median_interval_s: Between frames.
        longest_interval_s: Between frames.
        is_cut: Some packet is there in part, or reading ended with an error.
    """

    structure: Structure
    frame_count: int
    packet_count: int
    declared_frame_count: int
    damaged_frame_count: int
    missing_s: float
    mean_interval_s: float
    median_interval_s: float
    longest_interval_s: float
    is_cut: bool
    has_backward_timestamps: bool
    has_damaged_audio: bool


def judge(evidence: Evidence) -> list[str]:
    """Sentences about what is wrong but bearable.

    Raises:
        MediaError: The file must not be used: truncated, damaged or too short.
    """
    _refuse_truncated(evidence)
    _refuse_damaged(evidence)
    if evidence.frame_count < _MIN_FRAME_COUNT:
        message = "The video has a single frame; a video needs two or more."
        raise MediaError(MediaErrorCode.TOO_SHORT, message)
    return _warnings(evidence)


def _refuse_truncated(evidence: Evidence) -> None:
    is_cut = evidence.is_cut or evidence.structure.is_cut
    tolerance_s = (
        1.5 * evidence.mean_interval_s
        if is_cut
        else max(_MAX_MISSING_S, _MAX_MISSING_SHARE * _declared_s(evidence))
    )
    unread_count = max(0, evidence.declared_frame_count - evidence.frame_count)
    counts_frames = evidence.structure.kind in _ONE_PACKET_A_FRAME
    if (
        evidence.missing_s > tolerance_s
        or (is_cut and counts_frames and unread_count > 1)
        or (is_cut and not _says_its_length(evidence))
    ):
        raise MediaError(MediaErrorCode.TRUNCATED, _truncation(evidence))


def _says_its_length(evidence: Evidence) -> bool:
    """Whether a cut can be measured; a GIF's length is counted by the reader."""
    return evidence.structure.kind != "gif" and math.isfinite(evidence.missing_s)


def _truncation(evidence: Evidence) -> str:
    what = f"The file is cut off: {evidence.frame_count} frames came"
    if evidence.declared_frame_count > evidence.frame_count:
        what += f" of {evidence.declared_frame_count}"
    if evidence.missing_s > 0:
        what += f", and the last {evidence.missing_s:.1f} s are missing"
    return what + ". Get the whole file and import it again."


def _refuse_damaged(evidence: Evidence) -> None:
    bad, total = _bad_frame_count(evidence), max(_total(evidence), 1)
    if bad > _MAX_DAMAGED_SHARE * total and bad > 1:
        message = f"The video is damaged: {bad} of {total} frames are broken or lost."
        raise MediaError(MediaErrorCode.DAMAGED, message)
    if evidence.structure.is_damaged:
        message = "The file is damaged: its parts do not join, so frames are lost."
        raise MediaError(MediaErrorCode.DAMAGED, message)
    if evidence.frame_count == 0:
        message = "Not one frame of the video could be decoded."
        raise MediaError(MediaErrorCode.DAMAGED, message)


def _bad_frame_count(evidence: Evidence) -> int:
    """Frames that show errors, or else packets that gave none."""
    lost = _total(evidence) - evidence.frame_count
    return max(evidence.damaged_frame_count, lost)


def _total(evidence: Evidence) -> int:
    if evidence.structure.kind in _ONE_PACKET_A_FRAME:
        return max(evidence.packet_count, evidence.frame_count)
    return evidence.frame_count


def _declared_s(evidence: Evidence) -> float:
    return evidence.frame_count * evidence.mean_interval_s + evidence.missing_s


def _warnings(evidence: Evidence) -> list[str]:
    warnings = []
    bad = _bad_frame_count(evidence)
    if bad:
        count = evidence.frame_count
        warnings.append(f"{bad} frame(s) beside {count} good ones are broken or lost.")
    if evidence.is_cut or evidence.structure.is_cut:
        warnings.append("The file is cut off after the last frame.")
    if evidence.has_backward_timestamps:
        warnings.append("Timestamps went backwards and were put in order.")
    if evidence.longest_interval_s > max(
        _MIN_HOLD_S, _MIN_HOLD_FRAMES * evidence.median_interval_s
    ):
        hold = f"{evidence.longest_interval_s:.1f} s"
        warnings.append(f"The picture stands still for {hold}: frames may be lost.")
    if evidence.has_damaged_audio:
        warnings.append("Parts of the sound could not be decoded.")
    return warnings
