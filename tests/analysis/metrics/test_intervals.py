"""Two-way intervals, comparisons and ranks: statsmodels, hand-worked cases, chance."""

import math
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

import analysis
from analysis.judgments.arrays import Judgments
from analysis.metrics.clusters import answers, cluster_covariance
from analysis.metrics.ranking import (
    benjamini_hochberg,
    compare_pairs,
    holm,
    pigeonhole_rates,
)
from analysis.planning.simulation import Design, SimulatedSource, simulate
from tests.analysis.long_tables import Row, judgments, row, scores, votes

SOURCES = (
    SimulatedSource("human", is_human=True, rate_pct=85, comments=3),
    SimulatedSource("strong", is_human=False, rate_pct=60),
    SimulatedSource("weak", is_human=False, rate_pct=10),
)


def study(seed: int = 1, annotators: int = 12, videos: int = 40) -> Judgments:
    design = Design(annotators, videos, redundancy=3, sources=SOURCES)
    return simulate(design, np.random.default_rng(seed))


def with_gaps(data: Judgments) -> Judgments:
    """The same study with a tenth of the verdicts and of the scores missing."""
    rng = np.random.default_rng(9)
    verdict, score = data.verdict.copy(), data.score.copy()
    verdict[rng.random(len(data)) < 0.1] = -1
    score[rng.random(len(data)) < 0.1] = -1
    return replace(data, verdict=verdict, score=score)


def cluster_fit(  # type: ignore[no-untyped-def]  # noqa: ANN201
    data: Judgments, value: np.ndarray, *, use_correction: bool = False
):
    """Statsmodels' regression on source dummies, clustered two ways."""
    given = value >= 0
    design = np.eye(len(data.sources))[data.source[given]]
    groups = np.stack([data.annotator[given], data.video[given]], axis=1)
    return sm.OLS(value[given].astype(float), design).fit(
        cov_type="cluster",
        cov_kwds={"groups": groups, "use_correction": use_correction},
    )


def test_two_way_errors_equal_statsmodels() -> None:
    data = with_gaps(study())

    metrics = analysis.report(data, replicates=0).metrics

    rates, means = cluster_fit(data, data.verdict), cluster_fit(data, data.score)
    for number, source in enumerate(data.sources):
        assert metrics[f"judged_human_se2way_pct/{source}"] == pytest.approx(
            100 * rates.bse[number], rel=1e-9
        )
        assert metrics[f"mean_score_se2way/{source}"] == pytest.approx(
            means.bse[number], rel=1e-9
        )


def test_pairs_equal_statsmodels_joint_covariance() -> None:
    design = Design(25, 60, redundancy=3, sources=SOURCES, source_sd=0.8)
    data = with_gaps(simulate(design, np.random.default_rng(5)))

    metrics = analysis.report(data, replicates=0).metrics

    fit = cluster_fit(data, data.verdict)
    contrast = np.array([1, -1, 0])
    error = math.sqrt(contrast @ fit.cov_params() @ contrast)
    assert metrics["pair_diff_pct/human|strong"] == pytest.approx(
        100 * contrast @ fit.params
    )
    assert metrics["pair_se2way_pct/human|strong"] == pytest.approx(100 * error)
    # Statsmodels multiplies every clustering by G/(G-1), and all of them by
    # (n - 1)/(n - k), which metrics.md does not ask for.
    corrected = cluster_fit(data, data.verdict, use_correction=True)
    rows = int((data.verdict >= 0).sum())
    cov = corrected.cov_params() * (rows - 3) / (rows - 1)
    t = contrast @ fit.params / math.sqrt(contrast @ cov @ contrast)
    reach = 100 * stats.t.ppf(0.975, 24) * math.sqrt(contrast @ cov @ contrast)
    assert metrics["pair_p_t/human|strong"] == pytest.approx(
        2 * stats.t.sf(abs(t), 24), rel=1e-9
    )
    diff = metrics["pair_diff_pct/human|strong"]
    assert metrics["pair_ci_lo_pct/human|strong"] == pytest.approx(diff - reach)
    assert metrics["pair_ci_hi_pct/human|strong"] == pytest.approx(diff + reach)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    annotators=st.integers(3, 12),
    videos=st.integers(2, 30),
    rates=st.lists(st.floats(5, 95), min_size=2, max_size=5),
)
def test_a_pair_differs_exactly_where_its_interval_leaves_out_0(
    seed: int, annotators: int, videos: int, rates: list[float]
) -> None:
    sources = tuple(
        SimulatedSource(f"s{n}", is_human=n == 0, rate_pct=rate)
        for n, rate in enumerate(rates)
    )
    rng = np.random.default_rng(seed)
    data = with_gaps(simulate(Design(annotators, videos, 3, sources), rng))

    pairs = compare_pairs(cluster_covariance(answers(data, data.called_human)))

    for p, diff, lo, hi in zip(
        pairs.p_t, pairs.diff, pairs.ci_lo, pairs.ci_hi, strict=True
    ):
        assert math.isnan(p) == math.isnan(lo) == math.isnan(hi)
        if not math.isnan(p):
            assert (p < 0.05) == (lo > 0 or hi < 0)
            assert lo < diff < hi


Verdict = tuple[int, int, str, int]  # annotator, video, source, 1 for Human


def exact_two_way(verdicts: list[Verdict]) -> float:
    """The two-way variance of human's rate minus bot's, in fractions."""
    counts = Counter(source for *_, source, _ in verdicts)
    humans = Counter(source for *_, source, verdict in verdicts if verdict)

    def clustered(key: Callable[[Verdict], object]) -> Fraction:
        sums: dict[object, Fraction] = defaultdict(Fraction)
        for one in verdicts:
            source, verdict = one[2:]
            residual = verdict - Fraction(humans[source], counts[source])
            sign = 1 if source == "human" else -1
            sums[key(one)] += sign * residual / counts[source]
        return sum((total**2 for total in sums.values()), Fraction())

    annotator, video = clustered(lambda one: one[0]), clustered(lambda one: one[1])
    total = annotator + video - clustered(lambda one: one[:2])
    return float(total if total > 0 else max(annotator, video))


@settings(max_examples=300, deadline=None)
@given(verdicts=st.lists(st.integers(0, 1), min_size=27, max_size=27))
def test_two_way_errors_equal_those_of_exact_arithmetic(verdicts: list[int]) -> None:
    # Three annotators, three videos, three comments: sums often cancel exactly.
    comments = (("human", 1), ("human", 2), ("bot", 3))
    places = [(a, v, *c) for a in range(3) for v in range(3) for c in comments]
    data = judgments(
        row(f"a{a}", f"v{v}-{source}-{number}", "human" if verdict else "ai")
        for (a, v, source, number), verdict in zip(places, verdicts, strict=True)
    )

    covariance = cluster_covariance(answers(data, data.called_human))

    pair = (np.array([0]), np.array([1]))
    (found,) = covariance.two_way(*pair, corrected=False)
    expected = exact_two_way(
        [
            (a, v, source, verdict)
            for (a, v, source, _), verdict in zip(places, verdicts, strict=True)
        ]
    )
    assert found == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_a_negative_two_way_variance_gives_way_to_the_larger_one_way() -> None:
    # Balanced but for one verdict: the sums by annotator and by video nearly vanish.
    rows = votes("v1-bot-1", "hhha") + votes("v2-bot-2", "aahh")
    rows += votes("v3-bot-3", "haha") + votes("v4-bot-4", "ahah")

    metrics = analysis.report(judgments(rows), replicates=0).metrics

    one_way = 3 * (2 - 4 * 9 / 16) ** 2 + (3 - 4 * 9 / 16) ** 2
    assert 2 * one_way < 16 * 9 / 16 * 7 / 16
    assert metrics["judged_human_se2way_pct/bot"] == pytest.approx(
        100 * math.sqrt(one_way) / 16
    )


def test_the_interval_of_a_rate_by_hand() -> None:
    # Two annotators, two videos, one comment each; annotator 1 says human twice.
    data = judgments(votes("v1-bot-1", "ha") + votes("v2-bot-2", "hh"))

    metrics = analysis.report(data, replicates=0).metrics

    residual = np.array([[0.25, -0.75], [0.25, 0.25]])  # videos by annotators, p = 3/4
    annotator = (residual.sum(axis=0) ** 2).sum() / 16
    video = (residual.sum(axis=1) ** 2).sum() / 16
    assignment = (residual**2).sum() / 16
    assert metrics["judged_human_se2way_pct/bot"] == pytest.approx(
        100 * max(annotator, video)
        if annotator + video <= assignment
        else 100 * math.sqrt(annotator + video - assignment)
    )
    corrected = 2 * annotator + 2 * video - 4 / 3 * assignment
    reach = stats.t.ppf(0.975, 1) * math.sqrt(corrected) / (0.75 * 0.25)
    low, high = (1 / (1 + math.exp(-(math.log(3) + s * reach))) for s in (-1, 1))
    assert metrics["judged_human_ci_lo_pct/bot"] == pytest.approx(100 * low)
    assert metrics["judged_human_ci_hi_pct/bot"] == pytest.approx(100 * high)


def test_the_interval_of_a_mean_score_by_hand() -> None:
    data = study()

    metrics = analysis.report(data, replicates=0).metrics

    fit = cluster_fit(data, data.score)
    lo, hi = metrics["mean_score_ci_lo/weak"], metrics["mean_score_ci_hi/weak"]
    assert (lo + hi) / 2 == pytest.approx(metrics["mean_score/weak"])
    plain = stats.t.ppf(0.975, 11) * fit.bse[2]
    assert plain < (hi - lo) / 2 < plain * math.sqrt(12 / 11)


def test_wilson_equals_statsmodels() -> None:
    data = study()

    metrics = analysis.report(data, replicates=0).metrics

    hits = int((data.verdict[data.source == 2] == 1).sum())
    total = int((data.source == 2).sum())
    lo, hi = proportion_confint(hits, total, method="wilson")
    assert metrics["wilson_lo_pct/weak"] == pytest.approx(100 * lo)
    assert metrics["wilson_hi_pct/weak"] == pytest.approx(100 * hi)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_corrections_equal_statsmodels_and_pass_over_missing_tests(seed: int) -> None:
    p = np.random.default_rng(seed).random(9) ** 3
    p[4] = p[5]
    p_with_gap = np.insert(p, 3, np.nan)

    stepped, discovered = holm(p_with_gap), benjamini_hochberg(p_with_gap)

    assert np.delete(stepped, 3) == pytest.approx(multipletests(p, method="holm")[1])
    assert np.delete(discovered, 3) == pytest.approx(
        multipletests(p, method="fdr_bh")[1]
    )
    assert np.isnan(stepped[3])
    assert np.isnan(discovered[3])


def test_a_rate_of_zero_has_no_interval_but_a_wilson_one() -> None:
    data = judgments(votes("v1-bot-1", "aa") + votes("v2-bot-2", "aa"))

    report = analysis.report(data, replicates=0)

    assert report.reason("judged_human_ci_lo_pct/bot") == "no interval at 0 or 100 %"
    assert report.metrics["judged_human_se2way_pct/bot"] == 0
    assert report.metrics["wilson_lo_pct/bot"] == pytest.approx(0)


def test_a_mean_of_equal_scores_has_no_interval() -> None:
    data = judgments(scores("v1-bot-1", "333") + scores("v2-bot-2", "333"))

    report = analysis.report(data, replicates=0)

    for side in ("lo", "hi"):
        assert report.reason(f"mean_score_ci_{side}/bot") == "no variation to judge by"
    assert report.metrics["mean_score_se2way/bot"] == 0
    assert report.metrics["mean_score/bot"] == 3


def test_a_rate_without_error_has_no_interval() -> None:
    # Every annotator and every video is half human: the sums by cluster vanish.
    rows = votes("v1-bot-1", "ha") + votes("v1-bot-2", "ah")
    rows += votes("v2-bot-3", "ah") + votes("v2-bot-4", "ha")

    report = analysis.report(judgments(rows), replicates=0)

    assert report.metrics["judged_human_pct/bot"] == 50
    assert report.metrics["judged_human_se2way_pct/bot"] == 0
    for side in ("lo", "hi"):
        name = f"judged_human_ci_{side}_pct/bot"
        assert report.reason(name) == "no variation to judge by"


def test_two_sources_that_never_vary_have_no_p() -> None:
    rows = votes("v1-human-1", "hh") + votes("v2-human-2", "hh")
    rows += votes("v1-bot-1", "aa") + votes("v2-bot-2", "aa")

    report = analysis.report(judgments(rows), replicates=0)

    assert report.metrics["pair_diff_pct/bot|human"] == -100
    assert report.reason("pair_p_t/bot|human") == "no variation to judge by"
    assert math.isnan(report.metrics["pair_p_t_holm/bot|human"])
    assert report.reason("pair_ci_lo_pct/bot|human") == "no variation to judge by"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (votes("v1-bot-1", "h") + votes("v2-bot-2", "a"), "two annotators"),
        (votes("v1-bot-1", "ha") + votes("v1-bot-2", "ah"), "two videos"),
    ],
    ids=["one annotator", "one video"],
)
def test_one_cluster_gives_no_interval(rows: list[Row], reason: str) -> None:
    report = analysis.report(judgments(rows))

    for name in ("judged_human_se2way_pct", "judged_human_ci_lo_pct", "rank/lo"):
        assert reason in report.reason(f"{name}/bot")
    assert not math.isnan(report.metrics["judged_human_pct/bot"])


def test_ranks_bracket_the_order_of_the_rates() -> None:
    metrics = analysis.report(study(videos=150), replicates=300).metrics

    ranks = [
        (metrics[f"rank/lo/{source}"], metrics[f"rank/hi/{source}"])
        for source in ("human", "strong", "weak")
    ]
    assert ranks == [(1, 1), (2, 2), (3, 3)]


def test_sources_with_equal_rates_share_their_ranks() -> None:
    rows = [
        one
        for video in range(6)
        for source in ("x", "y")
        for one in votes(f"v{video}-{source}-1", "ha")
    ]

    metrics = analysis.report(judgments(rows), replicates=200).metrics

    assert (metrics["rank/lo/x"], metrics["rank/hi/x"]) == (1, 2)
    assert (metrics["rank/lo/y"], metrics["rank/hi/y"]) == (1, 2)


def test_pigeonhole_draws_weigh_judgments_by_both_clusters() -> None:
    data = study(annotators=6, videos=30)
    rng = np.random.default_rng(11)
    drawn = [rng.integers(0, size, (400, size)) for size in (6, 30)]
    expected = []
    for annotators, videos in zip(*drawn, strict=True):
        weight = np.bincount(annotators, minlength=6)[data.annotator]
        weight = weight * np.bincount(videos, minlength=30)[data.video]
        chosen = data.source == 1
        expected.append(np.average(data.verdict[chosen], weights=weight[chosen]))

    rates = pigeonhole_rates(
        answers(data, data.verdict), replicates=400, rng=np.random.default_rng(12)
    )

    assert rates[:, 1].mean() == pytest.approx(np.mean(expected), abs=0.02)
    assert rates[:, 1].std() == pytest.approx(np.std(expected), rel=0.15)


def test_without_replicates_only_bootstrap_figures_are_missing() -> None:
    report = analysis.report(study(), replicates=0)

    missing = {
        name.split("/")[0]
        for name, reason in report.reasons.items()
        if reason == "no bootstrap replicates were asked for"
    }
    assert missing == {"rank", "boot_video"}


DESIGNS = {
    "few annotators": Design(20, 120, redundancy=3, sources=SOURCES),
    "many annotators": Design(60, 150, redundancy=5, sources=SOURCES, annotator_sd=0.7),
}


@pytest.mark.slow
# Fewer studies leave more to chance.
@pytest.mark.parametrize(
    ("studies", "lowest"),
    [(100, 0.91), pytest.param(400, 0.93, marks=pytest.mark.nightly)],
)
@pytest.mark.parametrize(
    "design",
    [
        pytest.param(DESIGNS["few annotators"], id="few annotators"),
        pytest.param(
            DESIGNS["many annotators"],
            id="many annotators",
            marks=pytest.mark.nightly,
        ),
    ],
)
def test_the_main_interval_covers_as_it_promises(
    design: Design, studies: int, lowest: float
) -> None:
    rng = np.random.default_rng(2026)
    hits = {"main": 0, "Wilson": 0}
    tries = 0
    for _ in range(studies):
        metrics = analysis.report(
            simulate(design, rng), levels=["inference"], replicates=0
        ).metrics
        for source in design.sources:
            tries += 1
            for kind, lo, hi in (
                ("main", "judged_human_ci_lo_pct", "judged_human_ci_hi_pct"),
                ("Wilson", "wilson_lo_pct", "wilson_hi_pct"),
            ):
                inside = (
                    metrics[f"{lo}/{source.name}"]
                    <= source.rate_pct
                    <= metrics[f"{hi}/{source.name}"]
                )
                hits[kind] += inside

    coverage = pd.Series(hits) / tries
    assert lowest <= coverage["main"] <= 0.985
    assert coverage["Wilson"] < 0.9
