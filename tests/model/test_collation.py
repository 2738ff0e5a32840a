"""Batches: rows side by side, padded where it does no harm."""

import torch

from model.collation import collate
from model.mimic_chat import IGNORED_LABEL
from model.text import Example
from tests.model.tiny import clip, tiny_config, tiny_encoder

_CONFIG = tiny_config()
_ENCODER = tiny_encoder(_CONFIG)


def _examples(*answers: str | None) -> list[Example]:
    return [
        _ENCODER.encode(clip(_CONFIG, 5 + 4 * row, row), "Say" * (row + 1), answer)
        for row, answer in enumerate(answers)
    ]


def test_rows_are_padded_on_the_right_to_train() -> None:
    batch = collate(_examples("ha", "haha"), _CONFIG, padding_id=0)

    assert batch["attention_mask"].sum(1).tolist() == [43, 48]
    assert batch["input_ids"][0, 43:].tolist() == [0] * 5
    assert batch["labels"][0, 43:].tolist() == [IGNORED_LABEL] * 5
    assert batch["input_ids"][0, 0] == _ENCODER.start_id


def test_rows_are_padded_on_the_left_to_generate() -> None:
    batch = collate(_examples(None, None), _CONFIG, padding_id=0, padding_side="left")

    assert batch["attention_mask"][0].tolist() == [0] * 3 + [1] * 40
    assert "labels" not in batch


def test_shorter_sequences_of_frames_are_marked() -> None:
    batch = collate(_examples("ha", "ha"), _CONFIG, padding_id=0)

    # Five frames in two clips of four, nine in three.
    assert batch["temporal_pixels"].shape[:2] == (2, 12)
    assert batch["temporal_mask"].sum(1).tolist() == [5, 9]
    first = batch["temporal_pixels"][0]
    assert all(torch.equal(first[place], first[4]) for place in (5, 6, 7))


def test_tiles_stand_video_after_video() -> None:
    examples = _examples("ha", "ha")

    batch = collate(examples, _CONFIG, padding_id=0)

    assert torch.equal(batch["pixel_values"][:8], examples[0].video.tiles)
    assert torch.equal(batch["pixel_values"][8:], examples[1].video.tiles)


def test_without_a_temporal_branch_no_frames_travel() -> None:
    config = _CONFIG.with_ablation(no_temporal_encoder=True)

    batch = collate(_examples("ha"), config, padding_id=0)

    assert "temporal_pixels" not in batch
    assert "temporal_mask" not in batch
