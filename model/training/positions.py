"""Positions must be exact: RoPE's frequencies in float32, whatever the network is in.

In bfloat16 a frequency is off by up to 1 part in 256, which at position 2,200 turns a
key by 2.5 rad. DeepSpeed up to 0.19.1 rounds buffers with the weights.
"""

from typing import Any

import torch
from torch import nn
from transformers import (
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)
from transformers.models.llama.modeling_llama import LlamaRotaryEmbedding

from model.initialisation import reset_rotary
from model.training.errors import TrainingError

_BUFFER = "inv_freq"


def restore_positions(network: nn.Module) -> None:
    """Compute frequencies again that something rounded.

    Raises:
        TrainingError: Some are still rounded.
    """
    for module in network.modules():
        if isinstance(module, LlamaRotaryEmbedding) and _is_rounded(module):
            reset_rotary(module)
    rounded = [
        name
        for name, module in network.named_modules()
        if isinstance(getattr(module, _BUFFER, None), torch.Tensor)
        and _is_rounded(module)
    ]
    if rounded:
        message = (
            f"{len(rounded)} modules compute positions in low precision, such as "
            f"{rounded[0]}: far positions would be wrong. Use DeepSpeed after 0.19.1, "
            "or set `deepspeed = false`."
        )
        raise TrainingError(message)


def _is_rounded(module: nn.Module) -> bool:
    frequencies = getattr(module, _BUFFER)
    return frequencies.dtype in {torch.bfloat16, torch.float16}


class ExactPositions(TrainerCallback):
    """Looks at the start, after everything has wrapped the network."""

    def on_train_begin(
        self,
        args: TrainingArguments,  # noqa: ARG002 (transformers' signature)
        state: TrainerState,  # noqa: ARG002
        control: TrainerControl,  # noqa: ARG002
        **parts: Any,  # noqa: ANN401
    ) -> None:
        restore_positions(parts["model"])
