"""Writes the file that browsers play: H.264 and AAC or MP3 in MP4, index in front.

Runs in the sandbox. Every frame keeps its time; nothing of the source's tags is kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import av
from av.container import InputContainer, OutputContainer
from av.stream import Stream

from corpus.media.encoders import PictureEncoder, SoundEncoder
from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.playback import Conversion
from corpus.media.video_reading import (
    AnyPacket,
    PacketReader,
    open_media,
    video_stream,
)


def make_playback(source: str, target: str, conversion: dict[str, Any]) -> None:
    """Write `target` as `conversion` (as JSON) says; replace it if there.

    Raises:
        MediaError: The source does not open, or the target cannot be written.
    """
    chosen = Conversion.from_json(conversion)
    with open_media(Path(source)) as container, _new_mp4(Path(target)) as output:
        writers = _writers(container, output, chosen)
        packets = PacketReader(container, [writer.source for writer in writers])
        by_index = {writer.source.index: writer for writer in writers}
        for packet in packets:
            by_index[packet.stream_index].take(packet)
        for writer in writers:
            writer.finish()


@contextmanager
def _new_mp4(target: Path) -> Iterator[OutputContainer]:
    """An MP4 that appears under its name only when it is complete."""
    partial = target.with_name(f"{target.name}.part")
    options = {
        "movflags": "+faststart",
        "fflags": "+bitexact",  # the muxer does not sign the file
    }
    try:
        with av.open(str(partial), "w", format="mp4", options=options) as output:
            yield output
        partial.replace(target)
    except av.MemoryError:
        raise
    except av.FFmpegError as error:
        message = f"The playback file could not be written: {error.strerror}."
        raise MediaError(MediaErrorCode.WRITE_FAILED, message) from error
    finally:
        partial.unlink(missing_ok=True)


class _Writer(Protocol):
    """Takes the packets of one source stream into the output."""

    @property
    def source(self) -> Stream: ...

    def take(self, packet: AnyPacket) -> None: ...

    def finish(self) -> None: ...


def _writers(
    container: InputContainer, output: OutputContainer, conversion: Conversion
) -> list[_Writer]:
    picture = video_stream(container)
    writers: list[_Writer] = [
        PictureEncoder(output, picture, conversion)
        if conversion.encodes_video
        else _Copier(output, picture)
    ]
    if conversion.audio != "none":
        sound = container.streams.audio[0]
        copies = conversion.audio == "copy"
        writers.append((_Copier if copies else SoundEncoder)(output, sound))
    return writers


class _Copier:
    """Moves packets as they are.

    Matroska does not store decoding times, and the first ones cannot be told from what
    came so far: packets wait for one that has its time, and count back from there.
    """

    def __init__(self, output: OutputContainer, source: Stream) -> None:
        self.source = source
        self._output = output
        try:
            self._stream = output.add_stream_from_template(source)
        except ValueError as error:
            message = "The file's codecs do not fit into MP4."
            raise MediaError(MediaErrorCode.WRITE_FAILED, message) from error
        self._stream.metadata.clear()
        self._waiting: list[AnyPacket] = []

    def take(self, packet: AnyPacket) -> None:
        self._waiting.append(packet)
        if packet.dts is None:
            return
        time = packet.dts
        for earlier in reversed(self._waiting[:-1]):
            time -= packet.duration or 1
            earlier.dts = time
        for due in self._waiting:
            due.stream = self._stream
            self._output.mux(due)
        self._waiting.clear()

    def finish(self) -> None:
        if self._waiting:
            message = "The file does not say when its last packets are decoded."
            raise MediaError(MediaErrorCode.WRITE_FAILED, message)
