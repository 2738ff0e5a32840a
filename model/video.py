"""From a video to what both branches see: frames chosen, cropped, cut into tiles."""

import itertools
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from torch import Tensor

from corpus.media.extracted import ExtractedFrames
from corpus.media.frame_indices import thinned_indices, uniform_indices
from corpus.media.tools import MediaTools
from model.config import MimicChatConfig, SpatialConfig
from model.tiles import square, tiles_of


@dataclass(frozen=True)
class FrameChoice:
    """Which frames each branch sees, as indices from 0.

    Attributes:
        spatial: As many as the config says; a short video repeats some.
        temporal: The full sequence in the order of time, or fewer of a long video.
    """

    spatial: tuple[int, ...]
    temporal: tuple[int, ...]

    @property
    def all(self) -> tuple[int, ...]:
        return tuple(sorted({*self.spatial, *self.temporal}))


@dataclass(frozen=True)
class VideoInput:
    """What the network gets of one video, as bytes from 0 to 255.

    Attributes:
        tiles: (tiles, 3, side, side): those of the first sampled frame, then of the
            next.
        frames: (frames, 3, side, side): the full sequence in the order of time.
        frame_count: Of the video itself.
        stand_in_count: Damaged frames that the nearest good one stands in for.
    """

    tiles: Tensor
    frames: Tensor
    frame_count: int
    stand_in_count: int = 0

    @property
    def is_thinned(self) -> bool:
        """The temporal branch sees fewer frames than the video has."""
        return len(self.frames) < self.frame_count


def choose_frames(
    frame_count: int, config: MimicChatConfig, rng: Random | None = None
) -> FrameChoice:
    """Pick frames for both branches.

    Args:
        frame_count: Of the video.
        config: Says how many.
        rng: In training: take a random frame of each interval, not its middle.
    """
    count = config.spatial.frame_count
    spatial = uniform_indices(frame_count, count)
    if rng is not None:
        edges = [i * frame_count // count for i in range(count + 1)]
        spatial = [
            rng.randrange(first, max(first + 1, end))
            for first, end in itertools.pairwise(edges)
        ]
    temporal = thinned_indices(frame_count, config.temporal.max_frames)
    return FrameChoice(tuple(spatial), tuple(temporal))


def read(
    path: Path,
    config: MimicChatConfig,
    *,
    tools: MediaTools | None = None,
    frame_count: int | None = None,
    rng: Random | None = None,
) -> VideoInput:
    """Decode a video in one pass from its start.

    Args:
        path: The video.
        config: Says which frames, how large.
        tools: An open decoding process to use, for many videos.
        frame_count: If known; otherwise the video is decoded a first time to count.
        rng: As for `choose_frames`.

    Raises:
        MediaError: The video does not open, or holds no good frame.
    """
    if tools is None:
        with MediaTools() as own_tools:
            return read(path, config, tools=own_tools, frame_count=frame_count, rng=rng)
    if frame_count is None:
        frame_count = tools.probe(path).video.frame_count
    choice = choose_frames(frame_count, config, rng)
    with tempfile.TemporaryDirectory() as folder:
        pixels = Path(folder) / "pixels"
        extracted = tools.extract_frames(
            path, pixels, choice.all, max_short_side=_needed_short_side(config)
        )
        if extracted.decoded_count == frame_count:
            return _from_extracted(extracted, choice, config)
    return read(path, config, tools=tools, frame_count=extracted.decoded_count, rng=rng)


def from_frames(
    frames: Tensor, config: MimicChatConfig, rng: Random | None = None
) -> VideoInput:
    """What the network gets of a video that is already decoded.

    Args:
        frames: (frames, height, width, 3), bytes, in the order of time.
        config: Says which frames, how large.
        rng: As for `choose_frames`.
    """
    return from_strips(frames, frames, config, rng)


def from_strips(
    spatial: Tensor,
    temporal: Tensor,
    config: MimicChatConfig,
    rng: Random | None = None,
    *,
    frame_count: int | None = None,
) -> VideoInput:
    """What the network gets of a video of which each branch's share is decoded.

    Args:
        spatial: (frames, height, width, 3), bytes, evenly spread, in order of time.
        temporal: The same for the other branch, in any size.
        config: Says how many frames of each, how large.
        rng: As for `choose_frames`.
        frame_count: Of the video itself; None: that of `temporal`.
    """
    near = choose_frames(len(spatial), config, rng).spatial
    full = choose_frames(len(temporal), config).temporal
    return VideoInput(
        tiles=_tiles([spatial[index] for index in near], config.spatial),
        frames=square(
            temporal[list(full)].permute(0, 3, 1, 2), config.temporal.image_size
        ),
        frame_count=len(temporal) if frame_count is None else frame_count,
    )


def _needed_short_side(config: MimicChatConfig) -> int | None:
    """As small as both branches allow: large pictures are slow to pass on."""
    if config.spatial.max_patches // config.spatial.frame_count > 1:
        return None  # tiles want every pixel
    return max(config.spatial.image_size, config.temporal.image_size)


def _from_extracted(
    extracted: ExtractedFrames, choice: FrameChoice, config: MimicChatConfig
) -> VideoInput:
    # Read into memory: the file goes with its folder.
    pixels = torch.from_numpy(extracted.array().copy())
    pictures = dict(zip(extracted.indices, pixels, strict=True))
    return _prepare(
        pictures,
        choice,
        config,
        frame_count=extracted.decoded_count,
        stand_in_count=extracted.stand_in_count,
    )


def _prepare(
    pictures: Mapping[int, Tensor],
    choice: FrameChoice,
    config: MimicChatConfig,
    *,
    frame_count: int,
    stand_in_count: int = 0,
) -> VideoInput:
    return VideoInput(
        tiles=_tiles([pictures[i] for i in choice.spatial], config.spatial),
        frames=square(
            torch.stack([pictures[i] for i in choice.temporal]).permute(0, 3, 1, 2),
            config.temporal.image_size,
        ),
        frame_count=frame_count,
        stand_in_count=stand_in_count,
    )


def _tiles(pictures: Sequence[Tensor], config: SpatialConfig) -> Tensor:
    limit = max(1, config.max_patches // len(pictures))
    frames = torch.stack(list(pictures)).permute(0, 3, 1, 2)
    return tiles_of(
        frames,
        side=config.image_size,
        limit=limit,
        with_thumbnail=config.with_thumbnail,
    )
