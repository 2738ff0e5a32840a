"""Synthetic clips as files, with records that tell the truth about them."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

import av
from av.video import VideoStream

from corpus.records import CommentRecord, VideoRecord
from model.synthetic.moving_shapes import Direction, Shape, SyntheticClip, draw

# Of the pictures in files, in pixels.
FILE_SIDE = 64
_FRAMES_PER_SECOND = 8
_KINDS = {
    Shape.SQUARE: "shapes with corners",
    Shape.DISC: "round shapes",
    Shape.CROSS: "shapes with arms",
    Shape.BAR: "thin shapes",
}
_WAYS = {
    Direction.RIGHT: "to the right",
    Direction.DOWN: "straight down",
    Direction.FALLING: "down to the right",
    Direction.RISING: "up to the right",
}
_REMARKS = (
    "that {colour} {shape} never stops",
    "who else watched the {shape} go {way}?",
    "{colour} is my favourite",
    "go little {shape}, go!",
    "why does it go {way} though",
)


def write_clip(clip: SyntheticClip, path: Path) -> None:
    """Encode a clip as mp4; the file appears only when it is whole."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with av.open(str(part), "w", format="mp4") as file:
            stream: VideoStream = file.add_stream("libx264", rate=_FRAMES_PER_SECOND)
            stream.width = stream.height = FILE_SIDE
            stream.pix_fmt = "yuv420p"
            stream.options = {"crf": "12", "preset": "veryfast"}
            stream.codec_context.thread_count = 1
            for pixels in draw(clip, FILE_SIDE):
                frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
                file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_clips(clips: Iterable[SyntheticClip], folder: Path) -> Iterator[VideoRecord]:
    """Write what is not there yet; yield each clip's record."""
    folder.mkdir(parents=True, exist_ok=True)
    for clip in clips:
        path = folder / f"{clip.name}.mp4"
        if not path.is_file():
            write_clip(clip, path)
        yield record_of(clip)


def record_of(clip: SyntheticClip) -> VideoRecord:
    """Metadata in which every text follows from what the clip shows."""
    colour, shape, way = str(clip.colour), str(clip.shape), _WAYS[clip.direction]
    random = Random(clip.name)  # noqa: S311 (no secret)
    remarks = random.sample(_REMARKS, 3)
    return VideoRecord(
        platform="synthetic",
        external_id=clip.name,
        video_path=f"{clip.name}.mp4",
        title=f"a {colour} {shape} going {way}",
        description=f"This clip shows a {colour} {shape}. It goes {way}.",
        tags=(colour, shape, way),
        topic=f"{colour} {shape}",
        category=_KINDS[clip.shape],
        comments=tuple(
            CommentRecord(remark.format(colour=colour, shape=shape, way=way), 3 - place)
            for place, remark in enumerate(remarks)
        ),
        extra={"license": "CC0-1.0", "source": "model.synthetic"},
    )
