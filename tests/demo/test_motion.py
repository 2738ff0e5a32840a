"""Timing of the clips: smooth paths that stay between their keyframes."""

from itertools import pairwise

import pytest

from demo.motion import curve, hop, pose_at, progress, turned, value_at

STEPS = [step / 50 for step in range(-50, 300)]


def test_a_path_meets_its_keyframes() -> None:
    keyframes = ((0.0, 1.0), (1.0, 4.0), (2.0, 2.0), (4.0, 2.0))

    assert [value_at(keyframes, moment) for moment, _ in keyframes] == [1, 4, 2, 2]


def test_a_path_never_leaves_the_range_of_its_neighbours() -> None:
    keyframes = ((0.0, 0.0), (1.0, 10.0), (1.2, 10.0), (3.0, 9.0), (5.0, 20.0))

    for (start, low), (end, high) in pairwise(keyframes):
        inside = [value_at(keyframes, t) for t in STEPS if start <= t <= end]
        assert min(inside) >= min(low, high) - 1e-9
        assert max(inside) <= max(low, high) + 1e-9


def test_a_path_moves_through_a_keyframe_without_stopping() -> None:
    keyframes = ((0.0, 0.0), (1.0, 1.0), (2.0, 2.0))

    speed = (value_at(keyframes, 1.01) - value_at(keyframes, 0.99)) / 0.02

    assert speed == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(("time", "place"), [(-1.0, 3.0), (9.0, 7.0)])
def test_a_path_holds_before_and_after(time: float, place: float) -> None:
    assert value_at(((0.0, 3.0), (2.0, 7.0)), time) == place


def test_every_joint_of_a_pose_takes_its_own_path() -> None:
    keyframes = (
        (0.0, ((0.0, 0.0), (5.0, 5.0))),
        (2.0, ((4.0, 8.0), (5.0, 5.0))),
    )

    assert pose_at(keyframes, 1.0) == ((2.0, 4.0), (5.0, 5.0))


def test_a_hop_is_highest_in_the_middle() -> None:
    assert hop((0, 100), (10, 100), 40, 0.5) == (5, 60)
    assert hop((0, 100), (10, 100), 40, 1.0) == (10, 100)


def test_a_quarter_turn_is_clockwise_on_the_screen() -> None:
    ((x, y),) = turned([(1.0, 0.0)], 3.14159265358979 / 2)

    assert (x, y) == pytest.approx((0.0, 1.0))


def test_a_curve_passes_through_its_points() -> None:
    points = ((0.0, 0.0), (10.0, 5.0), (20.0, -5.0))

    assert set(points) <= set(curve(points))


def test_progress_stays_between_0_and_1() -> None:
    assert [progress(time, 1.0, 3.0) for time in (0.0, 2.0, 9.0)] == [0.0, 0.5, 1.0]
