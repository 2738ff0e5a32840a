"""Clips that the tests draw themselves: each frame can be told from the others."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from PIL import Image

TICKS_PER_S = 1000


def gray_of(index: int) -> int:
    """The brightness of frame `index`: 32 frames can be told apart."""
    return 4 + 8 * (index % 32)


def write_clip(
    path: Path,
    *,
    codec: str = "libx264",
    size: tuple[int, int] = (64, 48),
    times_ms: Sequence[int] = tuple(range(0, 800, 40)),
    pixels: str = "yuv420p",
    tags: dict[str, str] | None = None,
    sound: str = "",
) -> Path:
    """Write a clip of plain gray frames, shown at `times_ms`; return its path."""
    with av.open(str(path), "w") as output:
        output.metadata.update(tags or {})
        stream = cast(VideoStream, output.add_stream(codec, rate=25))
        stream.width, stream.height = size
        stream.pix_fmt = pixels
        stream.codec_context.time_base = Fraction(1, TICKS_PER_S)
        speaker = _add_sound(output, sound)
        for index, time in enumerate(times_ms):
            shade = gray_of(index)
            image = Image.new("RGB", size, (shade, shade, shade))
            frame = frame_of(image, pixels)
            frame.pts, frame.time_base = time, Fraction(1, TICKS_PER_S)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
        if speaker is not None:
            output.mux(speaker.encode(silence()))
            output.mux(speaker.encode(None))
    return path


def _add_sound(output: OutputContainer, codec: str) -> AudioStream | None:
    if not codec:
        return None
    return cast(AudioStream, output.add_stream(codec, rate=48_000))


def frame_of(image: Image.Image, pixels: str) -> av.VideoFrame:
    frame: av.VideoFrame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
    return frame.reformat(format=pixels)


def image_of(frame: av.VideoFrame) -> Image.Image:
    image: Image.Image = frame.to_image()  # type: ignore[no-untyped-call]
    return image


def show_only(path: Path, duration_ms: int) -> None:
    """Let an MP4's edit list (ISO/IEC 14496-12, 8.6.6) show only its beginning."""
    data = bytearray(path.read_bytes())
    duration = data.index(b"elst") + 12
    data[duration : duration + 4] = duration_ms.to_bytes(4, "big")
    path.write_bytes(data)


def copy_beginning(source: Path, target: Path, seconds: float) -> Path:
    """Copy a clip's first seconds as they are coded; return its path."""
    with av.open(str(source)) as clip, av.open(str(target), "w") as output:
        # Opaque: a codec that is only decoded here (AV1) can be copied all the same.
        streams = {
            stream.index: output.add_stream_from_template(stream, opaque=True)
            for stream in clip.streams
        }
        for packet in clip.demux():
            if packet.dts is None or packet.pts is None:
                continue  # the empty packet at a stream's end
            if float(packet.pts * packet.time_base) < seconds:
                packet.stream = streams[packet.stream_index]
                output.mux(packet)
    return target


def silence() -> av.AudioFrame:
    """One second of it."""
    frame = av.AudioFrame(format="fltp", layout="stereo", samples=48_000)
    for plane in frame.planes:
        plane.update(bytes(plane.buffer_size))
    frame.sample_rate, frame.pts = 48_000, 0
    return frame
