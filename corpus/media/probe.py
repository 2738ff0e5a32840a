"""Decodes a whole file and says what it is, or why it cannot be used.

Runs in the sandbox. What the container declares is only compared with what was decoded,
never believed.
"""

import hashlib
import statistics
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.video.frame import VideoFrame

from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.facts import AudioFacts, MediaFacts, VideoFacts
from corpus.media.structure import Structure, examine
from corpus.media.verdict import Evidence, judge
from corpus.media.video_reading import (
    AnyPacket,
    FrameReader,
    PacketReader,
    open_media,
    upright_turn,
    video_stream,
)


def probe_file(path: str) -> dict[str, Any]:
    """Decode the file to its end; return `MediaFacts` as JSON values.

    Raises:
        MediaError: The file cannot be used; the code and the sentence say why.
    """
    file = Path(path)
    structure = examine(file)
    if not structure.has_index:
        message = (
            "The file's index (moov) is missing: the recording or the upload was not "
            "finished. Get the whole file and import it again."
        )
        raise MediaError(MediaErrorCode.INDEX_MISSING, message)
    with open_media(file) as container:
        survey = _Survey(container)
        survey.decode_all()
        warnings = judge(survey.evidence(structure))
        kind = structure.kind
        facts = MediaFacts(
            sha256=_sha256_of(file),
            byte_count=file.stat().st_size,
            container=container.format.name if kind == "other" else kind,
            video=survey.video_facts(),
            audio=survey.audio_facts(),
            warnings=tuple(warnings),
        )
    return facts.as_json()


def _sha256_of(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class _Survey:
    """One pass over everything that a file holds."""

    def __init__(self, container: InputContainer) -> None:
        self._container = container
        self._video = video_stream(container)
        self._audio = next(iter(container.streams.audio), None)
        self._reader = FrameReader(self._video)
        self._packets = PacketReader(
            container, [s for s in (self._video, self._audio) if s is not None]
        )
        self._times: list[float] = []
        self._pixel_format = ""
        self._width = self._height = self._rotation = 0
        self._packet_count = self._hidden_count = 0
        self._damaged_count = 0
        self._undecodable_audio_count = 0
        self._audio_end_s = 0.0

    def decode_all(self) -> None:
        for packet in self._packets:
            if packet.stream_index == self._video.index:
                self._packet_count += not packet.is_discard
                self._hidden_count += packet.is_discard
                self._take_frames(packet)
            else:
                self._take_sound(packet)
        self._take_frames(None)

    def evidence(self, structure: Structure) -> Evidence:
        intervals = self._intervals()
        return Evidence(
            structure=structure,
            frame_count=len(self._times),
            packet_count=self._packet_count,
            declared_frame_count=self._video.frames,
            damaged_frame_count=self._damaged_count + self._reader.undecodable_count,
            missing_s=self._missing_s(),
            mean_interval_s=self._mean_interval_s(),
            median_interval_s=statistics.median(intervals),
            longest_interval_s=max(intervals),
            is_cut=self._packets.partial_count > 0 or self._packets.has_failed,
            has_backward_timestamps=self._reader.has_backward_timestamps,
            has_damaged_audio=self._undecodable_audio_count > 0,
        )

    def video_facts(self) -> VideoFacts:
        """Facts about the picture; only after `judge` found frames."""
        context = self._video.codec_context
        intervals, median = self._intervals(), statistics.median(self._intervals())
        duration_s = len(self._times) * self._mean_interval_s()
        aspect = self._video.sample_aspect_ratio
        return VideoFacts(
            codec=context.codec.canonical_name,
            profile=context.profile or "",
            pixel_format=self._pixel_format,
            width=self._width,
            height=self._height,
            rotation=self._rotation,
            pixel_aspect=float(aspect) if aspect else 1.0,
            frame_count=len(self._times),
            duration_s=duration_s,
            fps=len(self._times) / duration_s if duration_s else 0.0,
            has_varying_rate=not (
                0.5 * median <= min(intervals) <= max(intervals) <= 1.5 * median
            ),
            has_backward_timestamps=self._reader.has_backward_timestamps,
            is_trimmed=self._hidden_count > 0,
            damaged_frame_count=self._damaged_count + self._reader.undecodable_count,
        )

    def audio_facts(self) -> AudioFacts | None:
        if self._audio is None:
            return None
        context = self._audio.codec_context
        return AudioFacts(
            codec=context.codec.canonical_name,
            sample_rate=context.sample_rate,
            channel_count=context.layout.nb_channels,
            is_damaged=self._undecodable_audio_count > 0,
        )

    def _take_frames(self, packet: AnyPacket | None) -> None:
        for frame, time, is_damaged in self._reader.decode(packet):
            if not self._times:
                self._note_shape(frame)
            self._times.append(float(time))
            self._damaged_count += is_damaged

    def _note_shape(self, frame: VideoFrame) -> None:
        self._pixel_format = frame.format.name
        self._width, self._height = frame.width, frame.height
        self._rotation = upright_turn(frame)

    def _take_sound(self, packet: AnyPacket) -> None:
        try:
            packet.decode()
        except av.MemoryError:
            raise
        except av.FFmpegError:
            self._undecodable_audio_count += 1
        if packet.pts is not None:
            end = (packet.pts + (packet.duration or 0)) * packet.time_base
            self._audio_end_s = max(self._audio_end_s, float(end))

    def _intervals(self) -> list[float]:
        return [later - earlier for earlier, later in pairwise(self._times)] or [0.0]

    def _mean_interval_s(self) -> float:
        """Mean time between frames, or the declared time of a lonely one."""
        if len(self._times) > 1:
            return (self._times[-1] - self._times[0]) / (len(self._times) - 1)
        return float(1 / (self._video.average_rate or 25))

    def _missing_s(self) -> float:
        """By how much the decoded end falls short of the declared one."""
        last = self._times[-1] if self._times else 0.0
        video_end = last + self._mean_interval_s()
        missing = self._declared_video_end_s() - video_end
        if self._container.duration is not None:
            start = self._container.start_time or 0
            end = (start + self._container.duration) / av.time_base
            missing = max(missing, end - max(video_end, self._audio_end_s))
        return missing

    def _declared_video_end_s(self) -> float:
        """Minus infinity where the container says nothing of the picture alone."""
        stream = self._video
        if self._container.format.name == "avi" and stream.average_rate:
            # The demuxer shortens the length of a cut AVI; its header does not.
            return float(stream.frames / stream.average_rate)
        if stream.duration is None or stream.time_base is None:
            return -float("inf")
        return float(((stream.start_time or 0) + stream.duration) * stream.time_base)
