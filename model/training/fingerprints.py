"""What clips are known by: the hash of the file, and the look of five frames; kept.

A file is read again only when its size or time changed, and decoded only if no file of
the same content was. The look is a difference hash: it survives another codec, size or
bit rate, not a crop or a mirror.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from corpus.media.errors import MediaError
from corpus.media.frame_indices import uniform_indices
from corpus.media.tools import MediaTools

FRAMES = 5
_SIDE = 8
# Raise it with every change of what a look is: the old ones are then made again.
_VERSION = 1
# Rows between two commits: what a kill may lose.
_AT_ONCE = 64

_TABLES = """
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, size INTEGER, time_ns INTEGER, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS looks (
    content BLOB, version INTEGER, look BLOB, PRIMARY KEY (content, version));
"""

# One 64-bit number a frame.
Look = NDArray[np.uint64]


class Fingerprint(NamedTuple):
    """What one file is known by.

    Attributes:
        content: Hash of the file.
        look: Of its frames; None where it does not decode.
    """

    content: bytes
    look: Look | None


class Fingerprints:
    """The kept index, one file of SQLite; several processes may use it."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with self._opened() as rows:
            rows.executescript(_TABLES)

    def missing(self, clips: Iterable[Path]) -> list[Path]:
        """Those that are new or changed since they were looked at."""
        known = self._known_files()
        return [clip for clip in clips if _stamp(clip) != known.get(str(clip))]

    def update(self, clips: Sequence[Path], *, workers: int = 0) -> None:
        """Look at what is missing, several at a time; a kill loses a few.

        Args:
            clips: Files that exist.
            workers: Decoding processes; 0: one a core.
        """
        missing = self.missing(clips)
        count = min(len(missing), workers or os.cpu_count() or 1)
        if not count:
            return
        shares = [missing[start::count] for start in range(count)]
        with ThreadPoolExecutor(count) as pool:
            # Each thread has a decoding process of its own, and waits for it.
            for done in [pool.submit(self._look_at, share) for share in shares]:
                done.result()

    def of(self, clips: Iterable[Path]) -> dict[Path, Fingerprint]:
        """The fingerprints of files that were looked at."""
        with self._opened() as rows:
            contents = dict(rows.execute("SELECT path, content FROM files"))
            looks = dict(
                rows.execute(
                    "SELECT content, look FROM looks WHERE version = ?", (_VERSION,)
                )
            )
        return {
            clip: Fingerprint(content, _unpacked(looks.get(content)))
            for clip in clips
            if (content := contents.get(str(clip))) is not None
        }

    def _look_at(self, clips: Sequence[Path]) -> None:
        with MediaTools() as tools:
            for start in range(0, len(clips), _AT_ONCE):
                self._store(clips[start : start + _AT_ONCE], tools)

    def _store(self, clips: Sequence[Path], tools: MediaTools) -> None:
        files, looks = [], {}
        known = self._known_contents()
        for clip in clips:
            stamp, content = _stamp(clip), _file_hash(clip)
            files.append((str(clip), *stamp, content))
            if content not in known and content not in looks:
                looks[content] = _packed(tools, clip)
        with self._opened() as rows, rows:
            rows.executemany("INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)", files)
            rows.executemany(
                "INSERT OR REPLACE INTO looks VALUES (?, ?, ?)",
                [(content, _VERSION, look) for content, look in looks.items()],
            )

    def _known_files(self) -> dict[str, tuple[int, int]]:
        """Files whose look is known, with their size and time."""
        query = (
            "SELECT path, size, time_ns FROM files JOIN looks USING (content) "
            "WHERE version = ?"
        )
        with self._opened() as rows:
            return {
                path: (size, time)
                for path, size, time in rows.execute(query, (_VERSION,))
            }

    def _known_contents(self) -> set[bytes]:
        with self._opened() as rows:
            query = "SELECT content FROM looks WHERE version = ?"
            return {content for (content,) in rows.execute(query, (_VERSION,))}

    def _opened(self) -> closing[sqlite3.Connection]:
        return closing(sqlite3.connect(self._path, timeout=60.0))


def look_of(tools: MediaTools, clip: Path) -> Look:
    """Whether each of 8 x 8 fields is brighter than its right neighbour, as bits.

    Raises:
        MediaError: The file does not decode.
    """
    facts = tools.probe(clip)
    indices = uniform_indices(facts.video.frame_count, FRAMES)
    with tempfile.NamedTemporaryFile() as pixels:
        frames = tools.extract_frames(
            clip, Path(pixels.name), indices, max_short_side=64
        )
        hashes = dict(
            zip(frames.indices, map(_frame_bits, frames.images()), strict=True)
        )
    return np.array([hashes[index] for index in indices], dtype=np.uint64)


def _frame_bits(image: Image.Image) -> int:
    small = image.convert("L").resize((_SIDE + 1, _SIDE), Image.Resampling.BOX)
    levels = np.asarray(small, dtype=np.int16)
    # A small lead, so that noise in flat areas sets no bits.
    bits = (levels[:, :-1] > levels[:, 1:] + 2).ravel()
    return int.from_bytes(np.packbits(bits).tobytes())


def _packed(tools: MediaTools, clip: Path) -> bytes | None:
    try:
        return look_of(tools, clip).tobytes()
    except MediaError:
        return None


def _unpacked(look: bytes | None) -> Look | None:
    return None if look is None else np.frombuffer(look, dtype=np.uint64)


def _stamp(clip: Path) -> tuple[int, int]:
    facts = clip.stat()
    return facts.st_size, facts.st_mtime_ns


def _file_hash(clip: Path) -> bytes:
    digest = blake2b(digest_size=16)
    with clip.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.digest()


def near_pairs(
    looks: Sequence[Look], others: Sequence[Look], *, limit: float
) -> Iterator[tuple[int, int]]:
    """Places of each look and its nearest other, where the two are near.

    Args:
        looks: Of clips.
        others: To compare them with.
        limit: Bits of 64 that differ, on average over the frames that have any.
    """
    if not looks or not others:
        return
    # One row a frame: each step then goes through memory once.
    ours = np.ascontiguousarray(np.stack(looks).T)
    has_bits = (np.bitwise_count(ours) >= _FEWEST_SET_BITS).astype(np.uint8)
    nearest = np.full(len(looks), np.inf)
    place = np.zeros(len(looks), dtype=np.int64)
    for number, other in enumerate(others):
        near, distances = _near(ours, has_bits, other, limit)
        is_nearer = distances < nearest[near]
        nearest[near[is_nearer]] = distances[is_nearer]
        place[near[is_nearer]] = number
    for index in np.flatnonzero(np.isfinite(nearest)):
        yield int(index), int(place[index])


# Frames of one colour have no bits to compare and are left out.
_FEWEST_SET_BITS = 6


def _near(
    looks: Look, has_bits: NDArray[np.uint8], other: Look, limit: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Places of the looks that are near another, and how far each is.

    Args:
        looks: (frames, clips).
        has_bits: (frames, clips): 1 where a frame can be compared.
        other: (frames,).
        limit: See `near_pairs`.
    """
    sums = np.zeros(looks.shape[1], dtype=np.uint16)
    counts = np.zeros(looks.shape[1], dtype=np.uint8)
    for frame, bits in enumerate(other):
        if np.bitwise_count(bits) >= _FEWEST_SET_BITS:
            sums += np.bitwise_count(looks[frame] ^ bits) * has_bits[frame]
            counts += has_bits[frame]
    near = np.flatnonzero((counts > 0) & (sums <= limit * counts))
    return near, sums[near] / counts[near]
