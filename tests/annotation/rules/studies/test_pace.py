"""How fast a study goes (pure)."""

from datetime import UTC, datetime, timedelta

import pytest

from annotation.rules.studies.pace import Pace, duration_in_words, pace_window

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("open_for", "window"),
    [
        (timedelta(days=9), timedelta(days=1)),
        (timedelta(hours=5), timedelta(hours=5)),
        (timedelta(minutes=2), timedelta(minutes=30)),
    ],
)
def test_the_pace_is_that_of_the_last_day_or_since_the_opening(
    open_for: timedelta, window: timedelta
) -> None:
    assert pace_window(NOW - open_for, NOW) == window


def test_time_left_is_at_the_recent_pace() -> None:
    pace = Pace(submitted_count=12, window=timedelta(hours=6))

    assert pace.per_hour == 2.0
    assert pace.time_for(10) == timedelta(hours=5)


def test_without_any_submission_nothing_tells_the_time_left() -> None:
    assert Pace(0, timedelta(days=1)).time_for(10) is None


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=59.4), "59 s"),
        (timedelta(minutes=10), "10 min"),
        (timedelta(minutes=2, seconds=30), "2 min 30 s"),
        (timedelta(hours=7, seconds=20), "7 h"),
        (timedelta(hours=7, minutes=20), "7 h 20 min"),
        (timedelta(days=1, hours=1), "1 day 1 h"),
        (timedelta(days=12, minutes=50), "12 days"),
    ],
)
def test_a_duration_is_said_in_at_most_two_units(span: timedelta, words: str) -> None:
    assert duration_in_words(span) == words
