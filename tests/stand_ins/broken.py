"""The files that stand in for broken ones: each is wrong in the way its name says."""

import random
from pathlib import Path

import av
from PIL import Image

from tests.specimens.clips import silence, write_clip


def write_all(folder: Path, videos: Path) -> None:
    """Write every broken file; most are made from a sound clip of 300 frames."""
    sound = videos / "batting_cage.mp4"
    _damage(sound, folder / "corrupt_middle.mp4", 120, 170)
    _cut(sound, folder / "truncated_half.mp4", 300 - 138)
    data = sound.read_bytes()
    moov = data.index(b"moov")
    length = int.from_bytes(data[moov - 4 : moov], "big")
    without_index = data[: moov - 4] + data[moov - 4 + length :]
    (folder / "moov_missing.mp4").write_bytes(without_index)
    (folder / "zero_bytes.mp4").touch()
    (folder / "text_renamed.webm").write_text("This is a text, not a video.\n" * 50)
    (folder / "svg_renamed.mp4").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><circle r="9"/></svg>\n'
    )
    Image.new("RGB", (64, 48), "teal").save(folder / "jpeg_renamed.mp4", "JPEG")
    write_clip(folder / "one_frame.mp4", times_ms=(0,))
    write_clip(folder / "-video-with-dash-.mp4", times_ms=range(0, 200, 40))
    with av.open(str(folder / "audio_only.mp4"), "w") as output:
        speaker = output.add_stream("aac", rate=48_000)
        output.mux(speaker.encode(silence()))
        output.mux(speaker.encode(None))


def _places(path: Path) -> list[tuple[int, int]]:
    """Where each frame's packet begins in the file, and how long it is."""
    with av.open(str(path)) as container:
        return [(p.pos or 0, p.size) for p in container.demux(video=0) if p.size]


def _damage(source: Path, target: Path, first: int, last: int) -> None:
    """Noise in the second half of each of these frames; they still come, as debris."""
    data = bytearray(source.read_bytes())
    dice = random.Random(1)  # noqa: S311  (repeatable noise)
    for start, size in _places(source)[first:last]:
        half = size // 2
        data[start + half : start + size] = dice.randbytes(size - half)
    target.write_bytes(data)


def _cut(source: Path, target: Path, frame_count: int) -> None:
    """The file up to this frame."""
    start, _ = sorted(_places(source))[frame_count]
    target.write_bytes(source.read_bytes()[:start])
