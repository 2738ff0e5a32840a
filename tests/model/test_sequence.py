"""Where tokens stand: text counts as if there were no frames."""

import torch
from torch import Tensor, nn

from model.sequence import Layout, first_fusion, layout_of, position_ids
from tests.model.tiny import tiny_config

_CONFIG = tiny_config()
_VID, _SEP, _PLACE = _CONFIG.video_id, _CONFIG.separator_id, _CONFIG.spatial_id
# The start, [VID], six spatial tokens, [SEP], two words.
_ROW = [1, _VID, *[_PLACE] * 6, _SEP, 7, 8]


def _layout(padding: int, frames: int, most_frames: int) -> Layout:
    ids = torch.tensor([[0] * padding + _ROW])
    mask = torch.tensor([[0] * padding + [1] * len(_ROW)])
    is_temporal = (torch.arange(most_frames) < frames)[None]
    return layout_of(ids, mask, is_temporal, _CONFIG)


def _positions(layout: Layout) -> tuple[list[int], list[int]]:
    both: list[int] = position_ids(layout)[0].tolist()
    return both[: layout.temporal_count], both[layout.temporal_count :]


def test_frames_do_not_move_the_text() -> None:
    for frames in (0, 1, 3, 6, 9):
        _, main = _positions(_layout(padding=0, frames=frames, most_frames=frames))

        assert main == list(range(len(_ROW)))


def test_a_frame_stands_beside_the_spatial_tokens_of_its_moment() -> None:
    temporal, _ = _positions(_layout(padding=0, frames=3, most_frames=3))

    assert temporal == [2, 4, 6]


def test_padding_on_the_left_moves_nothing() -> None:
    temporal, main = _positions(_layout(padding=4, frames=3, most_frames=5))

    assert temporal[:3] == [2, 4, 6]
    assert main[4:] == list(range(len(_ROW)))


def test_text_begins_at_the_separator() -> None:
    layout = _layout(padding=2, frames=1, most_frames=1)

    assert layout.is_text[0].nonzero().flatten().tolist() == [10, 11, 12]
    assert int(layout.is_spatial.sum()) == 6


def _seen(mask: Tensor | None, query: int) -> list[int]:
    assert mask is not None
    seen: list[int] = mask[0, 0, query].nonzero().flatten().tolist()
    return seen


def test_a_frame_sees_earlier_frames_and_what_stands_before_it_but_no_text() -> None:
    fusion = first_fusion(_layout(0, frames=3, most_frames=4), nn.ModuleList())

    # Four temporal keys stand first; [VID] and spatial tokens are 5 to 11.
    assert _seen(fusion.temporal_mask, 1) == [0, 1, 4, 5, 6, 7, 8, 9, 10, 11]
    assert _seen(fusion.temporal_mask, 2) == [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11]


def test_order_alone_decides_without_padding_on_the_left() -> None:
    assert first_fusion(_layout(0, 1, 1), nn.ModuleList()).main_mask is None


def test_nobody_sees_padding_on_the_left() -> None:
    fusion = first_fusion(_layout(2, frames=1, most_frames=1), nn.ModuleList())

    assert _seen(fusion.main_mask, 4) == [2, 3, 4]
