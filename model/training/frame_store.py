"""Decoded frames of training clips: decoded at first use, read from disk ever after."""

import json
import os
import tempfile
from contextlib import ExitStack
from hashlib import blake2b
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.sampling import thinned_indices
from corpus.media.tools import MediaTools
from model.config import MimicChatConfig

# Stored frames rest on it: raise it with every change of what is decoded.
_VERSION = 1
_GIB = 1024**3
# Evict a little more than needed, so that not every new clip looks through the folder.
_FILL = 0.9


class FrameStore:
    """Up to `temporal.max_frames` frames a clip, evenly spread, in the order of time.

    Both branches choose among these, so that one pass of the decoder serves all epochs.
    A clip that cannot be decoded is remembered with its reason. Several processes may
    use one folder: each decodes in a process of its own.
    """

    def __init__(
        self, folder: Path, config: MimicChatConfig, *, limit_gib: float = 50.0
    ) -> None:
        self._folder = folder
        self._frame_limit = max(config.temporal.max_frames, config.spatial.frame_count)
        self._side = max(config.spatial.image_size, config.temporal.image_size)
        self._limit = int(limit_gib * _GIB)
        self._size: int | None = None
        self._tools: tuple[int, MediaTools, ExitStack] | None = None
        folder.mkdir(parents=True, exist_ok=True)

    def frames(self, clip: Path) -> Tensor:
        """(frames, height, width, 3), bytes.

        Raises:
            MediaError: The clip does not decode; at once where that is known.
        """
        stored = self._folder / f"{self._key(clip)}.npy"
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
        # Read-only on disk; a copy is torch's to keep.
        return torch.from_numpy(np.load(stored))

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
            self._frame_limit,
            self._side,
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
        frame_count = tools.probe(clip).video.frame_count
        indices = thinned_indices(frame_count, self._frame_limit)
        with tempfile.TemporaryDirectory(dir=self._folder) as folder:
            frames = tools.extract_frames(
                clip, Path(folder, "pixels"), indices, max_short_side=self._side
            )
            part = Path(folder, "frames.npy")
            np.save(part, frames.array())
            self._make_room(part.stat().st_size)
            part.replace(target)

    def _make_room(self, byte_count: int) -> None:
        if self._size is None:
            self._size = sum(f.stat().st_size for f in self._folder.glob("*.npy"))
        self._size += byte_count
        if self._size <= self._limit:
            return
        files = [(f.stat(), f) for f in self._folder.glob("*.npy")]
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
