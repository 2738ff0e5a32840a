"""Takes frames at given indices out of a video, in one pass from the start.

Seeking is several times slower and gives other frames. Runs in the sandbox; the pixels
go through a file, as they are too many for a message.
"""

from itertools import chain
from pathlib import Path
from typing import IO, Any

from av.video.frame import VideoFrame
from PIL import Image

from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.video_reading import (
    FrameReader,
    PacketReader,
    open_media,
    picture_of,
    upright_turn,
    video_stream,
)

_TURNS = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


def extract_frames(
    source: str, target: str, indices: list[int], max_short_side: int | None
) -> dict[str, Any]:
    """Write upright RGB pixels of the frames at `indices` (from 0, in order).

    `target` then holds, frame after frame, `height * width * 3` bytes, row by row. A
    damaged or missing frame is stood in for by the nearest good one.

    Args:
        source: The video.
        target: The file to write; replaced if there.
        indices: Increasing, without repeats.
        max_short_side: In pixels; larger frames are made smaller. None: as coded.

    Returns:
        `width`, `height`; `taken`, for each of `indices` the frame that was taken;
        `times_s`, when those are shown, in seconds after the first frame; and
        `decoded_count`, all frames of the video.

    Raises:
        MediaError: The file does not open, or holds no good frame.
    """
    with open_media(Path(source)) as container, Path(target).open("wb") as file:
        stream = video_stream(container)
        reader = FrameReader(stream)
        taker = _Taker(file, indices, max_short_side)
        for packet in chain(PacketReader(container, [stream]), [None]):
            for frame, time, is_damaged in reader.decode(packet):
                taker.see(frame, float(time), is_damaged=is_damaged)
        return taker.finish()


class _Taker:
    """Writes the wanted frames as they pass by."""

    def __init__(
        self, file: IO[bytes], indices: list[int], max_short_side: int | None
    ) -> None:
        self._file = file
        self._wanted = indices
        self._max_short_side = max_short_side
        self._times: list[float] = []
        # The last good frame, with its index; wanted indices without a good one yet.
        self._last: tuple[int, VideoFrame] | None = None
        self._owed: list[int] = []
        self._taken: list[int] = []
        self._size = (0, 0)  # until the first is written

    def see(self, frame: VideoFrame, time: float, *, is_damaged: bool) -> None:
        index = len(self._times)
        self._times.append(time)
        next_wanted = len(self._taken) + len(self._owed)
        if next_wanted < len(self._wanted) and self._wanted[next_wanted] == index:
            self._owed.append(index)
        if not is_damaged:
            self._settle((index, frame))
            self._last = (index, frame)

    def finish(self) -> dict[str, Any]:
        """Let the last good frame stand in for what never came; say what was taken."""
        if self._last is None:
            message = "The video holds no good frame."
            raise MediaError(MediaErrorCode.DAMAGED, message)
        for _ in range(len(self._taken), len(self._wanted)):
            self._write(*self._last)
        width, height = self._size
        first = self._times[0]
        return {
            "width": width,
            "height": height,
            "taken": self._taken,
            "times_s": [self._times[index] - first for index in self._taken],
            "decoded_count": len(self._times),
        }

    def _settle(self, good: tuple[int, VideoFrame]) -> None:
        for index in self._owed:
            nearest = good
            if self._last is not None and index - self._last[0] <= good[0] - index:
                nearest = self._last
            self._write(*nearest)
        self._owed.clear()

    def _write(self, index: int, frame: VideoFrame) -> None:
        image = _upright_image(frame, self._max_short_side)
        if not self._taken:
            self._size = image.size
        if image.size != self._size:
            image = image.resize(self._size)
        self._file.write(image.tobytes())
        self._taken.append(index)


def _upright_image(frame: VideoFrame, max_short_side: int | None) -> Image.Image:
    scale = 1.0
    if max_short_side is not None:
        scale = min(1.0, max_short_side / min(frame.width, frame.height))
    image = picture_of(frame, frame.width * scale, frame.height * scale, "BICUBIC")
    degrees = upright_turn(frame)
    return image.transpose(_TURNS[degrees]) if degrees else image
