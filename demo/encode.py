"""Encode a scene as an mp4 that every browser plays: H.264, AAC, index in front."""

import os
from fractions import Fraction
from pathlib import Path

import av
from av.audio import AudioStream
from av.container import OutputContainer
from av.video import VideoStream

from demo.canvas import SUPERSAMPLE
from demo.scene import FRAMES_PER_SECOND, Scene
from demo.sound import SAMPLES_PER_SECOND

PIXELS = "yuv420p"
# Without macroblock-tree rate control: it reads memory that it never wrote, so that two
# runs differ by some bytes, and a clip is known by its hash.
QUALITY = {
    "preset": "slow",
    "crf": "28",
    "tune": "animation",
    "x264-params": "mbtree=0",
}
SECONDS_PER_KEYFRAME = 2
BT601 = 6
"""The code of SMPTE 170M, what players assume for pictures of this size."""
LIMITED_RANGE = 1
SOUND_BITS_PER_SECOND = 64_000


def encode(scene: Scene, path: Path) -> None:
    """Render a scene to ``path``; the file appears there only when it is whole."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        _write(scene, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write(scene: Scene, path: Path) -> None:
    with av.open(
        str(path), "w", format="mp4", options={"movflags": "+faststart"}
    ) as file:
        video = _video_stream(file, scene)
        audio = _audio_stream(file) if scene.sound else None
        _encode_pictures(file, video, scene)
        if audio and scene.sound:
            _encode_sound(file, audio, scene.sound())


def _video_stream(file: OutputContainer, scene: Scene) -> VideoStream:
    stream = file.add_stream("libx264", rate=FRAMES_PER_SECOND, options=QUALITY)
    stream.width, stream.height = scene.width, scene.height
    stream.pix_fmt = PIXELS
    context = stream.codec_context
    # One thread keeps the file the same on every machine; clips run side by side.
    context.thread_count = 1
    context.gop_size = SECONDS_PER_KEYFRAME * FRAMES_PER_SECOND
    context.colorspace = context.color_primaries = context.color_trc = BT601
    context.color_range = LIMITED_RANGE
    return stream


def _audio_stream(file: OutputContainer) -> AudioStream:
    stream = file.add_stream("aac", rate=SAMPLES_PER_SECOND, layout="mono")
    stream.bit_rate = SOUND_BITS_PER_SECOND
    return stream


def _encode_pictures(file: OutputContainer, stream: VideoStream, scene: Scene) -> None:
    for number, canvas in enumerate(scene.frames()):
        image = canvas.image.reduce(SUPERSAMPLE)
        picture = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
        frame = picture.reformat(format=PIXELS)
        frame.pts, frame.time_base = number, Fraction(1, FRAMES_PER_SECOND)
        file.mux(stream.encode(frame))
    file.mux(stream.encode(None))


def _encode_sound(file: OutputContainer, stream: AudioStream, samples: bytes) -> None:
    frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples) // 2)
    frame.planes[0].update(samples)
    frame.sample_rate, frame.pts = SAMPLES_PER_SECOND, 0
    frame.time_base = Fraction(1, SAMPLES_PER_SECOND)
    file.mux(stream.encode(frame))
    file.mux(stream.encode(None))
