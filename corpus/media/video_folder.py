"""One video's folder in the frame store: a manifest, and JPEG pictures by size.

Readers take no lock. A file of pictures never changes; a larger set of frames is a new
file, the manifest is replaced in one step, and only then the older file goes.
"""

import io
import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.extracted import ExtractedFrames
from corpus.media.strips import Frames, Strip

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MANIFEST = "manifest.json"
_FORMAT = 2
_LISTS = ("indices", "taken", "times_s", "ends")
QUALITY = 90
# Small pictures keep the colour of every pixel; of larger ones two by two share it.
_SMALL_SIDE = 128
_EVERY_PIXEL, _TWO_BY_TWO = 0, 2


@dataclass(frozen=True)
class Pictures:
    """Frames of one size, JPEG after JPEG in one file; see `ExtractedFrames`.

    Attributes:
        ends: Where each picture ends in the file, in bytes.
    """

    file: str
    indices: tuple[int, ...]
    taken: tuple[int, ...]
    times_s: tuple[float, ...]
    ends: tuple[int, ...]

    def holds(self, indices: Sequence[int]) -> bool:
        return set(indices) <= set(self.indices)


@dataclass(frozen=True)
class Manifest:
    """What is known of a video.

    Attributes:
        decoder: Name and version; another one may give other pixels.
        refusal: Code and message, where the file cannot be used at all.
        pictures: By the short side's limit.
    """

    decoder: str
    frame_count: int = 0
    fps: float = 0.0
    duration_s: float = 0.0
    refusal: tuple[str, str] | None = None
    pictures: dict[int, Pictures] = field(default_factory=dict)

    def serves(self, strips: Sequence[Strip]) -> bool:
        """Whether all that is wanted is there, or never will be."""
        return self.refusal is not None or all(self._holds(strip) for strip in strips)

    def _holds(self, strip: Strip) -> bool:
        pictures = self.pictures.get(strip.max_short_side)
        return pictures is not None and pictures.holds(strip.indices(self.frame_count))

    def require_usable(self) -> None:
        """Raise what the decoder said when it refused the file."""
        if self.refusal is not None:
            raise MediaError(MediaErrorCode(self.refusal[0]), self.refusal[1])


class VideoFolder:
    """Reads and writes one video's part of the store."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def manifest(self, decoder: str) -> Manifest | None:
        """What is there, if this decoder wrote it; marks it as used."""
        try:
            values = json.loads((self.path / _MANIFEST).read_bytes())
            os.utime(self.path / _MANIFEST)
        except (FileNotFoundError, ValueError):
            return None
        if values.pop("format", None) != _FORMAT or values["decoder"] != decoder:
            return None
        manifest = _manifest_of(values)
        # An eviction may have come between a decoding and its manifest.
        there = {
            side: pictures
            for side, pictures in manifest.pictures.items()
            if (self.path / pictures.file).is_file()
        }
        return replace(manifest, pictures=there)

    def write(self, manifest: Manifest) -> None:
        """Replace the manifest, and remove whatever it does not name."""
        self.path.mkdir(parents=True, exist_ok=True)
        partial = self.path / f"{_MANIFEST}.part"
        partial.write_text(json.dumps({"format": _FORMAT, **asdict(manifest)}))
        partial.replace(self.path / _MANIFEST)
        named = {pictures.file for pictures in manifest.pictures.values()}
        for file in self.path.iterdir():
            if file.name not in {*named, _MANIFEST}:
                file.unlink(missing_ok=True)

    def keep(self, frames: ExtractedFrames) -> Pictures:
        """Write frames that lie in this folder as raw pixels, which then go."""
        target = frames.path.with_suffix(".jpegs")
        ends = []
        with target.open("wb") as file:
            for image in frames.images():
                file.write(_jpeg(image))
                ends.append(file.tell())
        frames.path.unlink()
        return Pictures(
            file=target.name,
            indices=frames.indices,
            taken=frames.taken,
            times_s=frames.times_s,
            ends=tuple(ends),
        )

    def frames(self, manifest: Manifest, strip: Strip) -> Frames:
        """What is wanted, of a manifest that serves it.

        Raises:
            FileNotFoundError: Another process replaced or evicted it just now.
        """
        pictures = manifest.pictures[strip.max_short_side]
        indices = strip.indices(manifest.frame_count)
        place = {index: row for row, index in enumerate(pictures.indices)}
        rows = [place[index] for index in indices]
        return Frames(
            images=tuple(self._images(pictures, rows)),
            indices=tuple(pictures.taken[row] for row in rows),
            timestamps=tuple(pictures.times_s[row] for row in rows),
            source_fps=manifest.fps,
            duration=manifest.duration_s,
            source_frame_count=manifest.frame_count,
        )

    def _images(
        self, pictures: Pictures, rows: Sequence[int]
    ) -> "list[NDArray[np.uint8]]":
        """The pictures in those places; one that is wanted twice is read once."""
        import numpy as np

        starts = (0, *pictures.ends)
        read = {}
        with (self.path / pictures.file).open("rb") as file:
            for row in sorted(set(rows)):
                file.seek(starts[row])
                jpeg = io.BytesIO(file.read(pictures.ends[row] - starts[row]))
                read[row] = np.array(Image.open(jpeg))
        return [read[row] for row in rows]

    def byte_count(self) -> int:
        """Of everything in it; 0 where it has gone."""
        try:
            return sum(file.stat().st_size for file in self.path.iterdir())
        except FileNotFoundError:
            return 0

    def last_use(self) -> float:
        """When it was last read, or else written to, by the file system's clock."""
        for path in (self.path / _MANIFEST, self.path):
            with suppress(FileNotFoundError):
                return path.stat().st_mtime
        return 0.0

    def remove(self) -> None:
        shutil.rmtree(self.path, ignore_errors=True)


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    is_small = min(image.size) <= _SMALL_SIDE
    sharing = _EVERY_PIXEL if is_small else _TWO_BY_TWO
    image.save(file, "JPEG", quality=QUALITY, subsampling=sharing)
    return file.getvalue()


def _manifest_of(values: dict[str, Any]) -> Manifest:
    pictures = {
        int(side): Pictures(**each | {key: tuple(each[key]) for key in _LISTS})
        for side, each in values["pictures"].items()
    }
    refusal = tuple(values["refusal"]) if values["refusal"] else None
    return Manifest(**values | {"pictures": pictures, "refusal": refusal})
