"""How many judged videos are needed: worked by hand, and against more videos."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from analysis.judge.estimating import powered_study
from analysis.judge.fitting import cross_fit, surface_table
from analysis.judge.gates import Facts
from analysis.judge.tables import outlook_table
from analysis.metrics.judged_videos import Parts, videos_needed
from tests.analysis.judge.studies import simulated_material

PARTS = Parts(
    annotators=0.0004,
    judged=0.0009,
    guessed=0.0,
    judged_videos=50,
    videos=400,
    annotator_count=21,
)


def test_videos_take_away_their_part_and_annotators_set_the_floor() -> None:
    quantile = stats.t.ppf(0.975, 20)
    aim = 100 * quantile * np.sqrt(0.0004 + 0.0009 / 2)  # with twice the videos

    needed = videos_needed(PARTS, None, aim + 1e-6)

    assert needed.people == 100
    assert needed.floor == pytest.approx(100 * quantile * 0.02)
    assert np.isnan(needed.powered)


def test_what_no_number_of_videos_reaches_is_said() -> None:
    low = videos_needed(PARTS, PARTS, 4.0)
    few = videos_needed(replace(PARTS, videos=60), replace(PARTS, videos=60), 5.0)

    assert "more annotators are needed" in getattr(low.people, "reason", "")
    assert "more videos than the study has" in getattr(few.people, "reason", "")


def test_it_foretells_the_interval_of_more_videos() -> None:
    facts = Facts(versions=("v",))
    studies = []
    for judged in (60, 240):
        material = simulated_material(videos=400, judged=judged, annotators=30)
        fitted = cross_fit(material, surface_table(material))
        studies.append(powered_study(material, fitted.guess, facts, replicates=0))
    now, later = studies

    # Each source's own estimate of it is noisy; the middle one of four is less so.
    asked = [
        videos_needed(
            source.people_parts, source.powered_parts, then.people.half_width
        ).people
        for source, then in zip(now.sources, later.sources, strict=True)
    ]
    assert 150 < np.nanmedian(asked) < 400
    for source, row in zip(now.sources, outlook_table(now, 12).rows, strict=True):
        needed = videos_needed(source.people_parts, source.powered_parts, 12)
        assert row[1:] == (needed.people, needed.powered, needed.floor)
        assert needed.powered <= needed.people
