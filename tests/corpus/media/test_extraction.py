"""Frames for models: the right ones, at the right times, always the same."""

from pathlib import Path

import av
import numpy as np
import pytest

from corpus.media.frame_indices import thinned_indices, uniform_indices
from corpus.media.tools import MediaTools
from tests.specimens.clips import gray_of, write_clip


@pytest.mark.parametrize(
    ("frame_count", "count", "expected"),
    [
        (8, 8, [0, 1, 2, 3, 4, 5, 6, 7]),
        (80, 8, [5, 15, 25, 35, 45, 55, 65, 75]),
        (100, 3, [16, 50, 83]),
        (3, 8, [0, 0, 0, 1, 1, 2, 2, 2]),
        (1, 4, [0, 0, 0, 0]),
    ],
)
def test_uniform_sampling_takes_the_middle_of_equal_intervals(
    frame_count: int, count: int, expected: list[int]
) -> None:
    assert uniform_indices(frame_count, count) == expected


def test_thinning_keeps_short_videos_whole_and_thins_long_ones_evenly() -> None:
    assert thinned_indices(5, 96) == [0, 1, 2, 3, 4]
    assert thinned_indices(192, 96) == list(range(1, 192, 2))


@pytest.mark.parametrize("call", [(0, 8), (8, 0), (-1, 3)])
def test_numbers_that_make_no_sense_are_refused(call: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="start at 1"):
        uniform_indices(*call)


def test_the_frames_asked_for_come_with_their_true_times(
    tools: MediaTools, tmp_path: Path
) -> None:
    times = [100, 140, 200, 500, 510, 900, 1400, 1401]
    clip = write_clip(tmp_path / "clip.mkv", times_ms=times)

    frames = tools.extract_frames(clip, tmp_path / "pixels", [5, 0, 2, 5, 7])

    assert frames.indices == frames.taken == (0, 2, 5, 7)
    assert frames.times_s == pytest.approx((0.0, 0.1, 0.8, 1.301), abs=1e-6)
    assert frames.decoded_count == 8
    pixels = frames.array()
    assert pixels.shape == (4, 48, 64, 3)
    assert pixels[:, 24, 32, 0].tolist() == pytest.approx(
        [gray_of(index) for index in (0, 2, 5, 7)], abs=3
    )
    assert [image.size for image in frames.images()] == [(64, 48)] * 4


def test_frames_are_the_same_every_time(
    tools: MediaTools, shared_data: Path, tmp_path: Path
) -> None:
    clip = shared_data / "videos" / "batting_cage.mp4"
    indices = uniform_indices(300, 8)

    first = tools.extract_frames(clip, tmp_path / "first", indices)
    second = tools.extract_frames(clip, tmp_path / "second", indices)

    assert np.array_equal(first.array(), second.array())
    assert first.times_s == second.times_s


def test_frames_are_those_of_a_plain_decoding(
    tools: MediaTools, shared_data: Path, tmp_path: Path
) -> None:
    clip = shared_data / "videos" / "basketball_gym.mp4"
    with av.open(str(clip)) as container:
        plain = [
            frame.to_ndarray(format="rgb24")
            for index, frame in enumerate(container.decode(video=0))
            if index in (18, 206)
        ]

    frames = tools.extract_frames(clip, tmp_path / "pixels", [18, 206])

    difference = np.abs(frames.array().astype(int) - np.stack(plain).astype(int))
    assert difference.mean() < 1


def test_a_turned_video_gives_upright_frames(
    tools: MediaTools, shared_data: Path, tmp_path: Path
) -> None:
    clip = shared_data / "videos" / "skateboarding_dog_rotated.mp4"

    frames = tools.extract_frames(clip, tmp_path / "pixels", [0, 100])

    assert (frames.width, frames.height) == (360, 640)


def test_frames_can_be_made_smaller(tools: MediaTools, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", size=(320, 240))

    frames = tools.extract_frames(clip, tmp_path / "pixels", [0], max_short_side=120)

    assert (frames.width, frames.height) == (160, 120)


def test_a_good_neighbour_stands_in_for_a_damaged_frame(
    tools: MediaTools, shared_data: Path, tmp_path: Path
) -> None:
    clip = shared_data / "broken" / "corrupt_middle.mp4"

    frames = tools.extract_frames(clip, tmp_path / "pixels", range(300))

    assert 40 <= frames.stand_in_count <= 80
    assert frames.taken[:100] == tuple(range(100))
    assert frames.array().shape[0] == 300


def test_the_last_frame_stands_in_for_those_that_never_come(
    tools: MediaTools, tmp_path: Path
) -> None:
    clip = write_clip(tmp_path / "clip.mp4", times_ms=[0, 40, 80])

    frames = tools.extract_frames(clip, tmp_path / "pixels", [1, 2, 3, 9])

    assert frames.taken == (1, 2, 2, 2)
    assert frames.stand_in_count == 2


@pytest.mark.parametrize("indices", [[], [-1, 3]])
def test_asking_for_no_frame_or_a_negative_one_is_refused(
    tools: MediaTools, tmp_path: Path, indices: list[int]
) -> None:
    clip = write_clip(tmp_path / "clip.mp4", times_ms=[0, 40, 80])

    with pytest.raises(ValueError, match="one frame at least"):
        tools.extract_frames(clip, tmp_path / "pixels", indices)
