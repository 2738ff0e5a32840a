"""Examples of several videos in one padded batch."""

from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence

from model.config import MimicChatConfig
from model.mimic_chat import IGNORED_LABEL
from model.text import Example

PaddingSide = Literal["left", "right"]


class Batch(TypedDict):
    """The arguments of `MimicChat.forward`, as a dict of tensors for trainers.

    `pixel_values` holds the tiles of all videos one after the other; the other tensors
    have one row a video.
    """

    input_ids: Tensor
    attention_mask: Tensor
    pixel_values: Tensor
    temporal_pixels: NotRequired[Tensor]
    temporal_mask: NotRequired[Tensor]
    labels: NotRequired[Tensor]
    segments: NotRequired[Tensor]


def collate(
    examples: Sequence[Example],
    config: MimicChatConfig,
    *,
    padding_id: int,
    padding_side: PaddingSide = "right",
) -> Batch:
    """Put examples side by side.

    Args:
        examples: At least one.
        config: Of the network.
        padding_id: `Encoder.padding_id`.
        padding_side: "right" to train, "left" to generate.
    """
    rows = [torch.tensor(example.input_ids) for example in examples]
    ids = _padded(rows, padding_id, padding_side)
    batch = Batch(
        input_ids=ids,
        attention_mask=_padded([torch.ones_like(row) for row in rows], 0, padding_side),
        pixel_values=torch.cat([example.video.tiles for example in examples]),
    )
    if any(label != IGNORED_LABEL for e in examples for label in e.labels):
        labels = [torch.tensor(example.labels) for example in examples]
        batch["labels"] = _padded(labels, IGNORED_LABEL, padding_side)
    if any(example.segments for example in examples):
        numbers = [torch.tensor(e.segments or [0] * len(e.input_ids)) for e in examples]
        batch["segments"] = _padded(numbers, 0, padding_side)
    # With texts alone there is nothing temporal to attend to.
    if config.has_temporal_branch and any(len(e.video.frames) for e in examples):
        frames = [_whole_clips(example, config) for example in examples]
        counts = torch.tensor([len(example.video.frames) for example in examples])
        batch["temporal_pixels"] = pad_sequence(frames, batch_first=True)
        longest = batch["temporal_pixels"].shape[1]
        batch["temporal_mask"] = torch.arange(longest) < counts.unsqueeze(1)
    return batch


def to_device(batch: Batch, device: torch.device | str) -> Batch:
    """The same batch there."""
    moved = {name: tensor.to(device) for name, tensor in batch.items()}  # type: ignore[attr-defined]
    return Batch(**moved)  # type: ignore[typeddict-item]


def _padded(rows: list[Tensor], value: int, side: PaddingSide) -> Tensor:
    return pad_sequence(rows, batch_first=True, padding_value=value, padding_side=side)


def _whole_clips(example: Example, config: MimicChatConfig) -> Tensor:
    """Frames with the last one repeated to a full clip.

    In a batch the encoder sees beside them what it would see if they stood alone.
    """
    frames = example.video.frames
    missing = -len(frames) % config.temporal.clip_length
    return torch.cat([frames, frames[-1:].expand(missing, -1, -1, -1)])
