"""Decodes each video once and keeps what models want of it: for writing, for training.

Content-addressed: a video is known by the hash of its file. Decoding happens in the
killable process of the sandbox. Any number of processes may share a store: a lock a
video, so that two never decode the same one, and one limit for all of them.
"""

import fcntl
import hashlib
import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from corpus.media.errors import MediaError, MediaErrorCode
from corpus.media.extracted import ExtractedFrames
from corpus.media.store_room import StoreRoom, StoreUse
from corpus.media.strips import Frames, Strip
from corpus.media.tools import MediaTools
from corpus.media.video_folder import QUALITY, Manifest, VideoFolder

_HASH = re.compile(r"[0-9a-f]{64}")
_LOCK_COUNT = 64
_READ_TRIES = 5


class Length(NamedTuple):
    """What an earlier decoding of a video, at its import say, found."""

    frame_count: int
    duration_s: float


class FrameStore:
    """Frames by content hash and strip; safe for several threads and processes.

    Args:
        root: Its folder, made when it is needed.
        size_limit: In bytes; see `StoreRoom` for which videos make room.
        strips: What other models want too. A video that must be decoded is decoded
            for all of them at once.
        timeout_s: For each of the passes over a video: measuring and taking.
        pinned_since: When the work that uses the store began, in seconds since the
            epoch: what is used from then on stays.
    """

    def __init__(
        self,
        root: Path,
        size_limit: int,
        *,
        strips: Sequence[Strip] = (),
        timeout_s: float = 300.0,
        pinned_since: float | None = None,
    ) -> None:
        self._root = root
        self._room = StoreRoom(root, size_limit, pinned_since)
        self._strips = tuple(strips)
        self._timeout_s = timeout_s
        self._local = threading.local()
        self._tools: list[tuple[int, MediaTools]] = []

    def frames(
        self,
        video_path: Path,
        content_hash: str,
        strips: Sequence[Strip],
        length: Length | None = None,
    ) -> tuple[Frames, ...]:
        """The frames of each strip.

        Args:
            video_path: Opened only where the store lacks something.
            content_hash: SHA-256 of the file, in hexadecimal.
            strips: What is wanted.
            length: Saves a pass over the video: without it the frames are counted
                first. One that turns out wrong does no harm.

        Raises:
            MediaError: The file cannot be decoded, or its decoder did not survive.
        """
        folder = self._folder(content_hash)
        for _ in range(_READ_TRIES):
            manifest, added_bytes = self._decoded(folder, video_path, strips, length)
            try:
                found = tuple(folder.frames(manifest, strip) for strip in strips)
            except FileNotFoundError:
                # Replaced or evicted between manifest and pictures.
                continue
            if added_bytes:
                self._room.take_in(folder, added_bytes)
            return found
        message = "The frame store is too small for the videos in progress; enlarge it."
        raise MediaError(MediaErrorCode.WRITE_FAILED, message)

    def content_hash(self, video_path: Path) -> str:
        """SHA-256 of a file, read again only where its size or time has changed.

        Raises:
            MediaError: It is missing.
        """
        try:
            facts = video_path.stat()
            stamp = f"{video_path.resolve()} {facts.st_size} {facts.st_mtime_ns}"
            name = hashlib.sha256(stamp.encode()).hexdigest()
            note = self._root / "hashes" / name[:2] / name
            if note.is_file():
                return note.read_text(encoding="ascii")
            with video_path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            message = f"{video_path} is missing."
            raise MediaError(MediaErrorCode.MISSING, message) from None
        note.parent.mkdir(parents=True, exist_ok=True)
        partial = note.with_name(f"{name}-{uuid4().hex}.part")
        partial.write_text(digest, encoding="ascii")
        partial.replace(note)
        return digest

    def use(self) -> StoreUse:
        """Counted from the disk."""
        return self._room.use()

    def clear(self) -> int:
        """Remove everything; how many videos there were."""
        return self._room.clear()

    def close(self) -> None:
        """End this process's decoders; call it when no thread decodes."""
        while self._tools:
            owner, tools = self._tools.pop()
            if owner == os.getpid():
                tools.close()
        self._local = threading.local()

    def _decoded(
        self,
        folder: VideoFolder,
        video_path: Path,
        strips: Sequence[Strip],
        length: Length | None,
    ) -> tuple[Manifest, int]:
        """A manifest that serves, and how many bytes were added for it."""
        manifest, added_bytes = folder.manifest(decoder_version()), 0
        if manifest is None or not manifest.serves(strips):
            with self._lock(folder):
                manifest = folder.manifest(decoder_version())
                if manifest is None or not manifest.serves(strips):
                    before = folder.byte_count()
                    manifest = self._decode(
                        folder, video_path, strips, manifest, length
                    )
                    added_bytes = folder.byte_count() - before
        manifest.require_usable()
        return manifest, added_bytes

    def _decode(
        self,
        folder: VideoFolder,
        video_path: Path,
        strips: Sequence[Strip],
        known: Manifest | None,
        length: Length | None,
    ) -> Manifest:
        """Write what is missing; a refusal of the file is written as well."""
        folder.path.mkdir(parents=True, exist_ok=True)
        manifest = None
        if known is None and length is not None:
            manifest = self._trusting(folder, video_path, strips, length)
        try:
            manifest = manifest or self._filled(
                folder, video_path, strips, known or self._measured(video_path)
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
        strips: Sequence[Strip],
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
            return self._filled(folder, video_path, strips, told, is_told=True)
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
        strips: Sequence[Strip],
        manifest: Manifest,
        *,
        is_told: bool = False,
    ) -> Manifest:
        """The manifest with the pictures that it lacks.

        Raises:
            _OtherLengthError: Its length was only told, and is not the video's.
        """
        wanted = self._wanted(strips, manifest)
        taken = {
            side: self._taken(folder, video_path, side, indices)
            for side, indices in wanted.items()
            if side not in manifest.pictures
            or not manifest.pictures[side].holds(indices)
        }
        counts = {extracted.decoded_count for extracted in taken.values()}
        if is_told and counts != {manifest.frame_count}:
            raise _OtherLengthError
        kept = {side: folder.keep(extracted) for side, extracted in taken.items()}
        return replace(manifest, pictures=manifest.pictures | kept)

    def _measured(self, video_path: Path) -> Manifest:
        facts = self._decoder().probe(video_path, timeout_s=self._timeout_s).video
        return Manifest(
            decoder=decoder_version(),
            frame_count=facts.frame_count,
            fps=facts.fps,
            duration_s=facts.duration_s,
        )

    def _wanted(
        self, strips: Sequence[Strip], manifest: Manifest
    ) -> dict[int, list[int]]:
        """Indices by size: what is asked for, what others want, what is there."""
        wanted: dict[int, set[int]] = {}
        for strip in (*strips, *self._strips):
            indices = wanted.setdefault(strip.max_short_side, set())
            indices.update(strip.indices(manifest.frame_count))
        for side, pictures in manifest.pictures.items():
            if side in wanted:
                wanted[side].update(pictures.indices)
        return {side: sorted(indices) for side, indices in wanted.items()}

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
        """This thread's decoding process; a forked loader has its own."""
        owner, tools = getattr(self._local, "tools", (0, None))
        if tools is None or owner != os.getpid():
            owner, tools = os.getpid(), MediaTools()
            self._local.tools = owner, tools
            self._tools.append((owner, tools))
        return tools

    def _folder(self, content_hash: str) -> VideoFolder:
        if not _HASH.fullmatch(content_hash):
            message = f"{content_hash!r} is not the SHA-256 of a file."
            raise ValueError(message)
        return VideoFolder(self._root / content_hash[:2] / content_hash)

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
    """What the pictures depend on beside the file."""
    import av
    import PIL

    return f"PyAV {av.__version__}, Pillow {PIL.__version__}, JPEG {QUALITY}"
