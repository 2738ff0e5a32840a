"""Encoders of picture and sound, each from the packets of one source stream."""

from fractions import Fraction

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.codec.context import Flags
from av.container import OutputContainer
from av.filter import Graph
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from corpus.media.playback import Conversion
from corpus.media.video_reading import (
    THREAD_COUNT,
    AnyPacket,
    FrameReader,
    TimedFrame,
    upright_turn,
)

# MPEG's clock divides all usual frame rates.
_TICKS_PER_S = 90_000
_SHORTEST = Fraction(1, 1000)
_QUALITY = {"preset": "veryfast", "crf": "23", "profile": "high"}
# A seek decodes from the key frame before it.
_KEY_FRAME_EVERY_S = 2
_SOUND_BITS_PER_S = 128_000
_SOUND_RATES = (44_100, 48_000)
_BT709, _LIMITED_RANGE = 1, 1


class PictureEncoder:
    """Decodes, turns and scales frames, and encodes them at their own times."""

    def __init__(
        self, output: OutputContainer, source: VideoStream, conversion: Conversion
    ) -> None:
        self.source = source
        self._output = output
        self._conversion = conversion
        # Nothing is judged here, so decoding may go on beside encoding.
        source.codec_context.thread_type = "AUTO"
        self._reader = FrameReader(source)
        self._turner = _Turner()
        self._held: TimedFrame | None = None
        self._first_time = Fraction(0)
        self._interval_count = 0
        self._stream = self._add_stream()

    def take(self, packet: AnyPacket) -> None:
        for frame in self._reader.decode(packet):
            self._push(frame)

    def finish(self) -> None:
        for frame in self._reader.decode(None):
            self._push(frame)
        if self._held is not None:
            self._encode(self._held, self._last_duration(self._held))
        self._output.mux(self._stream.encode(None))

    def _last_duration(self, last: TimedFrame) -> Fraction:
        """How long the last frame stands: as it says, but not less than the mean."""
        own = (last.frame.duration or 0) * Fraction(self.source.time_base or 0)
        if self._interval_count == 0:
            return own or 1 / self._rate()
        return max(own, (last.time - self._first_time) / self._interval_count)

    def _rate(self) -> Fraction:
        return Fraction(self.source.average_rate or 25)

    def _add_stream(self) -> VideoStream:
        every = max(1, round(_KEY_FRAME_EVERY_S * self._rate()))
        stream = self._output.add_stream(
            "libx264", rate=self._rate(), options=_QUALITY | {"g": str(every)}
        )
        stream.width, stream.height = self._conversion.width, self._conversion.height
        stream.pix_fmt = "yuv420p"
        context = stream.codec_context
        context.time_base = Fraction(1, _TICKS_PER_S)
        context.flags |= Flags.frame_duration
        context.thread_count = THREAD_COUNT
        context.color_range = _LIMITED_RANGE
        given = self.source.codec_context
        context.colorspace = _BT709 if self._is_rgb() else given.colorspace
        context.color_primaries = given.color_primaries
        context.color_trc = given.color_trc
        return stream

    def _is_rgb(self) -> bool:
        pixels = self.source.codec_context.format
        return pixels is not None and pixels.is_rgb

    def _push(self, frame: TimedFrame) -> None:
        """Encode the frame before this one: how long it stands is known now."""
        if self._held is None:
            self._first_time = frame.time
        else:
            # Two frames may claim one time; none is dropped for it.
            frame = frame._replace(time=max(frame.time, self._held.time + _SHORTEST))
            self._encode(self._held, frame.time - self._held.time)
            self._interval_count += 1
        self._held = frame

    def _encode(self, timed: TimedFrame, duration: Fraction) -> None:
        frame = self._prepared(timed.frame)
        frame.pts = round(timed.time * _TICKS_PER_S)
        frame.duration = round(duration * _TICKS_PER_S)
        frame.time_base = Fraction(1, _TICKS_PER_S)
        # Or else the encoder would repeat the source's choice of key frames.
        frame.pict_type = PictureType.NONE
        self._output.mux(self._stream.encode(frame))

    def _prepared(self, frame: VideoFrame) -> VideoFrame:
        degrees = upright_turn(frame)
        width, height = self._conversion.width, self._conversion.height
        if degrees % 180:
            width, height = height, width
        scaled = frame.reformat(
            width,
            height,
            format="yuv420p",
            dst_colorspace=_BT709 if self._is_rgb() else None,
            dst_color_range=_LIMITED_RANGE,
            interpolation="BICUBIC",
        )
        return self._turner.turn(scaled, degrees)


class _Turner:
    """Turns frames of one size by a fixed angle."""

    _FILTERS = {90: ("cclock",), 180: ("clock", "clock"), 270: ("clock",)}

    def __init__(self) -> None:
        self._graph: Graph | None = None

    def turn(self, frame: VideoFrame, degrees: int) -> VideoFrame:
        """Turn counterclockwise by 0, 90, 180 or 270 degrees."""
        if degrees == 0:
            return frame
        if self._graph is None:
            self._graph = self._build(frame, degrees)
        self._graph.vpush(frame)
        return self._graph.vpull()

    def _build(self, frame: VideoFrame, degrees: int) -> Graph:
        graph = Graph()
        chain = [
            graph.add_buffer(
                width=frame.width,
                height=frame.height,
                format=frame.format,
                time_base=Fraction(1, _TICKS_PER_S),
            ),
            *(graph.add("transpose", f"dir={way}") for way in self._FILTERS[degrees]),
            graph.add("buffersink"),
        ]
        graph.link_nodes(*chain).configure()
        return graph


class SoundEncoder:
    """Encodes sound as AAC, in mono or stereo; what does not decode is left out."""

    def __init__(self, output: OutputContainer, source: AudioStream) -> None:
        self.source = source
        self._output = output
        context = source.codec_context
        rate = context.sample_rate if context.sample_rate in _SOUND_RATES else 48_000
        layout = "mono" if context.layout.nb_channels == 1 else "stereo"
        self._stream = output.add_stream("aac", rate=rate, layout=layout)
        self._stream.bit_rate = _SOUND_BITS_PER_S
        self._shape: tuple[str, str, int] | None = None

    def take(self, packet: AnyPacket) -> None:
        try:
            frames = self.source.codec_context.decode(packet)
        except av.MemoryError:
            raise
        except av.FFmpegError:
            return
        for frame in frames:
            if self._fits(frame):
                self._output.mux(self._stream.encode(frame))

    def finish(self) -> None:
        self._output.mux(self._stream.encode(None))

    def _fits(self, frame: AudioFrame) -> bool:
        """Whether the frame is like the first one; damaged ones may not be."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        self._shape = self._shape or shape
        return shape == self._shape
