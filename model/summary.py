"""What a network consists of: parameters, what trains, memory; without its weights."""

from dataclasses import dataclass

import torch
from torch import nn

from model.config import MimicChatConfig
from model.initialisation import empty
from model.mimic_chat import MimicChat

_BF16_BYTES = 2
_FP32_BYTES = 4
_ADAM_COPIES = 4  # of what trains: weights, gradients, two moments


@dataclass(frozen=True)
class PartSummary:
    """One part; adapters count apart from the language model they stand in."""

    name: str
    parameter_count: int
    trainable_count: int


@dataclass(frozen=True)
class Summary:
    """A whole network.

    Attributes:
        weights_bytes: Of all weights in bfloat16.
        training_bytes: These, and what trains in float32 with its gradients and AdamW's
            two moments. Activations come on top.
        cache_bytes_per_token: Of the key-value cache in bfloat16.
        max_visual_tokens: Of the sequence's `max_tokens`.
    """

    name: str
    parts: tuple[PartSummary, ...]
    parameter_count: int
    trainable_count: int
    weights_bytes: int
    training_bytes: int
    cache_bytes_per_token: int
    max_visual_tokens: int
    max_tokens: int


def summarise(config: MimicChatConfig) -> Summary:
    """Count a network that is built without memory."""
    network = empty(config, dtype=torch.bfloat16, device="meta")
    parts = tuple(
        PartSummary(
            name,
            sum(p.numel() for p in parameters),
            sum(p.numel() for p in parameters if p.requires_grad),
        )
        for name, parameters in _parts(network).items()
    )
    total = sum(part.parameter_count for part in parts)
    trainable = sum(part.trainable_count for part in parts)
    language = config.language
    key_width = language.hidden_size // language.head_count * language.key_head_count
    return Summary(
        name=config.name,
        parts=parts,
        parameter_count=total,
        trainable_count=trainable,
        weights_bytes=total * _BF16_BYTES,
        training_bytes=(total - trainable) * _BF16_BYTES
        + trainable * _FP32_BYTES * _ADAM_COPIES,
        cache_bytes_per_token=2 * language.layer_count * key_width * _BF16_BYTES,
        max_visual_tokens=config.max_visual_tokens,
        max_tokens=language.max_tokens,
    )


def _parts(network: MimicChat) -> dict[str, list[nn.Parameter]]:
    parts: dict[str, list[nn.Parameter]] = {}
    for name, parameter in network.named_parameters():
        part = "adapters" if "lora_" in name else name.split(".")[0]
        parts.setdefault(part, []).append(parameter)
    return parts
