"""Decodes each video once and keeps what the models want of it, for all of them.

Decoding happens in the killable process of `corpus.media`. The cache is shared by all
workers of a machine: a lock a video, so that two never decode the same one.
"""

import fcntl
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.extracted import ExtractedFrames
from corpus.media.tools import MediaTools
from generation.engines.base import Frames
from generation.frame_policy import FramesPolicy
from generation.frame_store import Manifest, VideoFolder

_HASH = re.compile(r"[0-9a-f]{64}")
_LOCK_COUNT = 64
_READ_TRIES = 5


class Length(NamedTuple):
    """What an earlier decoding of a video, at its import say, found."""

    frame_count: int
    duration_s: float


@dataclass(frozen=True)
class CacheUse:
    """How full the cache is."""

    video_count: int
    byte_count: int
    limit_bytes: int


class FrameCache:
    """Frames by content hash and policy; safe for several threads and processes.

    Args:
        root: Its folder, made when it is needed.
        size_limit: In bytes; the videos used longest ago make room for new ones.
        policies: What other models want too. A video that must be decoded is decoded
            for all of them at once.
        timeout_s: For each of the two passes over a video: measuring and taking.
    """

    def __init__(
        self,
        root: Path,
        size_limit: int,
        *,
        policies: Sequence[FramesPolicy] = (),
        timeout_s: float = 300.0,
    ) -> None:
        self._root = root
        self._size_limit = size_limit
        self._policies = tuple(policies)
        self._timeout_s = timeout_s
        self._local = threading.local()
        self._tools: list[MediaTools] = []

    def frames(
        self,
        video_path: Path,
        content_hash: str,
        policy: FramesPolicy,
        length: Length | None = None,
    ) -> Frames:
        """The frames that a policy wants of a video.

        Args:
            video_path: Opened only where the cache lacks something.
            content_hash: SHA-256 of the file, in hexadecimal.
            policy: Of the model that asks.
            length: Saves a pass over the video: without it the frames are counted
                first. One that turns out wrong does no harm.

        Raises:
            MediaError: The file cannot be decoded, or its decoder did not survive.
        """
        folder = self._folder(content_hash)
        for _ in range(_READ_TRIES):
            try:
                manifest = self._decoded(folder, video_path, policy, length)
                return folder.frames(manifest, policy)
            except FileNotFoundError:
                # Replaced or evicted between manifest and pixels.
                continue
        message = "The frame cache is too small for the videos in work; enlarge it."
        raise MediaError(MediaErrorCode.WRITE_FAILED, message)

    def use(self) -> CacheUse:
        """Counted from the disk."""
        sizes = [folder.byte_count() for folder in self._folders()]
        return CacheUse(len(sizes), sum(sizes), self._size_limit)

    def clear(self) -> int:
        """Remove everything; how many videos there were."""
        folders = [*self._folders()]
        for folder in folders:
            folder.remove()
        return len(folders)

    def close(self) -> None:
        """End the decoding processes; call it when no thread decodes."""
        while self._tools:
            self._tools.pop().__exit__(None, None, None)
        self._local = threading.local()

    def _decoded(
        self,
        folder: VideoFolder,
        video_path: Path,
        policy: FramesPolicy,
        length: Length | None,
    ) -> Manifest:
        manifest = folder.manifest(decoder_version())
        if manifest is None or not manifest.serves(policy):
            with self._lock(folder):
                manifest = folder.manifest(decoder_version())
                if manifest is None or not manifest.serves(policy):
                    manifest = self._decode(
                        folder, video_path, policy, manifest, length
                    )
                    self._evict(folder)
        manifest.require_usable()
        return manifest

    def _decode(
        self,
        folder: VideoFolder,
        video_path: Path,
        policy: FramesPolicy,
        known: Manifest | None,
        length: Length | None,
    ) -> Manifest:
        """Write what is missing; a refusal of the file is written as well."""
        folder.path.mkdir(parents=True, exist_ok=True)
        manifest = None
        if known is None and length is not None:
            manifest = self._trusting(folder, video_path, policy, length)
        try:
            manifest = manifest or self._filled(
                folder, video_path, policy, known or self._measured(video_path)
            )
        except MediaError as error:
            if not error.code.is_permanent:
                raise
            refusal = (error.code.value, error.message)
            manifest = Manifest(decoder=decoder_version(), refusal=refusal)
        folder.write(manifest)
        return manifest

    def _trusting(
        self,
        folder: VideoFolder,
        video_path: Path,
        policy: FramesPolicy,
        length: Length,
    ) -> Manifest | None:
        """All frames in one pass; None where the video is not as long as was told."""
        told = Manifest(
            decoder=decoder_version(),
            frame_count=length.frame_count,
            fps=length.frame_count / length.duration_s,
            duration_s=length.duration_s,
        )
        try:
            return self._filled(folder, video_path, policy, told, is_told=True)
        except _OtherLengthError:
            return None
        except MediaError as error:
            if not error.code.is_permanent:
                raise
            return None  # measuring says better what is wrong

    def _filled(
        self,
        folder: VideoFolder,
        video_path: Path,
        policy: FramesPolicy,
        manifest: Manifest,
        *,
        is_told: bool = False,
    ) -> Manifest:
        """The manifest with the pixels that it lacks.

        Raises:
            _OtherLengthError: Its length was only told, and is not the video's.
        """
        sides = {each.max_short_side for each in (policy, *self._policies)}
        wanted = {side: self._wanted(side, policy, manifest) for side in sides}
        taken = {
            side: self._taken(folder, video_path, side, indices)
            for side, indices in wanted.items()
            if side not in manifest.pixels or not manifest.pixels[side].holds(indices)
        }
        counts = {extracted.decoded_count for extracted in taken.values()}
        if is_told and counts != {manifest.frame_count}:
            raise _OtherLengthError
        pixels = {side: folder.keep(extracted) for side, extracted in taken.items()}
        return replace(manifest, pixels=manifest.pixels | pixels)

    def _measured(self, video_path: Path) -> Manifest:
        facts = self._decoder().probe(video_path, timeout_s=self._timeout_s).video
        return Manifest(
            decoder=decoder_version(),
            frame_count=facts.frame_count,
            fps=facts.fps,
            duration_s=facts.duration_s,
        )

    def _wanted(self, side: int, policy: FramesPolicy, manifest: Manifest) -> list[int]:
        asked = [
            each for each in (policy, *self._policies) if each.max_short_side == side
        ]
        indices = {i for each in asked for i in each.indices(manifest.frame_count)}
        there = manifest.pixels.get(side)
        return sorted(indices | set(there.indices if there else ()))

    def _taken(
        self, folder: VideoFolder, video_path: Path, side: int, indices: list[int]
    ) -> ExtractedFrames:
        target = folder.path / f"{side}-{uuid4().hex}.rgb"
        try:
            return self._decoder().extract_frames(
                video_path,
                target,
                indices,
                max_short_side=side,
                timeout_s=self._timeout_s,
            )
        except MediaError:
            target.unlink(missing_ok=True)
            raise

    def _decoder(self) -> MediaTools:
        """This thread's decoding process."""
        tools: MediaTools | None = getattr(self._local, "tools", None)
        if tools is None:
            tools = self._local.tools = MediaTools()
            self._tools.append(tools)
        return tools

    def _evict(self, newest: VideoFolder) -> None:
        """Remove the videos used longest ago until the limit holds."""
        folders = sorted(self._folders(), key=VideoFolder.last_use)
        sizes = {folder.path: folder.byte_count() for folder in folders}
        total = sum(sizes.values())
        for folder in folders:
            if total <= self._size_limit:
                return
            if folder.path != newest.path:
                folder.remove()
                total -= sizes[folder.path]

    def _folder(self, content_hash: str) -> VideoFolder:
        if not _HASH.fullmatch(content_hash):
            message = f"{content_hash!r} is no SHA-256 of a file."
            raise ValueError(message)
        return VideoFolder(self._root / content_hash[:2] / content_hash)

    def _folders(self) -> Iterator[VideoFolder]:
        return (VideoFolder(path) for path in self._root.glob("??/" + "?" * 64))

    @contextmanager
    def _lock(self, folder: VideoFolder) -> Iterator[None]:
        """Keep other processes and threads from decoding the same video."""
        locks = self._root / "locks"
        locks.mkdir(parents=True, exist_ok=True)
        number = int(folder.path.name[:8], 16) % _LOCK_COUNT
        with (locks / f"{number}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class _OtherLengthError(Exception):
    """A video has more or fewer frames than was told."""


@lru_cache(maxsize=1)
def decoder_version() -> str:
    """What the pixels depend on beside the file."""
    import av

    return f"PyAV {av.__version__}"
