"""Encoders that know what is on a synthetic clip: they stand for the published ones.

Each is taught by a linear head that is thrown away; then it is frozen, as in the paper.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.mimic_chat import MimicChat
from model.synthetic.clips import Colour, Direction, Shape, SyntheticClip
from model.training.dataset import FrameSource
from model.video import from_frames

_BATCH = 32
_LEARNING_RATE = 2e-3


@dataclass(frozen=True)
class _Seen:
    """Clips as tensors, with what is on them."""

    tile: Tensor
    frames: Tensor
    looks: Tensor
    directions: Tensor


def teach_encoders(
    network: MimicChat,
    clips: Sequence[SyntheticClip],
    source: FrameSource,
    *,
    steps: int,
    seed: int,
) -> None:
    """Teach the spatial one colour and shape, the temporal one the direction."""
    seen = _see(network, clips, source)
    config = network.config
    looks = nn.Linear(config.spatial.token_width, len(Colour) * len(Shape))
    _teach(
        network.spatial_encoder,
        looks,
        lambda chosen: (
            looks(network.spatial_encoder(seen.tile[chosen]).mean(1)),
            seen.looks[chosen],
        ),
        count=len(clips),
        steps=steps,
        seed=seed,
    )
    temporal = network.temporal_encoder
    if temporal is None:
        return
    directions = nn.Linear(config.temporal.hidden_size, len(Direction))
    _teach(
        temporal,
        directions,
        lambda chosen: (
            directions(temporal(seen.frames[chosen]).mean(1)),
            seen.directions[chosen],
        ),
        count=len(clips),
        steps=steps,
        seed=seed,
    )


def _teach(
    encoder: nn.Module,
    head: nn.Module,
    forward: Callable[[list[int]], tuple[Tensor, Tensor]],
    *,
    count: int,
    steps: int,
    seed: int,
) -> None:
    random = Random(seed)  # noqa: S311 (no secret)
    encoder.train()
    parameters = [*encoder.parameters(), *head.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=_LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for _ in range(steps):
        logits, targets = forward(random.sample(range(count), _BATCH))
        optimizer.zero_grad()
        functional.cross_entropy(logits, targets).backward()
        optimizer.step()
        schedule.step()
    encoder.eval()


def _see(
    network: MimicChat, clips: Sequence[SyntheticClip], source: FrameSource
) -> _Seen:
    config = network.config
    videos = [from_frames(source.frames(Path(clip.name)), config) for clip in clips]
    colours, shapes, directions = list(Colour), list(Shape), list(Direction)
    looks = [
        colours.index(clip.colour) * len(shapes) + shapes.index(clip.shape)
        for clip in clips
    ]
    # The motion repeats itself: one of the temporal encoder's clips shows it all.
    length = config.temporal.clip_length
    return _Seen(
        tile=torch.stack([video.tiles[0] for video in videos]),
        frames=torch.stack([video.frames[:length] for video in videos]),
        looks=torch.tensor(looks),
        directions=torch.tensor([directions.index(clip.direction) for clip in clips]),
    )
