"""Positions and masks of one batch: [VID] spatial tokens, temporal ones, [SEP] text.

Main tokens are all but the temporal ones; see `model.gate.Fusion`.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from model.config import MimicChatConfig
from model.gate import Fusion


@dataclass(frozen=True)
class Layout:
    """Where the tokens of a batch stand.

    Attributes:
        is_token: (batch, main): false for padding.
        is_text: (batch, main): [SEP] and what follows.
        is_spatial: (batch, main): filled with spatial tokens.
        is_temporal: (batch, temporal): false for padding; no columns without branch.
        segments: (batch, main): the number of each token's question, 0 for what all
            see; None where each sequence has one question.
    """

    is_token: Tensor
    is_text: Tensor
    is_spatial: Tensor
    is_temporal: Tensor
    segments: Tensor | None = None

    @property
    def temporal_count(self) -> int:
        return self.is_temporal.shape[1]


def layout_of(
    input_ids: Tensor,
    attention_mask: Tensor,
    is_temporal: Tensor | None,
    config: MimicChatConfig,
    segments: Tensor | None = None,
) -> Layout:
    """Read the places off the ids."""
    is_token = attention_mask.bool()
    if is_temporal is None:
        is_temporal = is_token[:, :0]
    is_text = (input_ids == config.separator_id).cumsum(1).bool() & is_token
    is_spatial = input_ids == config.spatial_id
    return Layout(is_token, is_text, is_spatial, is_temporal, segments)


def position_ids(layout: Layout) -> Tensor:
    """(batch, temporal + main).

    Main tokens count from 0 as if there were no temporal ones, so text stands where it
    would without them. A temporal token stands beside the spatial ones of its moment.
    Of several questions each counts on from the video, as if it were the only one.
    """
    main = (layout.is_token.cumsum(1) - 1).clamp(min=0)
    if layout.segments is not None:
        main -= _earlier_questions(layout, layout.segments)
    if not layout.temporal_count:
        return main
    # Spatial places of each row in their order, before all others.
    places = layout.is_spatial.int().argsort(dim=1, descending=True, stable=True)
    spatial_count = layout.is_spatial.sum(1, keepdim=True)
    frames = layout.is_temporal.sum(1, keepdim=True).clamp(min=1)
    order = torch.arange(layout.temporal_count, device=main.device)
    # Padding would count past the end; nobody looks there.
    rank = ((order * spatial_count) // frames).clamp(max=main.shape[1] - 1)
    return torch.cat([main.gather(1, places.gather(1, rank)), main], dim=1)


def first_fusion(layout: Layout, gates: nn.ModuleList) -> Fusion:
    """For the pass that sees the whole sequence."""
    has_temporal = bool(layout.temporal_count)
    return Fusion(
        temporal_count=layout.temporal_count,
        has_temporal_queries=has_temporal,
        main_mask=_main_mask(layout),
        temporal_mask=_temporal_mask(layout) if has_temporal else None,
        is_temporal_key=layout.is_temporal[:, None, None],
        is_text=layout.is_text[:, None, :, None],
        gates=gates,
    )


def next_fusion(layout: Layout, added: int, gates: nn.ModuleList) -> Fusion:
    """For a pass that adds one token of text to a cache that holds `added` before it.

    Args:
        layout: Of the first pass.
        added: Tokens of text, this one included, since the first pass.
        gates: One a layer.
    """
    is_all_tokens = layout.is_token.all(1, keepdim=True)
    mask = None
    if not bool(is_all_tokens.all()):
        new = layout.is_token.new_ones(len(layout.is_token), added)
        mask = torch.cat([layout.is_token, new], dim=1)[:, None, None]
    return Fusion(
        temporal_count=layout.temporal_count,
        has_temporal_queries=False,
        main_mask=mask,
        temporal_mask=None,
        is_temporal_key=layout.is_temporal[:, None, None],
        is_text=torch.ones_like(layout.is_token[:, None, :1, None]),
        gates=gates,
    )


def _earlier_questions(layout: Layout, segments: Tensor) -> Tensor:
    """(batch, main): how many tokens of other questions stand before each token."""
    is_own = (segments > 0) & layout.is_token
    place = is_own.cumsum(1) - 1
    begins = torch.ones_like(is_own)
    begins[:, 1:] = segments[:, 1:] != segments[:, :-1]
    start = torch.where(begins & is_own, place, 0).cummax(1).values
    return torch.where(is_own, start, 0)


def _main_mask(layout: Layout) -> Tensor | None:
    """None where padding is on the right or absent: then order alone decides."""
    segments = layout.segments
    if segments is None and bool(layout.is_token[:, 0].all()):
        return None
    size = layout.is_token.shape[1]
    causal = layout.is_token.new_ones(size, size).tril()
    if segments is not None:
        # Padding is on the right, and looks at what all see: nobody looks back at it.
        keys = segments[:, None]
        return (causal & ((segments[..., None] == keys) | (keys == 0)))[:, None]
    allowed = causal & layout.is_token[:, None, None]
    return allowed | _self(causal)


def _temporal_mask(layout: Layout) -> Tensor:
    """Temporal tokens see what stands before them: visual tokens, earlier frames."""
    size = layout.temporal_count
    causal = layout.is_token.new_ones(size, size).tril()
    temporal = (causal & layout.is_temporal[:, None]) | _self(causal)
    visual = layout.is_token & ~layout.is_text
    main = visual[:, None].expand(-1, size, -1)
    return torch.cat([temporal, main], dim=2)[:, None]


def _self(square: Tensor) -> Tensor:
    """Even padding sees itself: a softmax over nothing has no value."""
    return torch.eye(square.shape[0], dtype=torch.bool, device=square.device)
