"""Training data and benchmark never share a video: by id, file, or look.

The look is a difference hash of five frames: it survives another codec, size or
bit rate, not a crop or a mirror.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from corpus.media.errors import MediaError
from corpus.media.sampling import uniform_indices
from corpus.media.tools import MediaTools
from corpus.records import VideoRecord
from model.training.errors import TrainingError
from tasks.items import video_key

_FRAMES = 5
_SIDE = 8
# Of 64 bits a frame: encoding the same clip anew changes a few, other clips differ in
# about half. Frames of one colour have no bits to compare and are left out.
_MAX_MEAN_DISTANCE = 6.0
_FEWEST_SET_BITS = 6
_SHOWN = 5


class Clip(NamedTuple):
    """A record's file, where it has one."""

    key: str
    path: Path | None


@dataclass(frozen=True)
class Leak:
    """A training video that is also in the benchmark."""

    training: str
    benchmark: str
    reason: str

    def __str__(self) -> str:
        return f"{self.training} is {self.benchmark} ({self.reason})"


def clips_of(records: Iterable[VideoRecord], folder: Path) -> list[Clip]:
    """The records' names and existing files."""
    clips = []
    for record in records:
        path = folder / record.video_path if record.video_path else None
        clips.append(Clip(video_key(record), path if path and path.is_file() else None))
    return clips


def refuse_leaks(training: Sequence[Clip], benchmark: Sequence[Clip]) -> None:
    """Compare all videos of both sides.

    Raises:
        TrainingError: They share some; the message names them.
    """
    leaks = find_leaks(training, benchmark)
    if leaks:
        shown = "\n".join(f"  {leak}" for leak in leaks[:_SHOWN])
        more = f"\n  and {len(leaks) - _SHOWN} more" if len(leaks) > _SHOWN else ""
        message = (
            f"{len(leaks)} videos of the training data are in the benchmark; take them "
            f"out of the training records:\n{shown}{more}"
        )
        raise TrainingError(message)


def find_leaks(training: Sequence[Clip], benchmark: Sequence[Clip]) -> list[Leak]:
    """Every training video that the benchmark holds, with the first reason found."""
    if not benchmark:
        return []
    keys = {clip.key for clip in benchmark}
    leaks = [Leak(c.key, c.key, "same id") for c in training if c.key in keys]
    by_id = {leak.training for leak in leaks}
    others = [clip for clip in training if clip.key not in by_id]
    by_file = _same_files(others, benchmark)
    found = {leak.training for leak in by_file}
    others = [clip for clip in others if clip.key not in found]
    return leaks + by_file + _same_looks(others, benchmark)


def _same_files(training: Sequence[Clip], benchmark: Sequence[Clip]) -> list[Leak]:
    names = {_file_hash(clip.path): clip.key for clip in benchmark if clip.path}
    return [
        Leak(clip.key, names[digest], "same file")
        for clip in training
        if clip.path and (digest := _file_hash(clip.path)) in names
    ]


def _file_hash(path: Path) -> bytes:
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.digest()


def _same_looks(training: Sequence[Clip], benchmark: Sequence[Clip]) -> list[Leak]:
    with MediaTools() as tools:
        known = _looks(tools, benchmark)
        if not known:
            return []
        hashes = np.stack([look for _, look in known])
        leaks = []
        for name, look in _looks(tools, training):
            distances = _distances(hashes, look)
            nearest = int(np.argmin(distances))
            if distances[nearest] <= _MAX_MEAN_DISTANCE:
                leaks.append(Leak(name, known[nearest][0], "looks the same"))
    return leaks


def _looks(
    tools: MediaTools, clips: Sequence[Clip]
) -> list[tuple[str, NDArray[np.bool_]]]:
    """Names with hashes; a file that does not decode has no look and is no training."""
    looks = []
    for clip in clips:
        if clip.path:
            try:
                looks.append((clip.key, look_of(tools, clip.path)))
            except MediaError:
                continue
    return looks


def look_of(tools: MediaTools, path: Path) -> NDArray[np.bool_]:
    """Whether each of 8 x 8 fields is brighter than its right neighbour: (5, 64).

    Raises:
        MediaError: The file does not decode.
    """
    import tempfile

    facts = tools.probe(path)
    indices = uniform_indices(facts.video.frame_count, _FRAMES)
    with tempfile.NamedTemporaryFile() as pixels:
        frames = tools.extract_frames(
            path, Path(pixels.name), indices, max_short_side=64
        )
        hashes = dict(
            zip(frames.indices, map(_frame_bits, frames.images()), strict=True)
        )
    return np.stack([hashes[index] for index in indices])


def _frame_bits(image: Image.Image) -> NDArray[np.bool_]:
    small = image.convert("L").resize((_SIDE + 1, _SIDE), Image.Resampling.BOX)
    levels = np.asarray(small, dtype=np.int16)
    # A small lead, so that noise in flat areas sets no bits.
    return (levels[:, :-1] > levels[:, 1:] + 2).ravel()


def _distances(
    hashes: NDArray[np.bool_], look: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Mean number of different bits a frame to each of `hashes`, infinite if flat."""
    differences = (hashes ^ look).sum(axis=2)
    has_bits = (hashes.sum(axis=2) >= _FEWEST_SET_BITS) & (
        look.sum(axis=1) >= _FEWEST_SET_BITS
    )
    counts = has_bits.sum(axis=1)
    sums = (differences * has_bits).sum(axis=1)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.inf)
