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
from transformers import get_cosine_schedule_with_warmup

from model.mimic_chat import MimicChat
from model.synthetic.moving_shapes import Colour, Direction, Shape, SyntheticClip
from model.training.dataset import FrameSource
from model.video import from_strips

_BATCH = 32


@dataclass(frozen=True)
class Schooling:
    """How long and how fast an encoder is taught.

    Attributes:
        steps: Of 32 clips, for each encoder.
        learning_rate: The highest; then a cosine to 0.
        warmup_steps: Until it is reached.
        seed: Of the order.
    """

    steps: int
    learning_rate: float = 2e-3
    warmup_steps: int = 0
    seed: int = 0


@dataclass(frozen=True)
class Marks:
    """Shares of the right answers in the last tenth of the steps, from 0 to 1."""

    looks: float
    directions: float | None


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
    schooling: Schooling,
) -> Marks:
    """Teach the spatial one colour and shape, the temporal one the direction."""
    seen = _see(network, clips, source)
    config = network.config
    looks = nn.Linear(config.spatial.token_width, len(Colour) * len(Shape))
    mark = _teach(
        network.spatial_encoder,
        looks,
        lambda chosen: (
            looks(network.spatial_encoder(seen.tile[chosen]).mean(1)),
            seen.looks[chosen],
        ),
        len(clips),
        schooling,
    )
    temporal = network.temporal_encoder
    if temporal is None:
        return Marks(mark, None)
    directions = nn.Linear(config.temporal.hidden_size, len(Direction))
    other_mark = _teach(
        temporal,
        directions,
        lambda chosen: (
            directions(temporal(seen.frames[chosen]).mean(1)),
            seen.directions[chosen],
        ),
        len(clips),
        schooling,
    )
    return Marks(mark, other_mark)


def _teach(
    encoder: nn.Module,
    head: nn.Module,
    forward: Callable[[list[int]], tuple[Tensor, Tensor]],
    clip_count: int,
    schooling: Schooling,
) -> float:
    """Returns the share of right answers towards the end."""
    random = Random(schooling.seed)  # noqa: S311 (no secret)
    encoder.train()
    parameters = [*encoder.parameters(), *head.parameters()]
    optimizer = torch.optim.AdamW(parameters, lr=schooling.learning_rate)
    schedule = get_cosine_schedule_with_warmup(
        optimizer, schooling.warmup_steps, schooling.steps
    )
    shares = []
    for _ in range(schooling.steps):
        logits, targets = forward(random.sample(range(clip_count), _BATCH))
        shares.append(float((logits.argmax(1) == targets).float().mean()))
        optimizer.zero_grad()
        functional.cross_entropy(logits, targets).backward()
        optimizer.step()
        schedule.step()
    encoder.eval()
    last = shares[-max(1, len(shares) // 10) :]
    return sum(last) / len(last)


def _see(
    network: MimicChat, clips: Sequence[SyntheticClip], source: FrameSource
) -> _Seen:
    config = network.config
    found = [source.frames(Path(clip.name)) for clip in clips]
    videos = [from_strips(each.spatial, each.temporal, config) for each in found]
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
