"""The planner with a judge: what is simulated, and what it says of fewer videos."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logit

from analysis.errors import AnalysisError
from analysis.planning.plan import plan
from analysis.planning.rates import sources_of
from analysis.planning.simulation import Design
from analysis.planning.with_judge import (
    JudgeQuestion,
    judge_table,
    outlook_with_judge,
    simulated_with_judge,
)

# 50 annotators, 300 of 4,000 videos judged, 3 on each.
DESIGN = Design(
    annotators=50,
    videos=300,
    redundancy=3,
    sources=sources_of("alpha=42.2"),
    annotator_sd=0.5,
    source_sd=0.0,
    video_sd=0.35,
    comment_sd=1.0,
)
QUESTION = JudgeQuestion(DESIGN, all_videos=4_000, correlation=0.7, half_width=4.5)


@pytest.mark.parametrize(
    ("design", "correlation", "people", "powered"),
    [
        (DESIGN, 0.7, 4.66, 4.37),
        (DESIGN, 0.9, 4.66, 4.18),
        (DESIGN, 0.0, 4.66, 4.67),
        (replace(DESIGN, annotators=100, redundancy=10), 0.9, 3.41, 2.76),
        (replace(DESIGN, annotators=20, videos=200), 0.7, 6.52, 6.16),
    ],
)
def test_half_widths_are_those_of_whole_simulated_studies(
    design: Design, correlation: float, people: float, powered: float
) -> None:
    question = replace(QUESTION, design=design, correlation=correlation)

    (found,) = outlook_with_judge(question)

    assert found.people == pytest.approx(people, abs=0.2)
    assert found.powered == pytest.approx(powered, abs=0.2)
    assert found.floor < found.powered + 0.05


def test_by_people_it_says_what_the_planner_says() -> None:
    (found,) = outlook_with_judge(QUESTION)
    (planned,) = plan(DESIGN, simulations=200, seed=1).sources

    assert found.people == pytest.approx(planned.half_width, rel=0.04)


def test_guesses_follow_the_comments_as_closely_as_asked() -> None:
    question = replace(QUESTION, correlation=0.6)
    rng = np.random.default_rng(0)

    data, guesses = simulated_with_judge(question, rng)

    assert len(guesses.guess) == 4_000
    odds = logit(guesses.guess)
    assert odds.std() == pytest.approx(math.hypot(0.35, 1.0), rel=0.05)
    verdicts = np.asarray(data.value, dtype=float)
    # A verdict is a noisy look at the comment, so this is lower.
    assert 0.1 < np.corrcoef(guesses.of_row, verdicts)[0, 1] < 0.6


def test_a_better_judge_needs_fewer_videos_and_nothing_beats_the_floor() -> None:
    weak, good = (
        outlook_with_judge(replace(QUESTION, correlation=one))[0] for one in (0.3, 0.9)
    )
    (narrow,) = outlook_with_judge(replace(QUESTION, half_width=2.0))

    assert good.powered_needed < weak.powered_needed <= weak.people_needed * 1.05
    assert good.people_needed == pytest.approx(weak.people_needed, rel=0.05)
    assert narrow.floor > 2
    assert math.isnan(narrow.powered_needed)
    table = judge_table(QUESTION, (narrow,))
    assert "more annotators are needed, not more videos" in table.reasons()


def test_impossible_questions_are_refused() -> None:
    for question, words in (
        (replace(QUESTION, all_videos=200), "can't judge more videos"),
        (replace(QUESTION, design=replace(DESIGN, redundancy=60)), "needs 60"),
    ):
        with pytest.raises(AnalysisError, match=words):
            outlook_with_judge(question)
