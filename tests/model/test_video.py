"""From a file to tiles and frames: chosen, in the order of time, damage counted."""

import itertools
from pathlib import Path
from random import Random

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from corpus.media.errors import MediaError
from corpus.media.tools import MediaTools
from model.config import MimicChatConfig
from model.video import choose_frames, from_frames, read
from tests.model.tiny import noise, tiny_config
from tests.specimens.clips import gray_of, write_clip

_CONFIG = tiny_config()
_FULL = MimicChatConfig()


def test_the_spatial_branch_gets_the_middle_of_eight_intervals() -> None:
    choice = choose_frames(160, _FULL)

    assert choice.spatial == (10, 30, 50, 70, 90, 110, 130, 150)


def test_the_temporal_branch_gets_the_full_sequence() -> None:
    assert choose_frames(90, _FULL).temporal == tuple(range(90))


def test_a_longer_video_is_thinned_evenly() -> None:
    temporal = choose_frames(960, _FULL).temporal

    assert len(temporal) == 96
    assert {b - a for a, b in itertools.pairwise(temporal)} == {10}


@given(frame_count=st.integers(1, 5000), seed=st.none() | st.integers(0, 9))
def test_every_choice_is_in_the_video_and_in_order(
    frame_count: int, seed: int | None
) -> None:
    rng = None if seed is None else Random(seed)  # noqa: S311

    choice = choose_frames(frame_count, _FULL, rng)

    assert len(choice.spatial) == 8
    assert list(choice.spatial) == sorted(choice.spatial)
    assert list(choice.temporal) == sorted(set(choice.temporal))
    assert len(choice.temporal) == min(frame_count, 96)
    assert 0 <= min(choice.all) <= max(choice.all) < frame_count


def _drawn(seed: int) -> tuple[int, ...]:
    return choose_frames(80, _FULL, Random(seed)).spatial  # noqa: S311


def test_training_draws_a_frame_of_each_interval() -> None:
    draws = [_drawn(seed) for seed in range(60)]

    for interval in range(8):
        drawn = {draw[interval] // 10 for draw in draws}
        assert drawn == {interval}
    assert len({draw[0] for draw in draws}) > 5


def test_frames_become_tiles_and_a_sequence() -> None:
    video = from_frames(noise(20), _CONFIG)

    assert video.tiles.shape == (8, 3, 28, 28)
    assert video.frames.shape == (12, 3, 16, 16)
    assert video.tiles.dtype == video.frames.dtype == torch.uint8
    assert video.is_thinned
    assert not from_frames(noise(12), _CONFIG).is_thinned


def test_a_file_is_read_in_the_order_of_time(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", times_ms=range(0, 1200, 40))

    video = read(clip, _CONFIG)

    assert video.frame_count == 30
    expected = choose_frames(30, _CONFIG)
    for pictures, indices in (
        (video.frames, expected.temporal),
        (video.tiles, expected.spatial),
    ):
        shades = pictures.float().mean(dim=(1, 2, 3)).tolist()
        # The encoder's loss moves a shade by less than half the step between frames.
        assert shades == pytest.approx([gray_of(i) for i in indices], abs=3.5)


def test_a_wrong_frame_count_is_corrected(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", times_ms=range(0, 800, 40))

    with MediaTools() as tools:
        right = read(clip, _CONFIG, tools=tools, frame_count=20)
        corrected = read(clip, _CONFIG, tools=tools, frame_count=11)

    assert corrected.frame_count == 20
    assert torch.equal(corrected.frames, right.frames)


def test_damaged_frames_are_counted(shared_data: Path) -> None:
    clip = shared_data / "broken" / "corrupt_middle.mp4"

    video = read(clip, _CONFIG, frame_count=300)

    assert video.frames.shape[0] == 12
    assert video.stand_in_count > 0


def test_what_is_no_video_says_so(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"not a video" * 1000)

    with pytest.raises(MediaError):
        read(tmp_path / "clip.mp4", _CONFIG)
