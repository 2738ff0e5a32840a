"""One careful way to open a video and to read its frames in the order of showing."""

import heapq
import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from corpus.media.errors import MediaError, MediaErrorCode

# Demuxers that read nothing but the file they are given. Playlists are not among
# them: they could name other files of this machine, or addresses.
_FORMATS = "mov,matroska,avi,gif,mpegts,mpeg,flv,asf,ogg"
_MAX_PIXELS = 8192 * 4320
# Few threads, so that memory does not grow with the machine.
THREAD_COUNT = min(4, os.cpu_count() or 1)
# H.264 and HEVC put a frame at most 16 places away from where it is shown.
_MAX_REORDERING = 16


if TYPE_CHECKING:
    AnyPacket = Packet[Stream]
else:  # generic in its type stubs alone
    AnyPacket = Packet


class TimedFrame(NamedTuple):
    """A frame with the time at which it is shown, on the container's clock."""

    frame: VideoFrame
    time: Fraction
    is_damaged: bool


@contextmanager
def open_media(path: Path) -> Iterator[InputContainer]:
    """Open a file by a demuxer of the allowed formats.

    Raises:
        MediaError: It does not open.
    """
    options = {"format_whitelist": _FORMATS, "protocol_whitelist": "file"}
    try:
        container = av.open(str(path.resolve()), options=options)
    except av.MemoryError:
        raise
    except av.FFmpegError as error:
        message = (
            "The file does not open as a video: its format is not read here, or its "
            "header is damaged. Convert it to MP4."
        )
        raise MediaError(MediaErrorCode.UNREADABLE, message) from error
    with container:
        yield container


def video_stream(container: InputContainer) -> VideoStream:
    """The first stream of moving pictures, ready to decode.

    Raises:
        MediaError: There is none, no decoder for it, or its pictures are too large.
    """
    streams = [s for s in container.streams.video if not _is_cover(s)]
    if not streams:
        message = "The file holds no moving picture."
        if container.streams.audio:
            message = "The file holds sound but no moving picture."
        raise MediaError(MediaErrorCode.NO_PICTURE, message)
    stream = streams[0]
    # None where no decoder is built in, whatever the type stubs say.
    if getattr(stream, "codec_context", None) is None:
        message = "The video's codec is not known here; convert it to H.264 in MP4."
        raise MediaError(MediaErrorCode.NO_DECODER, message)
    context = stream.codec_context
    if context.width * context.height > _MAX_PIXELS:
        size = f"{context.width} x {context.height}"
        message = f"The pictures of {size} pixels are too large; make them smaller."
        raise MediaError(MediaErrorCode.TOO_LARGE, message)
    # Threads would lose marks of damage, now this one, now that one.
    context.thread_type = "NONE"
    context.thread_count = THREAD_COUNT
    return stream


def upright_turn(frame: VideoFrame) -> int:
    """Degrees counterclockwise that turn the frame upright: 0, 90, 180 or 270."""
    return round(frame.rotation / 90) * 90 % 360


def picture_of(
    frame: VideoFrame, width: float, height: float, interpolation: str
) -> Image.Image:
    """The frame as an RGB picture of a given size, not turned."""
    picture: Image.Image = frame.to_image(  # type: ignore[no-untyped-call]
        width=max(1, round(width)),
        height=max(1, round(height)),
        interpolation=interpolation,
    )
    return picture


def _is_cover(stream: Stream) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)


class PacketReader:
    """Packets of some streams; a read error ends them and is remembered.

    Attributes:
        has_failed: Reading ended by an error, not by the end of the file.
        partial_count: Packets of which the file holds only a part.
    """

    def __init__(self, container: InputContainer, streams: Sequence[Stream]) -> None:
        self._packets = container.demux(list(streams))
        self.has_failed = False
        self.partial_count = 0

    def __iter__(self) -> Iterator[AnyPacket]:
        try:
            for packet in self._packets:
                # Empty ones stand for nothing, but would end the decoder's work.
                if packet.size:
                    self.partial_count += packet.is_corrupt
                    yield packet
        except av.MemoryError:
            raise
        except av.FFmpegError:
            self.has_failed = True


class FrameReader:
    """Turns packets of one video stream into frames, in the order of showing.

    The decoder's order is the right one; some files' timestamps are not (they follow
    the coded order). So the k-th frame is shown at the k-th smallest timestamp.

    Attributes:
        undecodable_count: Packets that the decoder refused.
        has_backward_timestamps: Whether any timestamp had to be put in order.
    """

    def __init__(self, stream: VideoStream) -> None:
        self._stream = stream
        # The decoder's last frames do not carry it themselves.
        self._time_base = Fraction(stream.time_base or 1)
        self._frame_interval = 1 / Fraction(stream.average_rate or 25)
        self._waiting: deque[VideoFrame] = deque()
        self._times: list[Fraction] = []
        self._latest: Fraction | None = None
        self.undecodable_count = 0
        self.has_backward_timestamps = False

    def decode(self, packet: AnyPacket | None) -> Iterator[TimedFrame]:
        """Frames that are due after this packet; None asks for all that are left."""
        for frame in self._frames_of(packet):
            self._waiting.append(frame)
            heapq.heappush(self._times, self._time_of(frame))
            if len(self._waiting) > _MAX_REORDERING:
                yield self._next()
        while packet is None and self._waiting:
            yield self._next()

    def _frames_of(self, packet: AnyPacket | None) -> Sequence[VideoFrame]:
        try:
            return self._stream.codec_context.decode(packet)
        except av.MemoryError:
            raise
        except av.FFmpegError:
            self.undecodable_count += 1
            return []

    def _time_of(self, frame: VideoFrame) -> Fraction:
        if frame.pts is not None:
            time = frame.pts * self._time_base
        else:
            previous = -self._frame_interval if self._latest is None else self._latest
            time = previous + self._frame_interval
        if self._latest is not None and time < self._latest:
            self.has_backward_timestamps = True
        self._latest = time
        return time

    def _next(self) -> TimedFrame:
        frame = self._waiting.popleft()
        return TimedFrame(frame, heapq.heappop(self._times), frame.is_corrupt)
