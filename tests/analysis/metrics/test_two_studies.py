"""Two studies side by side: differences, paired by the videos that both share."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis.errors import AnalysisError
from analysis.judgments.arrays import Judgments
from analysis.judgments.reading import judgments_from_table
from analysis.planning.simulation import Design, paper_sources, simulate
from analysis.reporting.two_studies import (
    FORMATS,
    compare_studies,
    comparison_table,
    source_pairs,
)
from tests.analysis.long_tables import judgments, votes
from tests.analysis.metrics.test_scores_by_threshold import as_table


def simulated(seed: int, *, videos: int = 40, annotators: int = 10) -> Judgments:
    sources = paper_sources(models=3)
    design = Design(annotators, videos, annotators // 3, sources, video_sd=1.5)
    return simulate(design, np.random.default_rng(seed))


def halves() -> tuple[Judgments, Judgments]:
    """One study's annotators in two groups: two studies of the same videos."""
    table = as_table(simulated(1, videos=80, annotators=30))
    first = table["annotator_id"].isin(sorted(set(table["annotator_id"]))[:15])
    sources = ["human", "MIMIC-Chat"]
    return (
        judgments_from_table(table[first], declared_sources=sources),
        judgments_from_table(table[~first], declared_sources=sources),
    )


def renamed(data: Judgments, prefix: str) -> Judgments:
    return replace(data, videos=tuple(prefix + video for video in data.videos))


def test_without_shared_videos_the_variances_add_up() -> None:
    one, other = simulated(1), renamed(simulated(2), "x")

    found = compare_studies(one, other)

    assert found.shared_videos == 0
    alone = [analysis.report(data, replicates=0).metrics for data in (one, other)]
    for pair in found.pairs:
        rates = [metrics[f"judged_human_pct/{pair.first}"] for metrics in alone]
        errors = [metrics[f"judged_human_se2way_pct/{pair.first}"] for metrics in alone]
        assert pair.rate.diff == pytest.approx(rates[0] - rates[1])
        assert pair.rate.se == pytest.approx(math.hypot(*errors), rel=0.08)
        assert pair.rate.se > math.hypot(*errors)  # G / (G - 1)


def test_shared_videos_pair_the_difference() -> None:
    one, other = halves()

    found = compare_studies(one, other)
    apart = compare_studies(one, renamed(other, "x"))

    assert found.shared_videos > 60
    for paired, unpaired in zip(found.pairs, apart.pairs, strict=True):
        assert paired.rate.diff == unpaired.rate.diff
    people, *_ = found.pairs
    assert people.rate.se < apart.pairs[0].rate.se


def test_the_paired_error_is_that_of_one_study_with_two_sources() -> None:
    one, other = halves()
    tables = []
    for number, data in enumerate((one, other)):
        table = as_table(data)
        table["source"] = f"{number}-" + table["source"]
        table["comment_id"] = f"{number}-" + table["comment_id"]
        tables.append(table)
    both = analysis.report(pd.concat(tables), replicates=0).metrics

    found = compare_studies(one, other)

    for pair in found.pairs:
        name = f"0-{pair.first}|1-{pair.first}"
        assert pair.rate.diff == pytest.approx(both[f"pair_diff_pct/{name}"])
        assert pair.rate.se == pytest.approx(both[f"pair_se2way_pct/{name}"], rel=0.06)


def test_a_study_against_itself_by_new_names_of_videos_shows_no_difference() -> None:
    data = simulated(3)

    found = compare_studies(data, renamed(data, "x"))

    for pair in found.pairs:
        assert pair.rate.diff == pair.score.diff == 0
        assert pair.rate.p == pytest.approx(1)
        assert pair.rate.lo < 0 < pair.rate.hi


def test_interval_and_p_belong_together_and_people_are_subtracted() -> None:
    found = compare_studies(simulated(4), renamed(simulated(5, videos=25), "x"))

    (people,) = [pair for pair in found.pairs if pair.is_human]
    for pair in found.pairs:
        for gap in (pair.rate, pair.score):
            assert (gap.p < 0.05) != (gap.lo <= 0 <= gap.hi)
            assert gap.p_holm >= gap.p
        if not pair.is_human:
            assert pair.against_people.diff == pytest.approx(
                pair.rate.diff - people.rate.diff
            )


def test_new_versions_are_compared_by_pairs_of_names() -> None:
    found = compare_studies(
        simulated(4), simulated(5), pairs=source_pairs("Video-LLaVA=MIMIC-Chat")
    )

    (pair,) = found.pairs
    assert pair.title == "Video-LLaVA / MIMIC-Chat"
    assert pair.rate.diff < -20
    assert pair.rate.hi < 0


def test_one_annotator_says_why_there_is_no_interval() -> None:
    one = judgments(votes("v1-human-1", "h") + votes("v2-human-2", "a"))
    other = judgments(votes("v1-human-1", "ha") + votes("v2-human-2", "ah"))

    (pair,) = compare_studies(one, other).pairs

    assert pair.rate.diff == 0
    assert math.isnan(pair.rate.lo)
    table = comparison_table(compare_studies(one, other))
    assert "needs at least two annotators" in table.reasons()


@pytest.mark.parametrize("text", ["a", "a=", "=b"])
def test_a_wrong_pair_is_named(text: str) -> None:
    with pytest.raises(AnalysisError, match="not a pair of sources"):
        source_pairs(text)


def test_an_unknown_source_is_named_with_the_known_ones() -> None:
    with pytest.raises(AnalysisError, match="no source nobody; it has "):
        compare_studies(simulated(1), simulated(2), pairs=[("nobody", "human")])


@pytest.mark.parametrize("style", FORMATS)
def test_every_format_holds_every_pair(style: str) -> None:
    text = FORMATS[style](compare_studies(simulated(1), simulated(2)))

    assert "Video-LLaVA" in text
    assert "NaN" not in text
