"""Archives of clips (zip), unpacked without trusting a word of them."""

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from corpus.errors import ClipArchiveError

MAX_ENTRIES = 50_000
_CHUNK_BYTES = 1024 * 1024


# What zipfile and the decompressors below it say of a damaged archive.
_DAMAGE = (
    zipfile.BadZipFile,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zlib.error,
)


def extract_clips(
    archive: Path,
    folder: Path,
    *,
    max_bytes: int,
    at_chunk: Callable[[], None] = lambda: None,
) -> None:
    """Unpack the files of an archive into a folder, `max_bytes` of them at most.

    `at_chunk` is called again and again; what it raises ends the unpacking.

    Raises:
        ClipArchiveError: It is damaged, encrypted or too large, or a name in it is
            unsafe. What was unpacked until then stays in the folder.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            _extract(opened, folder, max_bytes, at_chunk)
    except _DAMAGE as error:
        msg = f"The archive of clips is damaged or of an unknown kind: {error}"
        raise ClipArchiveError(msg) from error


def _extract(
    opened: zipfile.ZipFile,
    folder: Path,
    left_bytes: int,
    at_chunk: Callable[[], None],
) -> None:
    entries = [entry for entry in opened.infolist() if not entry.is_dir()]
    if len(entries) > MAX_ENTRIES:
        msg = f"The archive has more than {MAX_ENTRIES} files; send it in parts."
        raise ClipArchiveError(msg)
    for entry in entries:
        target = _target(entry, folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        # Counted while unpacking: the sizes that the archive states may be lies.
        with opened.open(entry) as packed, target.open("wb") as file:
            while chunk := packed.read(_CHUNK_BYTES):
                at_chunk()
                left_bytes -= len(chunk)
                if left_bytes < 0:
                    msg = "The archive is too large unpacked; send it in parts."
                    raise ClipArchiveError(msg)
                file.write(chunk)


def _target(entry: zipfile.ZipInfo, folder: Path) -> Path:
    is_link = stat.S_ISLNK(entry.external_attr >> 16)
    is_encrypted = bool(entry.flag_bits & 1)
    target = (folder / entry.filename).resolve()
    if is_link or is_encrypted or not target.is_relative_to(folder.resolve()):
        msg = f"The archive holds {entry.filename!r}, which cannot be unpacked safely."
        raise ClipArchiveError(msg)
    return target
