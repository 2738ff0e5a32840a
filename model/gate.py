"""The gated fusion: how much text attends to temporal tokens, inside the attention.

A factor on the temporal *input* tokens would gate nothing: the first norm of a pre-norm
transformer undoes it, and tokens of zeros still take attention.
"""

from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import AttentionInterface
from transformers.integrations.sdpa_attention import sdpa_attention_forward

from model.config import GateConfig

ATTENTION = "gated_fusion"


class TemporalGate(nn.Module):
    """One layer's learnt scalar g."""

    def __init__(self, config: GateConfig) -> None:
        super().__init__()
        self.form = config.form
        self.start = config.start
        # One element, not none: sharded training cannot cut what has no dimension.
        self.g = nn.Parameter(torch.full((1,), float(config.start)))

    def factor(self) -> Tensor:
        """tanh(g): (1,)."""
        return self.g.tanh()

    def bias(self) -> Tensor:
        """Log sigmoid of g: (1,)."""
        return functional.logsigmoid(self.g)


@dataclass(frozen=True)
class Fusion:
    """Who may attend to whom in one pass, and the gates.

    Keys stand as [temporal | main], where main is everything else: the start, [VID],
    spatial tokens, [SEP] and text. In the order of the sequence temporal tokens come
    between the spatial ones and [SEP]; they stand first only so that both kinds can be
    cut out of the cache.

    Attributes:
        temporal_count: Temporal keys; 0 without that branch.
        has_temporal_queries: The pass starts with the temporal tokens themselves, as
            every one does but those that add a token to a cache.
        main_mask: (batch, 1, main queries, main keys), true where attention is
            allowed; None where order alone decides.
        temporal_mask: (batch, 1, temporal queries, all keys), likewise.
        is_temporal_key: (batch, 1, 1, temporal keys): false for padding.
        is_text: (batch, 1, main queries, 1): [SEP] and what follows. Only these attend
            to temporal tokens.
        gates: One a layer.
    """

    temporal_count: int
    has_temporal_queries: bool
    main_mask: Tensor | None
    temporal_mask: Tensor | None
    is_temporal_key: Tensor
    is_text: Tensor
    gates: nn.ModuleList


def attend(  # noqa: PLR0913 - transformers' signature
    layer: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,  # noqa: ARG001
    *,
    fusion: Fusion,
    scaling: float,
    dropout: float = 0.0,
    **_: Any,  # noqa: ANN401
) -> tuple[Tensor, None]:
    """Attention of one layer, as transformers calls it.

    Args:
        layer: The language model's attention, which knows its own index.
        query: (batch, heads, queries, head width).
        key: (batch, key heads, keys, head width); `value` likewise.
        value: See `key`.
        attention_mask: Not used: `fusion` says more.
        fusion: Who may attend to whom.
        scaling: Of the logits.
        dropout: Of the attention weights.

    Returns:
        (batch, queries, heads, head width).
    """
    count = fusion.temporal_count
    call = _Attention(layer, scaling, dropout)
    own = query[:, :, count:] if fusion.has_temporal_queries else query
    if not count:
        return call(own, key, value, fusion.main_mask), None
    gate = cast(TemporalGate, fusion.gates[cast(int, layer.layer_idx)])
    if gate.form == "tanh_adapter":
        main = _added(call, own, key, value, fusion, gate)
    else:
        main = call(own, key, value, _biased_mask(own, key, fusion, gate))
    if not fusion.has_temporal_queries:
        return main, None
    temporal = call(query[:, :, :count], key, value, fusion.temporal_mask)
    return torch.cat([temporal, main], dim=1), None


AttentionInterface.register(ATTENTION, attend)


@dataclass(frozen=True)
class _Attention:
    """Scaled dot product attention by whichever kernel is fastest here."""

    layer: nn.Module
    scaling: float
    dropout: float

    def __call__(
        self, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None
    ) -> Tensor:
        result, _ = sdpa_attention_forward(
            self.layer,
            query,
            key,
            value,
            mask,
            dropout=self.dropout,
            scaling=self.scaling,
            is_causal=mask is None,
        )
        return result


def _added(
    call: _Attention,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    fusion: Fusion,
    gate: TemporalGate,
) -> Tensor:
    """Attention among main tokens, plus tanh(g) times attention to temporal ones."""
    count = fusion.temporal_count
    main = call(query, key[:, :, count:], value[:, :, count:], fusion.main_mask)
    allowed = fusion.is_temporal_key.expand(-1, -1, query.shape[2], -1)
    temporal = call(query, key[:, :, :count], value[:, :, :count], allowed)
    share = gate.factor().to(main.dtype) * fusion.is_text.transpose(1, 2)
    return main + share * temporal


def _biased_mask(
    query: Tensor, key: Tensor, fusion: Fusion, gate: TemporalGate
) -> Tensor:
    """(batch, 1, main queries, all keys): 0, log sigmoid(g), or minus infinity."""
    dtype = query.dtype
    allowed = fusion.is_text & fusion.is_temporal_key
    never = torch.tensor(float("-inf"), dtype=dtype, device=query.device)
    bias = torch.where(allowed, gate.bias().to(dtype), never)
    main = fusion.main_mask
    if main is None:
        queries, keys = query.shape[2], key.shape[2] - fusion.temporal_count
        main = query.new_ones(queries, keys, dtype=torch.bool).tril(keys - queries)
        main = main.expand(len(allowed), 1, -1, -1)
    zero = torch.zeros((), dtype=dtype, device=query.device)
    return torch.cat([bias, torch.where(main, zero, never)], dim=-1)
