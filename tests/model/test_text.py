"""Sequences: their layout, their labels, and never longer than they may be."""

from dataclasses import replace

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from model.config import MimicChatConfig, SpatialConfig
from model.mimic_chat import IGNORED_LABEL
from model.text import Encoder, TextTooLongError
from model.video import from_frames
from tests.model.tiny import clip, tiny_config, tiny_encoder, tiny_tokenizer

_CONFIG = tiny_config()
_ENCODER = tiny_encoder(_CONFIG)


def _ids(text: str) -> list[int]:
    return list(tiny_tokenizer().encode(text, add_special_tokens=False))


def test_a_sequence_is_written_as_the_paper_says() -> None:
    example = _ENCODER.encode(clip(_CONFIG), "Say", "ha")

    start, question, answer = _ids("<s>"), _ids("<user>Say<assistant>"), _ids("ha</s>")
    visual = [_CONFIG.video_id, *[_CONFIG.spatial_id] * 32, _CONFIG.separator_id]
    assert list(example.input_ids) == [*start, *visual, *question, *answer]


def test_labels_are_the_answer_alone() -> None:
    example = _ENCODER.encode(clip(_CONFIG), "Say", "ha")

    answer = _ids("ha</s>")
    assert list(example.labels[-3:]) == answer
    assert set(example.labels[:-3]) == {IGNORED_LABEL}
    assert len(example.labels) == len(example.input_ids)


def test_an_instruction_that_does_not_fit_loses_its_beginning() -> None:
    question = "x" * 500 + "Which one?"

    example = _ENCODER.encode(clip(_CONFIG), question, "B")

    assert example.token_count == _CONFIG.language.max_tokens
    text = str(tiny_tokenizer().decode([i for i in example.input_ids if i < 261]))
    assert text.startswith("<s><user>xx")
    assert text.endswith("Which one?<assistant>B</s>")
    kept = text.count("x")
    assert kept + example.cut_count == 500


def test_only_frames_that_the_network_sees_are_counted() -> None:
    blind = _CONFIG.with_ablation(no_temporal_encoder=True)
    video = clip(_CONFIG, frame_count=9)

    counts = [
        tiny_encoder(config).encode(video, "Say").token_count
        for config in (_CONFIG, blind)
    ]

    assert counts[0] - counts[1] == 9


def test_an_answer_that_does_not_fit_is_refused_with_how_much() -> None:
    with pytest.raises(TextTooLongError, match="shorten it by"):
        _ENCODER.encode(clip(_CONFIG), "Say", "ha" * 200)


def test_an_answer_survives_writing_and_reading() -> None:
    for text in ("haha", "😂 lol", "two\nlines", "ünïcode 你好"):
        assert _ENCODER.answer_of(_ENCODER.answer_ids(text)) == text


def test_what_follows_the_end_of_an_answer_is_dropped() -> None:
    assert _ENCODER.answer_of([*_ids("ha</s>"), *_ids("more")]) == "ha"


def test_a_tokenizer_that_lacks_a_token_of_the_format_is_refused() -> None:
    config = replace(_CONFIG, text=replace(_CONFIG.text, answer_end="<|im_end|>"))

    with pytest.raises(ValueError, match="im_end"):
        Encoder(config, tiny_tokenizer())


@settings(max_examples=40, deadline=None)
@given(
    frame_count=st.integers(1, 400),
    height=st.integers(1, 64),
    width=st.integers(1, 64),
    spatial_frames=st.integers(1, 8),
    instruction_length=st.integers(0, 9000),
    reserve=st.integers(0, 1000),
)
def test_no_video_exceeds_the_sequence(
    frame_count: int,
    height: int,
    width: int,
    spatial_frames: int,
    instruction_length: int,
    reserve: int,
) -> None:
    """At the paper's token counts; small pictures, as only their number matters."""
    full = MimicChatConfig()
    spatial = SpatialConfig(
        frame_count=spatial_frames, image_size=32, patch_size=1, hidden_size=8
    )
    config = replace(full, spatial=spatial, text=_CONFIG.text)
    assert config.spatial.tokens_per_tile == 256
    frames = torch.zeros(1, 1, 1, 3, dtype=torch.uint8)
    video = from_frames(frames.expand(frame_count, height, width, 3), config)

    example = tiny_encoder(config).encode(
        video, "x" * instruction_length, reserve=reserve
    )

    assert example.token_count + reserve <= 4096
    assert len(video.tiles) <= config.max_tiles_per_video
    assert list(example.input_ids).count(config.spatial_id) == 256 * len(video.tiles)
