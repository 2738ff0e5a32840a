"""Random weights, apart from construction: a network made on "meta" has none yet."""

import torch
from torch import nn
from transformers.models.llama.modeling_llama import LlamaRMSNorm, LlamaRotaryEmbedding

from model.config import MimicChatConfig
from model.gate import TemporalGate
from model.lora import reset_adapters
from model.mimic_chat import MimicChat
from model.projector import Projector

# Of linear layers and embeddings, as InternLM2, InternViT and TimeSformer start.
_STD = 0.02
# InternViT's residual branches start small.
_LAYER_SCALE = 0.1
_POSITIONS = {"cls_token", "position_embeddings", "time_embeddings"}


def build(
    config: MimicChatConfig,
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
) -> MimicChat:
    """A network with random weights, drawn from torch's generator: seed it before.

    Args:
        config: Its shape.
        dtype: Of all weights.
        device: Where to; "meta" gives the shape alone.
    """
    network = empty(config, dtype=dtype, device=device)
    if network.device.type != "meta":
        initialise(network)
    return network


def empty(
    config: MimicChatConfig,
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str = "cpu",
) -> MimicChat:
    """A network, in evaluation mode, whose weights are yet to be loaded."""
    with torch.device("meta"):
        network = MimicChat(config).to(dtype).eval()
    if torch.device(device).type == "meta":
        return network
    network = network.to_empty(device=device)
    # Moving tore apart what is tied, and left what is not saved without values.
    network.language_model.tie_weights()
    reset_rotary(network.language_model.model.rotary_emb)
    return network


@torch.no_grad()
def initialise(network: MimicChat) -> None:
    """Fill all weights and buffers.

    Linear layers and embeddings: normal(0, 0.02), biases zero; projectors with the
    config's spread; gates at the config's start; adapters as peft does.
    """
    for module in network.modules():
        _fill(module)
    for name, parameter in network.named_parameters():
        last = name.rsplit(".", 1)[-1]
        if last in _POSITIONS:
            nn.init.trunc_normal_(parameter, std=_STD)
        elif last in {"lambda_1", "lambda_2"}:
            nn.init.constant_(parameter, _LAYER_SCALE)
    initialise_new_parts(network)


@torch.no_grad()
def initialise_new_parts(network: MimicChat) -> None:
    """Fill what no published weights have: gates, boundaries, projectors, adapters."""
    nn.init.normal_(network.boundaries, std=_STD)
    for gate in network.gates:
        _fill(gate)
    for projector in (network.spatial_projector, network.temporal_projector):
        if projector is not None:
            _fill_projector(projector, network.config.projector_std)
    reset_adapters(network.language_model)


def reset_rotary(module: LlamaRotaryEmbedding) -> None:
    """Compute the frequencies, which are not saved, on the module's device."""
    frequencies, _ = module.compute_default_rope_parameters(module.config)
    # In float32 whatever the network's type: rounded, far positions would drift.
    for name in ("inv_freq", "original_inv_freq"):
        device = getattr(module, name).device
        setattr(module, name, frequencies.to(device, copy=True))


def _fill(module: nn.Module) -> None:
    if isinstance(module, nn.Linear | nn.Embedding | nn.Conv2d):
        nn.init.normal_(module.weight, std=_STD)
        if isinstance(bias := getattr(module, "bias", None), nn.Parameter):
            nn.init.zeros_(bias)
    elif isinstance(module, nn.LayerNorm):
        module.reset_parameters()
    elif isinstance(module, LlamaRMSNorm):
        nn.init.ones_(module.weight)
    elif isinstance(module, TemporalGate):
        nn.init.constant_(module.g, module.start)


def _fill_projector(projector: Projector, std: float) -> None:
    for module in projector.children():
        _fill(module)
    for linear in (projector.linear_1, projector.linear_2):
        nn.init.normal_(linear.weight, std=std)
