"""InternViT and pixel shuffle: tokens in the published network's order."""

from dataclasses import replace

import torch
from torch import Tensor
from transformers import InternVLModel

from model.pixels import normalise
from model.spatial_encoder import SpatialEncoder, pixel_shuffle
from tests.model.tiny import tiny_config

_CONFIG = tiny_config().spatial


def _tiles(count: int) -> Tensor:
    side = _CONFIG.image_size
    return torch.randint(0, 256, (count, 3, side, side), dtype=torch.uint8)


def test_a_tile_becomes_a_quarter_of_its_patches() -> None:
    tokens = SpatialEncoder(_CONFIG)(_tiles(3))

    assert tokens.shape == (3, _CONFIG.tokens_per_tile, _CONFIG.token_width)
    assert tokens.shape == (3, 4, 64)


def test_pixel_shuffle_is_the_published_one() -> None:
    patches = torch.randn(2, 64, 6)

    # It uses nothing of its network.
    published = InternVLModel.pixel_shuffle(
        None,  # type: ignore[arg-type]
        patches.view(2, 8, 8, 6),
    )

    assert torch.equal(pixel_shuffle(patches, 2), published.reshape(2, 16, 24))


def test_the_class_token_is_dropped() -> None:
    encoder = SpatialEncoder(_CONFIG).eval()
    tiles = _tiles(1)

    pixels = normalise(tiles, _CONFIG.mean, _CONFIG.std, torch.float32)
    patches = encoder.vit(pixels).last_hidden_state

    assert patches.shape[1] == 17
    torch.testing.assert_close(encoder(tiles), pixel_shuffle(patches[:, 1:], 2))


def test_many_tiles_pass_in_parts_with_the_same_result() -> None:
    torch.manual_seed(0)
    encoder = SpatialEncoder(_CONFIG).eval()
    tiles = _tiles(70)

    together, last = encoder(tiles), encoder(tiles[69:])

    torch.testing.assert_close(together[69:], last)


def test_a_frozen_encoder_leaves_no_gradient() -> None:
    frozen = SpatialEncoder(_CONFIG)
    training = SpatialEncoder(replace(_CONFIG, is_frozen=False))

    assert not frozen(_tiles(1)).requires_grad
    assert training(_tiles(1)).requires_grad


def test_pixels_are_scaled_by_mean_and_spread_of_their_colour() -> None:
    grey = torch.full((1, 3, 2, 2), 51, dtype=torch.uint8)

    scaled = normalise(grey, (0.1, 0.2, 0.4), (0.1, 0.2, 0.2), torch.float32)

    expected = torch.tensor([1.0, 0.0, -1.0]).view(1, 3, 1, 1).expand(1, 3, 2, 2)
    torch.testing.assert_close(scaled, expected)
