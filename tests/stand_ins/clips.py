"""The clips that stand in for real ones, and the table that describes them."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from typing import Any, cast

import av
from av.audio.stream import AudioStream
from av.packet import Packet
from av.video.stream import VideoStream

from demo.clips import CONTENT
from tests.specimens.clips import silence

LONG = 300  # frames
_ENCODERS = {
    "h264": "libx264",
    "hevc": "libx265",
    "vp8": "libvpx",
    "vp9": "libvpx-vp9",
    "mp3": "libmp3lame",
    "opus": "libopus",
}
# Where an MP4 keeps its index.
_INDEX = {
    "front": {"movflags": "faststart"},
    "end": {},
    "fragments": {"movflags": "frag_keyframe+empty_moov"},
}
_OPTIONS = {
    "h264": {"preset": "veryfast", "g": "60", "keyint_min": "60", "sc_threshold": "0"},
    "hevc": {"preset": "ultrafast", "x265-params": "log-level=none"},
    "mpeg4": {"g": "1"},  # all frames of about one size
    "vp8": {"deadline": "realtime", "cpu-used": "8"},
    "vp9": {"deadline": "realtime", "cpu-used": "8"},
}
_CELLS = ("file", "codec", "pix_fmt", "width", "height", "frames", "duration_s")
_COLUMNS = (*_CELLS, "rotation", "vfr", "audio", "bytes", "sha256")


@dataclass(frozen=True)
class StandIn:
    """One clip, as it is drawn.

    Attributes:
        shows: Which of the demo's clips.
        aspect: How wide a pixel is for its height.
        index: Where an MP4 keeps its index: at the front, the end, or in fragments.
        goes_back: Two frames claim each other's time, twice.
    """

    file: str
    shows: str
    codec: str = "h264"
    size: tuple[int, int] = (160, 120)
    pixels: str = "yuv420p"
    frames: int = 60
    rate: int = 30
    rotation: int = 0
    aspect: Fraction = Fraction(1)
    sound: str = ""
    index: str = "front"
    goes_back: bool = False

    def row(self, content: bytes) -> dict[str, object]:
        """What the table says of the file with this content."""
        cells = (
            *(self.file, self.codec, self.pixels, *self.size, self.frames),
            *(f"{self.frames / self.rate:.3f}", self.rotation, "no"),
            *(self.sound or "none", len(content), hashlib.sha256(content).hexdigest()),
        )
        return dict(zip(_COLUMNS, cells, strict=True))


STAND_INS = (
    StandIn("airplane_landing.mp4", "night_train", sound="mp3"),
    StandIn(
        "arm_wrestling.mp4", "dominoes", size=(340, 256), aspect=Fraction(427, 340)
    ),
    StandIn("basketball_gym.mp4", "bike_puddles", frames=LONG),
    StandIn("bass_guitar.mp4", "cat_shelf"),
    StandIn("batting_cage.mp4", "dough_jar", frames=LONG),
    StandIn("bottles.mp4", "night_train", index="end"),
    StandIn("cardboard_box_vfr.mp4", "cat_shelf", "mpeg4", goes_back=True),
    StandIn("chaplin.mp4", "lamp_at_three", sound="mp3"),
    StandIn("classroom.gif", "dough_jar", "gif", pixels="bgra", rate=10),
    StandIn("clay_animation.webm", "pancake_flip", "vp8"),
    StandIn("cockatoo.mp4", "bike_puddles", pixels="yuv444p"),
    StandIn("concert_singer.mp4", "cat_shelf", sound="aac", index="fragments"),
    StandIn("crystal_flower.webm", "paper_boat", "vp8"),
    StandIn("dog_in_snow.mp4", "dominoes", "mpeg4", (640, 480), rate=5, frames=40),
    StandIn("flipping_a_pancake.mkv", "pancake_flip", size=(426, 240), sound="opus"),
    StandIn("flower.webm", "paper_boat", "vp8"),
    StandIn("fruit_vegetables_hevc.mp4", "bike_puddles", "hevc", rate=15),
    StandIn("newtons_cradle.gif", "dominoes", "gif", pixels="bgra", frames=20, rate=10),
    StandIn("parking_lot.gif", "cat_shelf", "gif", (480, 270), "bgra", rate=10),
    StandIn("sign_language_book.mkv", "lamp_at_three", pixels="yuvj420p"),
    StandIn(
        "skateboarding_dog_rotated.mp4", "night_train",
        size=(640, 360), frames=210, rotation=90,
    ),
    StandIn("stream_of_water.mp4", "paper_boat", sound="aac"),
    StandIn("toy_rabbit.mp4", "pancake_flip", sound="aac"),
    StandIn("two_faces_odd_vp9.webm", "lamp_at_three", "vp9", size=(427, 241), rate=12),
    StandIn("worker_mpeg4.avi", "dough_jar", "mpeg4", frames=LONG, rate=15),
)  # fmt: skip


def draw_all(folder: Path) -> None:
    """Write every clip into a folder, and their table beside it."""
    rows = []
    for clip in STAND_INS:
        path = folder / clip.file
        draw(clip, path)
        rows.append(clip.row(path.read_bytes()))
    table = folder.with_name("videos.csv")
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, _COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def draw(clip: StandIn, path: Path) -> None:
    """Write one clip."""
    flags = _INDEX[clip.index] if path.suffix == ".mp4" else {}
    with av.open(str(path), "w", options=flags) as output:
        encoder = _ENCODERS.get(clip.codec, clip.codec)
        stream = cast(VideoStream, output.add_stream(encoder, rate=clip.rate))
        stream.width, stream.height = clip.size
        stream.pix_fmt = "rgb8" if clip.codec == "gif" else clip.pixels
        stream.codec_context.sample_aspect_ratio = clip.aspect
        stream.options = {**_OPTIONS.get(clip.codec, {})}
        if clip.rotation:
            stream.set_display_rotation(clip.rotation)
        speaker = None
        if clip.sound:
            sound = _ENCODERS.get(clip.sound, clip.sound)
            speaker = cast(AudioStream, output.add_stream(sound, rate=48_000))
        packets = []
        for number, frame in enumerate(_frames(clip)):
            shown = frame.reformat(*clip.size, format=stream.pix_fmt)
            shown.pts, shown.time_base = number, Fraction(1, clip.rate)
            packets += stream.encode(shown)
        packets += stream.encode(None)
        output.mux(_disordered(packets) if clip.goes_back else packets)
        if speaker is not None:
            output.mux(speaker.encode(silence()))
            output.mux(speaker.encode(None))


def _disordered(packets: "list[Packet[Any]]") -> "list[Packet[Any]]":
    for packet in packets:
        assert packet.dts is not None
        packet.dts -= 2  # never after the time of showing
    for first, second in (packets[20:22], packets[40:42]):
        first.pts, second.pts = second.pts, first.pts
    return packets


def _frames(clip: StandIn) -> Iterator[av.VideoFrame]:
    """As many as it has: the demo's clip forwards, backwards, forwards again."""
    shown = _decoded(clip.shows)
    yield from islice(cycle((*shown, *shown[-2:0:-1])), clip.frames)


@cache
def _decoded(name: str) -> tuple[av.VideoFrame, ...]:
    with av.open(str(CONTENT / f"{name}.mp4")) as source:
        return tuple(
            frame.reformat(160, 120, "yuv420p") for frame in source.decode(video=0)
        )
