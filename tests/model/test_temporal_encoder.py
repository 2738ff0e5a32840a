"""TimeSformer over the full sequence: one token a frame, in the order of time."""

from dataclasses import replace

import torch
from torch import Tensor

from model.temporal_encoder import TemporalEncoder, fill_last_clip, mean_over_space
from tests.model.tiny import tiny_config

_CONFIG = tiny_config().temporal


def _encoder() -> TemporalEncoder:
    torch.manual_seed(0)
    encoder = TemporalEncoder(replace(_CONFIG, is_frozen=False)).eval()
    with torch.no_grad():
        for parameter in encoder.parameters():
            if parameter.dim() > 1:
                parameter.normal_(std=0.3)
    return encoder


def _pixels(frames: int, batch: int = 1) -> Tensor:
    side = _CONFIG.image_size
    generator = torch.Generator().manual_seed(1)
    shape = (batch, frames, 3, side, side)
    return torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)


def _changed_tokens(encoder: TemporalEncoder, frames: int, changed: int) -> list[int]:
    """Which tokens differ once one frame is another."""
    pixels = _pixels(frames)
    others = pixels.clone()
    others[:, changed] = 255 - others[:, changed]
    with torch.no_grad():
        difference = (encoder(pixels) - encoder(others)).abs().amax(dim=-1)
    changed_tokens: list[int] = (difference[0] > 1e-5).nonzero().flatten().tolist()
    return changed_tokens


def test_one_token_a_frame() -> None:
    assert _encoder()(_pixels(10, batch=2)).shape == (2, 10, _CONFIG.hidden_size)


def test_tokens_are_read_place_by_place() -> None:
    """Without attention a token can only tell of its own frame.

    Read frame by frame, the wrong way round, each would mix several frames.
    """
    encoder = _encoder()
    with torch.no_grad():
        for name, parameter in encoder.named_parameters():
            if "attention.output" in name or "temporal_dense" in name:
                parameter.zero_()

    for frame in range(8):
        assert _changed_tokens(encoder, frames=8, changed=frame) == [frame]


def test_frames_attend_to_those_of_their_clip_alone() -> None:
    assert _changed_tokens(_encoder(), frames=12, changed=5) == [4, 5, 6, 7]


def test_mean_over_space_by_hand() -> None:
    # Two places, three frames, after the class token: place 0 first.
    hidden = torch.tensor([[99.0, 1, 2, 3, 10, 20, 30]]).unsqueeze(-1)

    assert mean_over_space(hidden, 3).flatten().tolist() == [5.5, 11.0, 16.5]


def test_the_last_clip_repeats_its_last_frame() -> None:
    pixels = _pixels(6)

    filled = fill_last_clip(pixels, 4)

    assert filled.shape[1] == 8
    assert torch.equal(filled[:, :6], pixels)
    assert torch.equal(filled[:, 6], pixels[:, 5])
    assert torch.equal(filled[:, 7], pixels[:, 5])


def test_a_frozen_encoder_leaves_no_gradient() -> None:
    frozen = TemporalEncoder(replace(_CONFIG, is_frozen=True))

    assert not frozen(_pixels(4)).requires_grad
    assert _encoder()(_pixels(4)).requires_grad
