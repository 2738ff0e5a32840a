"""What the bytes of a file say before any decoder sees it: kind, index, completeness.

Decoders forgive: a cut WebM ends early without an error, and a JPEG opens as a video
of one frame. The container's own lengths do not: they tell what should be there.

References: ISO/IEC 14496-12 section 4.2 (boxes), RFC 8794 and RFC 9559 (EBML,
Matroska), GIF89a section 26 (trailer), Microsoft's AVI RIFF file reference.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from corpus.media.errors import MediaError, MediaErrorCode

_HEAD_BYTES = 4096


@dataclass(frozen=True)
class Structure:
    """What the container's own lengths tell.

    Attributes:
        kind: "mp4", "matroska", "avi", "gif" or "other".
        is_cut: The container announces more bytes than the file has.
        is_damaged: Its chain of elements breaks off at bytes that mean nothing.
        has_index: For mp4, whether the index (`moov`) is there in full; else true.
        index_in_front: For mp4, whether it stands before the media data.
    """

    kind: str
    is_cut: bool = False
    is_damaged: bool = False
    has_index: bool = True
    index_in_front: bool = True


def examine(path: Path) -> Structure:
    """Read the container's lengths.

    Raises:
        MediaError: The file is missing, empty, text, a drawing or a picture.
    """
    if not path.is_file():
        message = "The file is not there, or is no regular file."
        raise MediaError(MediaErrorCode.MISSING, message)
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
        _refuse_what_is_no_video(head)
        size = file.seek(0, os.SEEK_END)
        if head[4:8] in _MP4_FIRST_BOXES:
            return _examine_mp4(file, size)
        if head.startswith(b"\x1a\x45\xdf\xa3"):
            return _examine_matroska(file, size)
        if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
            return _examine_avi(file, size)
        if head.startswith(b"GIF8"):
            return _examine_gif(file)
    return Structure("other")


# --- What is no video ---------------------------------------------------------------

_PICTURES = {
    "JPEG": b"\xff\xd8\xff",
    "PNG": b"\x89PNG",
    "BMP": b"BM",
    "TIFF": b"II*\0",
    "big-endian TIFF": b"MM\0*",
}
_PICTURE_BRANDS = {b"heic", b"heix", b"mif1", b"avif"}


def _refuse_what_is_no_video(head: bytes) -> None:
    if not head:
        raise MediaError(MediaErrorCode.EMPTY, "The file is empty.")
    if name := _picture_name(head):
        message = f"The file is a {name} picture, not a video."
        raise MediaError(MediaErrorCode.PICTURE, message)
    if _is_text(head):
        if b"<svg" in head.lower():
            message = "The file is an SVG drawing, not a video."
            raise MediaError(MediaErrorCode.SVG, message)
        raise MediaError(MediaErrorCode.TEXT, "The file is text, not a video.")


def _picture_name(head: bytes) -> str:
    for name, magic in _PICTURES.items():
        if head.startswith(magic):
            return name
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WebP"
    if head[4:8] == b"ftyp" and head[8:12] in _PICTURE_BRANDS:
        return "HEIF"
    return ""


def _is_text(head: bytes) -> bool:
    """Whether these are UTF-8 letters without control characters."""
    # The last character may be cut in two.
    letters = head.decode("utf-8", errors="ignore")
    is_utf8 = len(head) - len(letters.encode()) <= (len(head) == _HEAD_BYTES) * 3
    return is_utf8 and all(c.isprintable() or c in "\t\r\n\f\ufeff" for c in letters)


# --- mp4: boxes of [size:4][type:4] -------------------------------------------------

_MP4_FIRST_BOXES = {
    *(b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"sidx"),
    *(b"free", b"skip", b"wide", b"pnot", b"uuid"),
}
_MP4_HEADER_BYTES = 8


def _examine_mp4(file: IO[bytes], size: int) -> Structure:
    names = []
    is_cut = has_index = False
    for name, end in _boxes(file, size):
        names.append(name)
        is_cut = end > size
        has_index = has_index or (name == b"moov" and not is_cut)
    in_front = has_index and names.index(b"moov") < _position(names, b"mdat")
    return Structure("mp4", is_cut, has_index=has_index, index_in_front=in_front)


def _boxes(file: IO[bytes], size: int) -> Iterator[tuple[bytes, int]]:
    """The outermost boxes: name and the offset at which each should end."""
    offset = 0
    while offset + _MP4_HEADER_BYTES <= size:
        file.seek(offset)
        header = file.read(16)
        length, name = int.from_bytes(header[:4], "big"), header[4:8]
        if length == 1:
            length = int.from_bytes(header[8:16], "big")
        elif length == 0:
            length = size - offset
        if length < _MP4_HEADER_BYTES or not name.isascii():
            return  # padding after the last box
        offset += length
        yield name, offset


def _position(names: list[bytes], name: bytes) -> int:
    return names.index(name) if name in names else len(names)


# --- Matroska and WebM: elements of [id][size], ids 1 to 4 bytes long ----------------

_SEGMENT, _CLUSTER = 0x18538067, 0x1F43B675
_CONTAINERS = {_SEGMENT, _CLUSTER}  # entered, not skipped
_ELEMENTS = {
    *(0x1A45DFA3, 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B),
    *(0x1941A469, 0x1043A770, 0x1254C367),
    *(0xEC, 0xBF, 0xE7, 0x5854, 0xA7, 0xAB, 0xA3, 0xA0, 0xAF),
}


def _examine_matroska(file: IO[bytes], size: int) -> Structure:
    """Walk segment and clusters as one flat chain, to the segment's end."""
    offset, end = 0, size
    while offset < min(end, size):
        file.seek(offset)
        element, length, header_length = _element_header(file.read(12))
        offset += header_length
        if element == _SEGMENT and length is not None:
            end = offset + length
        if element in _CONTAINERS:
            continue
        if element not in _ELEMENTS or length is None:
            return Structure("matroska", is_damaged=True)
        offset += length
    return Structure("matroska", is_cut=max(offset, end) > size)


def _element_header(data: bytes) -> tuple[int, int | None, int]:
    """An element's id, its length (None: not announced) and its header's length."""
    id_length = _varint_length(data[0])
    element = int.from_bytes(data[:id_length], "big")
    first = data[id_length] if id_length < len(data) else 1
    size_length = _varint_length(first)
    mask = (1 << (7 * size_length)) - 1
    length = int.from_bytes(data[id_length : id_length + size_length], "big") & mask
    return element, None if length == mask else length, id_length + size_length


def _varint_length(first: int) -> int:
    """One byte, and one more for each leading zero bit."""
    return 9 - first.bit_length() if first else 9


# --- AVI and GIF --------------------------------------------------------------------


def _examine_avi(file: IO[bytes], size: int) -> Structure:
    """RIFF chunks follow each other; a size of 0 was never filled in."""
    offset, length = 0, 0
    while offset + 8 <= size:
        file.seek(offset)
        header = file.read(8)
        length = int.from_bytes(header[4:], "little")
        if header[:4] != b"RIFF" or length == 0:
            break
        offset += 8 + length + length % 2
    # The padding byte at the end is often left out.
    return Structure("avi", is_cut=offset > size + 1)


def _examine_gif(file: IO[bytes]) -> Structure:
    """Walk the blocks to the trailer."""
    file.seek(10)
    screen = file.read(3)
    file.seek(_gif_color_table_bytes(screen[:1]), os.SEEK_CUR)
    while block := file.read(1):
        if block == b";":
            return Structure("gif")
        if block == b"!":
            file.seek(1, os.SEEK_CUR)
        elif block == b",":
            descriptor = file.read(9)
            file.seek(_gif_color_table_bytes(descriptor[8:]) + 1, os.SEEK_CUR)
        else:
            return Structure("gif", is_damaged=True)
        while (length := file.read(1)) and length != b"\0":
            file.seek(length[0], os.SEEK_CUR)
    return Structure("gif", is_cut=True)


def _gif_color_table_bytes(flags: bytes) -> int:
    """Length of the color table that one byte of flags announces, if any."""
    return 3 << (flags[0] % 8 + 1) if flags and flags[0] & 0x80 else 0
