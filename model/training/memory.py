"""Whether a run fits into memory, estimated before anything is built."""

import os
from dataclasses import dataclass

import torch

from model.config import MimicChatConfig
from model.mimic_chat import build
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


def memory_need(config: MimicChatConfig, recipe: Recipe) -> MemoryNeed:
    """An estimate, meant to be within a third of the truth.

    Args:
        config: The network's; its longest sequence is what a batch is made of.
        recipe: Says how many samples, in what precision, with which savings.
    """
    network = build(config, device="meta")
    trained = sum(p.numel() for p in network.trainable_parameters().values())
    frozen = sum(p.numel() for p in network.parameters()) - trained
    width = 2 if recipe.precision == "bf16" else 4
    devices = int(os.environ.get("WORLD_SIZE", "1"))
    # Stage 1 shards AdamW's means and its float32 weights, three quarters of it all.
    state = trained * _BYTES_TRAINED
    if recipe.deepspeed:
        state = state // 4 + state * 3 // 4 // devices
    return MemoryNeed(
        weights=frozen * width,
        training_state=state,
        activations=_activations(config, recipe, width),
    )


def refuse_too_large(config: MimicChatConfig, recipe: Recipe) -> None:
    """Compare the need with the device's memory.

    Raises:
        TrainingError: It does not fit; says what would help.
    """
    need, there = memory_need(config, recipe).total, device_memory()
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


def _activations(config: MimicChatConfig, recipe: Recipe, width: int) -> int:
    language = config.language
    tokens = recipe.per_device_batch * language.max_tokens
    kept = tokens * language.hidden_size * width
    one_layer = _KEPT_A_LAYER * kept + tokens * language.intermediate_size * 3 * width
    layers = language.layer_count
    if recipe.checkpoints_activations:
        return kept * layers + one_layer
    return one_layer * layers
