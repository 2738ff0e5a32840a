"""Takes the picture that stands for a video until it plays."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageStat

from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.video_reading import (
    FrameReader,
    PacketReader,
    open_media,
    picture_of,
    video_stream,
)

_MAX_SIDE = 960
_JPEG_QUALITY = 82
# Videos often fade in: how far to look for a picture, and what counts as one, as the
# standard deviation of brightness (0 to 127) on a small copy.
_LOOK_S = 10
_ENOUGH_CONTRAST = 25.0
_COPY_SIDE = 32


def make_poster(source: str, target: str) -> None:
    """Write the first frame that shows something as a JPEG without tags.

    Where none of the first seconds does, the one with most contrast is taken. `source`
    is a playback file, so its frames are upright already.

    Raises:
        MediaError: No frame could be decoded.
    """
    image = _shown(*_best_frame(Path(source)))
    partial = Path(f"{target}.part")
    image.save(partial, "JPEG", quality=_JPEG_QUALITY, optimize=True)
    partial.replace(target)


def _best_frame(source: Path) -> tuple[VideoFrame, float]:
    """The frame, and the width of its pixels over their height."""
    best: VideoFrame | None = None
    most = -1.0
    with open_media(source) as container:
        stream = video_stream(container)
        for frame in _first_frames(container, stream):
            contrast = _contrast(frame)
            if contrast > most:
                best, most = frame, contrast
            if contrast >= _ENOUGH_CONTRAST:
                break
        if best is None:
            message = "Not one frame of the video could be decoded."
            raise MediaError(MediaErrorCode.DAMAGED, message)
        return best, float(stream.sample_aspect_ratio or 1)


def _first_frames(
    container: InputContainer, stream: VideoStream
) -> Iterator[VideoFrame]:
    reader = FrameReader(stream)
    for packet in chain(PacketReader(container, [stream]), [None]):
        for frame, time, _ in reader.decode(packet):
            yield frame
            if time > _LOOK_S:
                return


def _contrast(frame: VideoFrame) -> float:
    small = picture_of(frame, _COPY_SIDE, _COPY_SIDE, "AREA").convert("L")
    return float(ImageStat.Stat(small).stddev[0])


def _shown(frame: VideoFrame, pixel_aspect: float) -> Image.Image:
    """The frame in square pixels, no larger than a page needs."""
    width, height = frame.width * pixel_aspect, float(frame.height)
    scale = min(1.0, _MAX_SIDE / max(width, height))
    return picture_of(frame, width * scale, height * scale, "AREA")
