"""The gated fusion against attention written out, in both of its forms."""

import math
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from model.config import GateConfig, GateForm
from model.gate import Fusion, TemporalGate, attend
from model.sequence import Layout, first_fusion, next_fusion

_HEADS, _KEY_HEADS, _WIDTH = 4, 2, 8
_TEMPORAL, _VISUAL, _TEXT = 3, 5, 4


class _Layer(nn.Module):
    """What transformers hands to an attention function."""

    layer_idx = 0
    num_key_value_groups = _HEADS // _KEY_HEADS


def _gates(form: GateForm, g: float) -> nn.ModuleList:
    return nn.ModuleList([TemporalGate(GateConfig(form, g))])


def _layout() -> Layout:
    main = _VISUAL + _TEXT
    is_text = torch.arange(main) >= _VISUAL
    return Layout(
        is_token=torch.ones(1, main, dtype=torch.bool),
        is_text=is_text[None],
        is_spatial=~is_text[None],
        is_temporal=torch.ones(1, _TEMPORAL, dtype=torch.bool),
    )


def _tensors(queries: int, keys: int) -> tuple[Tensor, Tensor, Tensor]:
    torch.manual_seed(0)
    return (
        torch.randn(1, _HEADS, queries, _WIDTH),
        torch.randn(1, _KEY_HEADS, keys, _WIDTH),
        torch.randn(1, _KEY_HEADS, keys, _WIDTH),
    )


def _run(fusion: Fusion, tensors: tuple[Tensor, ...]) -> Tensor:
    query, key, value = tensors
    settings: dict[str, Any] = {"fusion": fusion, "scaling": _WIDTH**-0.5}
    return attend(_Layer(), query, key, value, None, **settings)[0]


def _weighted(scores: Tensor, value: Tensor) -> Tensor:
    return scores.softmax(-1) @ value


def _by_hand(form: GateForm, g: float, tensors: tuple[Tensor, ...]) -> Tensor:
    """Query after query, key after key, as the definition reads."""
    query, key, value = tensors
    keys = key.repeat_interleave(_HEADS // _KEY_HEADS, dim=1)
    values = value.repeat_interleave(_HEADS // _KEY_HEADS, dim=1)
    rows = []
    for place in range(query.shape[2]):
        scores = query[:, :, place : place + 1] @ keys.mT / math.sqrt(_WIDTH)
        main = place - _TEMPORAL
        if main < 0:  # a frame: all visual tokens, and the frames up to itself
            seen = [*range(place + 1), *range(_TEMPORAL, _TEMPORAL + _VISUAL)]
            rows.append(_weighted(scores[..., seen], values[:, :, seen]))
            continue
        seen = list(range(_TEMPORAL, _TEMPORAL + main + 1))
        frames = list(range(_TEMPORAL))
        if main < _VISUAL:
            row = _weighted(scores[..., seen], values[:, :, seen])
        elif form == "tanh_adapter":
            row = _weighted(scores[..., seen], values[:, :, seen]) + math.tanh(
                g
            ) * _weighted(scores[..., frames], values[:, :, frames])
        else:
            bias = math.log(1 / (1 + math.exp(-g)))
            both = torch.cat([scores[..., frames] + bias, scores[..., seen]], dim=-1)
            row = _weighted(both, values[:, :, frames + seen])
        rows.append(row)
    return torch.cat(rows, dim=2).transpose(1, 2)


@pytest.mark.parametrize("form", ["tanh_adapter", "attention_bias"])
@pytest.mark.parametrize("g", [-2.0, 0.0, 0.7])
def test_attention_is_the_definition(form: GateForm, g: float) -> None:
    total = _TEMPORAL + _VISUAL + _TEXT
    tensors = _tensors(total, total)

    result = _run(first_fusion(_layout(), _gates(form, g)), tensors)

    torch.testing.assert_close(result, _by_hand(form, g, tensors))


@pytest.mark.parametrize("form", ["tanh_adapter", "attention_bias"])
def test_a_cached_step_sees_what_the_whole_pass_sees(form: GateForm) -> None:
    total = _TEMPORAL + _VISUAL + _TEXT + 1
    query, key, value = _tensors(total, total)
    layout = _layout()
    longer = Layout(
        torch.ones(1, _VISUAL + _TEXT + 1, dtype=torch.bool),
        torch.arange(_VISUAL + _TEXT + 1)[None] >= _VISUAL,
        torch.arange(_VISUAL + _TEXT + 1)[None] < _VISUAL,
        layout.is_temporal,
    )
    gates = _gates(form, 0.5)

    whole = _run(first_fusion(longer, gates), (query, key, value))
    step = _run(next_fusion(layout, 1, gates), (query[:, :, -1:], key, value))

    torch.testing.assert_close(step, whole[:, -1:])


@pytest.mark.parametrize("form", ["tanh_adapter", "attention_bias"])
def test_the_gate_learns(form: GateForm) -> None:
    gates = _gates(form, 0.1)
    total = _TEMPORAL + _VISUAL + _TEXT

    _run(
        first_fusion(_layout(), gates), _tensors(total, total)
    ).square().sum().backward()

    gate = gates[0]
    assert isinstance(gate, TemporalGate)
    assert gate.g.grad is not None
    assert gate.g.grad.abs().item() > 1e-3


def test_a_closed_bias_leaves_no_trace_of_the_frames() -> None:
    total = _TEMPORAL + _VISUAL + _TEXT
    query, key, value = _tensors(total, total)
    other = value.clone()
    other[:, :, :_TEMPORAL] += 100
    fusion = first_fusion(_layout(), _gates("attention_bias", -60.0))

    text = slice(_TEMPORAL + _VISUAL, None)
    before = _run(fusion, (query, key, value))[:, text]
    after = _run(fusion, (query, key, other))[:, text]

    torch.testing.assert_close(before, after)
