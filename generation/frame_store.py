"""One video's folder in the frame cache: a manifest, and raw pixels by size.

Readers take no lock. A file of pixels never changes; a larger set of frames is a new
file, the manifest is replaced in one step, and only then the older file goes.
"""

import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.extracted import ExtractedFrames
from generation.engines.base import Frames
from generation.frame_policy import FramesPolicy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_MANIFEST = "manifest.json"
_FORMAT = 1


@dataclass(frozen=True)
class Pixels:
    """Frames of one size, in one file; see `ExtractedFrames`."""

    file: str
    width: int
    height: int
    indices: tuple[int, ...]
    taken: tuple[int, ...]
    times_s: tuple[float, ...]

    def holds(self, indices: Sequence[int]) -> bool:
        return set(indices) <= set(self.indices)


@dataclass(frozen=True)
class Manifest:
    """What is known of a video.

    Attributes:
        decoder: Name and version; another one may give other pixels.
        refusal: Code and message, where the file cannot be used at all.
        pixels: By the short side's limit.
    """

    decoder: str
    frame_count: int = 0
    fps: float = 0.0
    duration_s: float = 0.0
    refusal: tuple[str, str] | None = None
    pixels: dict[int, Pixels] = field(default_factory=dict)

    def serves(self, policy: FramesPolicy) -> bool:
        """Whether all that a policy wants is there, or never will be."""
        if self.refusal is not None:
            return True
        pixels = self.pixels.get(policy.max_short_side)
        return pixels is not None and pixels.holds(policy.indices(self.frame_count))

    def require_usable(self) -> None:
        """Raise what the decoder said when it refused the file."""
        if self.refusal is not None:
            raise MediaError(MediaErrorCode(self.refusal[0]), self.refusal[1])


class VideoFolder:
    """Reads and writes one video's part of the cache."""

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
            side: pixels
            for side, pixels in manifest.pixels.items()
            if (self.path / pixels.file).is_file()
        }
        return replace(manifest, pixels=there)

    def write(self, manifest: Manifest) -> None:
        """Replace the manifest, and remove pixels that it does not name."""
        self.path.mkdir(parents=True, exist_ok=True)
        partial = self.path / f"{_MANIFEST}.part"
        partial.write_text(json.dumps({"format": _FORMAT, **asdict(manifest)}))
        partial.replace(self.path / _MANIFEST)
        named = {pixels.file for pixels in manifest.pixels.values()}
        for file in self.path.glob("*.rgb"):
            if file.name not in named:
                file.unlink(missing_ok=True)

    def keep(self, frames: ExtractedFrames) -> Pixels:
        """Describe pixels that lie in this folder already."""
        return Pixels(
            file=frames.path.name,
            width=frames.width,
            height=frames.height,
            indices=frames.indices,
            taken=frames.taken,
            times_s=frames.times_s,
        )

    def frames(self, manifest: Manifest, policy: FramesPolicy) -> Frames:
        """What a policy wants, of a manifest that serves it.

        Raises:
            FileNotFoundError: Another process replaced or evicted it just now.
        """
        pixels = manifest.pixels[policy.max_short_side]
        indices = policy.indices(manifest.frame_count)
        place = {index: row for row, index in enumerate(pixels.indices)}
        return Frames(
            images=tuple(self._images(pixels, indices)),
            indices=tuple(pixels.taken[place[index]] for index in indices),
            timestamps=tuple(pixels.times_s[place[index]] for index in indices),
            source_fps=manifest.fps,
            duration=manifest.duration_s,
            source_frame_count=manifest.frame_count,
        )

    def _images(
        self, pixels: Pixels, indices: Sequence[int]
    ) -> "list[NDArray[np.uint8]]":
        """Copies of the frames at `indices`, one after the other."""
        import numpy as np

        shape = (len(pixels.indices), pixels.height, pixels.width, 3)
        path = self.path / pixels.file
        mapped = np.memmap(path, dtype=np.uint8, mode="r", shape=shape)
        place = {index: row for row, index in enumerate(pixels.indices)}
        copies = {index: np.array(mapped[place[index]]) for index in set(indices)}
        return [copies[index] for index in indices]

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


def _manifest_of(values: dict[str, Any]) -> Manifest:
    pixels = {
        int(side): Pixels(
            **each | {key: tuple(each[key]) for key in ("indices", "taken", "times_s")}
        )
        for side, each in values["pixels"].items()
    }
    refusal = values["refusal"]
    return Manifest(
        **values | {"pixels": pixels, "refusal": tuple(refusal) if refusal else None}
    )
