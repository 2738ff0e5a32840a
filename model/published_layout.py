"""Names and shapes of InternVL2.5's published weights, and what they become here.

The language model keeps query, key and value in one matrix, grouped by key head; the
vision encoder keeps them one after the other. Everything else is renaming.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from torch import Tensor


class Converted(NamedTuple):
    """One weight in its new place.

    Attributes:
        part: "language_model", "spatial_encoder" or "spatial_projector".
        name: Within that part.
    """

    part: str
    name: str
    weight: Tensor


class UnknownWeightError(ValueError):
    """A weight that InternVL2.5's published layout does not have."""


_LANGUAGE = {
    "model.tok_embeddings.weight": "model.embed_tokens.weight",
    "model.norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
_LANGUAGE_LAYER = {
    "attention.wo.weight": "self_attn.o_proj.weight",
    "feed_forward.w1.weight": "mlp.gate_proj.weight",
    "feed_forward.w3.weight": "mlp.up_proj.weight",
    "feed_forward.w2.weight": "mlp.down_proj.weight",
    "attention_norm.weight": "input_layernorm.weight",
    "ffn_norm.weight": "post_attention_layernorm.weight",
}
_PATCHES = "embeddings.patch_embeddings.projection"
_VISION = {
    "embeddings.class_embedding": "embeddings.cls_token",
    "embeddings.position_embedding": "embeddings.position_embeddings",
    "embeddings.patch_embedding.weight": f"{_PATCHES}.weight",
    "embeddings.patch_embedding.bias": f"{_PATCHES}.bias",
}
_VISION_LAYER = {
    "attn.proj.weight": "attention.projection_layer.weight",
    "attn.proj.bias": "attention.projection_layer.bias",
    "norm1.weight": "layernorm_before.weight",
    "norm1.bias": "layernorm_before.bias",
    "norm2.weight": "layernorm_after.weight",
    "norm2.bias": "layernorm_after.bias",
    "ls1": "lambda_1",
    "ls2": "lambda_2",
    "mlp.fc1.weight": "mlp.fc1.weight",
    "mlp.fc1.bias": "mlp.fc1.bias",
    "mlp.fc2.weight": "mlp.fc2.weight",
    "mlp.fc2.bias": "mlp.fc2.bias",
}
_PROJECTOR = {"0": "norm", "1": "linear_1", "3": "linear_2"}


def convert_weight(
    name: str, weight: Tensor, *, head_count: int, key_head_count: int
) -> Iterator[Converted]:
    """What one published weight becomes: itself renamed, or three.

    Args:
        name: As published.
        weight: Its values.
        head_count: Query heads of the language model.
        key_head_count: Its key heads.

    Raises:
        UnknownWeightError: The layout has no such name.
    """
    if name.startswith("language_model."):
        rest = name.removeprefix("language_model.")
        layer, inner = _layer_of(rest, "model.layers.")
        if inner == "attention.wqkv.weight":
            parts = split_qkv(weight, head_count, key_head_count)
            for letter, part in zip("qkv", parts, strict=True):
                new = f"model.layers.{layer}.self_attn.{letter}_proj.weight"
                yield Converted("language_model", new, part)
            return
        new_name = _renamed(rest, layer, inner, _LANGUAGE, _LANGUAGE_LAYER)
        prefix = f"model.layers.{layer}." if layer else ""
        yield Converted("language_model", prefix + new_name, weight)
    elif name.startswith("vision_model."):
        yield from _convert_vision(name.removeprefix("vision_model."), weight)
    elif match := re.fullmatch(r"mlp1\.([013])\.(weight|bias)", name):
        new_name = f"{_PROJECTOR[match[1]]}.{match[2]}"
        yield Converted("spatial_projector", new_name, weight)
    else:
        raise UnknownWeightError(_unknown(name))


def split_qkv(
    wqkv: Tensor, head_count: int, key_head_count: int
) -> tuple[Tensor, Tensor, Tensor]:
    """InternLM2's fused matrix as Llama's three.

    For each key head it holds the rows of that head's queries, then of its key, then
    of its value.

    Args:
        wqkv: ((heads + 2 * key heads) * head width, hidden).
        head_count: Query heads.
        key_head_count: Key heads.
    """
    groups = head_count // key_head_count
    grouped = wqkv.unflatten(0, (key_head_count, groups + 2, -1))
    query, key, value = grouped.split([groups, 1, 1], dim=1)
    return query.flatten(0, 2), key.flatten(0, 2), value.flatten(0, 2)


def _convert_vision(name: str, weight: Tensor) -> Iterator[Converted]:
    layer, inner = _layer_of(name, "encoder.layers.")
    prefix = f"encoder.layer.{layer}." if layer else ""
    if match := re.fullmatch(r"attn\.qkv\.(weight|bias)", inner):
        for letter, part in zip("qkv", weight.chunk(3), strict=True):
            new = f"{prefix}attention.{letter}_proj.{match[1]}"
            yield Converted("spatial_encoder", new, part)
        return
    new_name = _renamed(name, layer, inner, _VISION, _VISION_LAYER)
    yield Converted("spatial_encoder", prefix + new_name, weight)


def _layer_of(name: str, prefix: str) -> tuple[str, str]:
    """The layer's number and the name within it; both empty outside the layers."""
    match = re.fullmatch(re.escape(prefix) + r"(\d+)\.(.+)", name)
    return (match[1], match[2]) if match else ("", "")


def _renamed(
    name: str, layer: str, inner: str, outside: dict[str, str], inside: dict[str, str]
) -> str:
    new = inside.get(inner) if layer else outside.get(name)
    if new is None:
        raise UnknownWeightError(_unknown(name))
    return new


def _unknown(name: str) -> str:
    return f"{name} is no weight of InternVL2.5 with InternLM2: is it another network?"
