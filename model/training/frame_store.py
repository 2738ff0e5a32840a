"""Decoded frames of training clips: decoded at first use, read from disk ever after."""

import json
import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.sampling import thinned_indices, uniform_indices
from corpus.media.tools import MediaTools
from model.config import MimicChatConfig
from model.native.inputs import TimedFrames

# Stored frames rest on it: raise it with every change of what is decoded.
_VERSION = 2
_GIB = 1024**3
# Evict a little more than needed, so that not every new clip looks through the folder.
_FILL = 0.9


@dataclass(frozen=True)
class FrameChoice:
    """What is kept of a clip.

    Attributes:
        count: Frames, evenly spread.
        max_short_side: In pixels; larger frames are made smaller.
        repeats: A clip with fewer frames gives some several times, not just fewer.
    """

    count: int
    max_short_side: int
    repeats: bool = False

    def indices(self, frame_count: int) -> list[int]:
        """Of the frames, from 0, in the order of time."""
        if self.repeats:
            return uniform_indices(frame_count, self.count)
        return thinned_indices(frame_count, self.count)

    @classmethod
    def of_network(cls, config: MimicChatConfig) -> "FrameChoice":
        """The frames among which both branches choose, so that one pass serves all."""
        spatial, temporal = config.spatial, config.temporal
        return cls(
            max(temporal.max_frames, spatial.frame_count),
            max(spatial.image_size, temporal.image_size),
        )


class FrameStore:
    """The chosen frames of each clip, in the order of time, for all epochs.

    A clip that cannot be decoded is remembered with its reason. Several processes may
    use one folder: each decodes in a process of its own.
    """

    def __init__(
        self,
        folder: Path,
        choice: FrameChoice | MimicChatConfig,
        *,
        limit_gib: float = 50.0,
    ) -> None:
        """Make the folder.

        Args:
            folder: Where to keep them.
            choice: Which frames; a network's config stands for what it needs.
            limit_gib: The frames unused for longest go first.
        """
        if isinstance(choice, MimicChatConfig):
            choice = FrameChoice.of_network(choice)
        self._folder = folder
        self._choice = choice
        self._limit = int(limit_gib * _GIB)
        self._size: int | None = None
        self._tools: tuple[int, MediaTools, ExitStack] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def frames(self, clip: Path) -> Tensor:
        """(frames, height, width, 3), bytes.

        Raises:
            MediaError: The clip does not decode; at once where that is known.
        """
        return self.timed_frames(clip).pixels

    def timed_frames(self, clip: Path) -> TimedFrames:
        """The frames, with when they are shown; raises as `frames` does."""
        stored = self._folder / f"{self._key(clip)}.npz"
        failed = stored.with_suffix(".json")
        if failed.is_file():
            raise _remembered(failed)
        if not stored.is_file():
            try:
                self._decode(clip, stored)
            except MediaError as error:
                failed.write_text(json.dumps([error.code, error.message]))
                raise
        os.utime(stored)
        with np.load(stored) as arrays:
            return TimedFrames(
                pixels=torch.from_numpy(arrays["pixels"]),
                times_s=tuple(arrays["times_s"].tolist()),
                duration_s=float(arrays["duration_s"]),
            )

    def close(self) -> None:
        """End the decoding process; a later use starts another."""
        if self._tools is not None and self._tools[0] == os.getpid():
            self._tools[2].close()
        self._tools = None

    def _key(self, clip: Path) -> str:
        facts = clip.stat()
        words = (
            str(clip.resolve()),
            facts.st_size,
            facts.st_mtime_ns,
            self._choice,
            _VERSION,
        )
        return blake2b(repr(words).encode(), digest_size=16).hexdigest()

    def _own_tools(self) -> MediaTools:
        # A forked loader must not talk through its parent's pipes.
        if self._tools is None or self._tools[0] != os.getpid():
            stack = ExitStack()
            self._tools = (os.getpid(), stack.enter_context(MediaTools()), stack)
        return self._tools[1]

    def _decode(self, clip: Path, target: Path) -> None:
        tools = self._own_tools()
        facts = tools.probe(clip).video
        indices = self._choice.indices(facts.frame_count)
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            taken = tools.extract_frames(
                clip,
                Path(folder, "pixels"),
                indices,
                max_short_side=self._choice.max_short_side,
            )
            # What was asked for several times was written once.
            places = np.searchsorted(taken.indices, indices)
            part = Path(folder, "frames.npz")
            np.savez(
                part,
                pixels=taken.array()[places],
                times_s=np.array(taken.times_s)[places],
                duration_s=facts.duration_s,
            )
            self._make_room(part.stat().st_size)
            part.replace(target)

    def _make_room(self, byte_count: int) -> None:
        if self._size is None:
            self._size = sum(f.stat().st_size for f in self._folder.glob("*.npz"))
        self._size += byte_count
        if self._size <= self._limit:
            return
        files = [(f.stat(), f) for f in self._folder.glob("*.npz")]
        files.sort(key=lambda pair: pair[0].st_mtime_ns)
        self._size = byte_count + sum(facts.st_size for facts, _ in files)
        for facts, file in files:
            if self._size <= self._limit * _FILL:
                break
            file.unlink(missing_ok=True)
            self._size -= facts.st_size


def _remembered(failed: Path) -> MediaError:
    code, message = json.loads(failed.read_text())
    return MediaError(MediaErrorCode(code), message)
