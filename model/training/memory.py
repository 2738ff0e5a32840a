"""Whether a run fits into memory, estimated before anything is built."""

import os
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import nn
from transformers import AutoConfig, AutoModelForImageTextToText

from model.config import MimicChatConfig
from model.initialisation import build
from model.native.adapter import add_adapter
from model.native.config import NativeConfig
from model.training.errors import TrainingError
from model.training.recipe import Recipe

_GIB = 1024**3
# A trained weight in float32, its gradient and AdamW's two means.
_BYTES_TRAINED = 16
# Values that one layer keeps for its gradient, a token and unit of width (Korthikanti
# et al., 2022, "Reducing activation recomputation", table 2, without dropout masks).
_KEPT_A_LAYER = 17
# Python, libraries, the allocator's slack.
_SLACK = 1.1
_FIXED = 1 * _GIB


@dataclass(frozen=True)
class MemoryNeed:
    """Bytes on one device."""

    weights: int
    training_state: int
    activations: int

    @property
    def total(self) -> int:
        need = self.weights + self.training_state + self.activations
        return round(need * _SLACK) + _FIXED


def memory_need(
    config: MimicChatConfig, recipe: Recipe, *, device_count: int = 0
) -> MemoryNeed:
    """An estimate, meant to be within a third of the truth.

    Args:
        config: The network's; its longest sequence is what a batch is made of.
        recipe: Says how many samples, in what precision, with which savings.
        device_count: That share the optimizer; 0: as many as were started.
    """
    language = config.language
    sizes = _Sizes(
        language.hidden_size,
        language.intermediate_size,
        language.layer_count,
        language.max_tokens,
    )
    network = build(config, device="meta")
    return _need(network, sizes, recipe, device_count or _started())


def native_memory_need(native: NativeConfig, recipe: Recipe) -> MemoryNeed:
    """The same of a published model with an adapter."""
    config = AutoConfig.from_pretrained(native.checkpoint, local_files_only=True)
    with torch.device("meta"):
        network = AutoModelForImageTextToText.from_config(config)
    text = config.get_text_config()
    sizes = _Sizes(
        text.hidden_size,
        text.intermediate_size,
        text.num_hidden_layers,
        native.max_tokens,
    )
    return _need(add_adapter(network, native.lora), sizes, recipe, _started())


def _started() -> int:
    return int(os.environ.get("WORLD_SIZE", "1"))


def refuse_too_large(estimate: MemoryNeed, recipe: Recipe) -> None:
    """Compare the need with the device's memory.

    Raises:
        TrainingError: It does not fit; says what would help.
    """
    need, there = estimate.total, device_memory()
    if need <= there:
        return
    remedies = []
    if not recipe.checkpoints_activations:
        remedies.append("set `checkpoints_activations = true`")
    if recipe.per_device_batch > 1:
        remedies.append("lower `per_device_batch`")
    if recipe.precision == "fp32":
        remedies.append('set `precision = "bf16"`')
    remedies.append("take a smaller network or a larger device")
    message = (
        f"The run needs about {need / _GIB:.0f} GiB on each device, and there are "
        f"{there / _GIB:.0f}: {', '.join(remedies)}."
    )
    raise TrainingError(message)


def device_memory() -> int:
    """Bytes of the GPU that this process uses, or of the machine."""
    if torch.cuda.is_available():
        device = int(os.environ.get("LOCAL_RANK", "0"))
        return int(torch.cuda.get_device_properties(device).total_memory)
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def best_device() -> torch.device:
    """Where a network that no trainer places is asked."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


class _Sizes(NamedTuple):
    """Of the language model, and of its longest sequence."""

    hidden: int
    intermediate: int
    layers: int
    tokens: int


def _need(
    network: nn.Module, sizes: _Sizes, recipe: Recipe, devices: int
) -> MemoryNeed:
    trained = sum(p.numel() for p in network.parameters() if p.requires_grad)
    frozen = sum(p.numel() for p in network.parameters()) - trained
    width = 2 if recipe.precision == "bf16" else 4
    # Stage 1 shards AdamW's means and its float32 weights, three quarters of it all.
    state = trained * _BYTES_TRAINED
    if recipe.deepspeed:
        state = state // 4 + state * 3 // 4 // devices
    return MemoryNeed(
        weights=frozen * width,
        training_state=state,
        activations=_activations(sizes, recipe, width),
    )


def _activations(sizes: _Sizes, recipe: Recipe, width: int) -> int:
    tokens = recipe.per_device_batch * sizes.tokens
    kept = tokens * sizes.hidden * width
    one_layer = _KEPT_A_LAYER * kept + tokens * sizes.intermediate * 3 * width
    if recipe.checkpoints_activations:
        return kept * sizes.layers + one_layer
    return one_layer * sizes.layers
