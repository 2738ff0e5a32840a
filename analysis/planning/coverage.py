"""How often intervals hold the truth, in simulated studies whose truth is known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from analysis.judgments.arrays import BoolArray, FloatArray, Judgments
from analysis.metrics.agreement import agreement_figures
from analysis.metrics.agreement_sums import SCORES, VERDICTS
from analysis.metrics.clusters import answers, cluster_covariance
from analysis.metrics.intervals import mean_interval, rate_interval
from analysis.metrics.ranking import compare_pairs
from analysis.metrics.resampling import agreement_intervals
from analysis.metrics.sources import tally
from analysis.planning.simulation import Design, SimulatedSource, simulate

_SOURCES = (
    SimulatedSource("human", is_human=True, rate_pct=85, comments=3),
    SimulatedSource("strong", is_human=False, rate_pct=60),
    SimulatedSource("weak", is_human=False, rate_pct=10),
)
# The designs whose coverage reports tell (reporting.coverage).
DESIGNS = (
    Design(20, 120, redundancy=3, sources=_SOURCES),
    Design(60, 150, redundancy=5, sources=_SOURCES, annotator_sd=0.7),
)
# The truth of figures that have no formula: those of one study of such a size.
_TRUE_ANNOTATORS, _TRUE_VIDEOS = 3_000, 20_000

RATE, MEAN, PAIR = "judged_human", "mean_score", "pair"
AGREEMENT = {"all": "agreement", "human": "agreement_human", "ai": "agreement_ai"}

Truth = dict[str, FloatArray]
# By kind of interval, (figures, 2): their bounds.
Bounds = dict[str, FloatArray]


@dataclass(frozen=True)
class Coverage:
    """How often the intervals of one kind held the truth.

    Attributes:
        tried: Intervals that were defined.
        held: Those that held the truth.
    """

    tried: int
    held: int

    @property
    def pct(self) -> float:
        """In percent."""
        return 100 * self.held / self.tried


def coverage(
    design: Design, *, studies: int, replicates: int, seed: int
) -> Mapping[str, Coverage]:
    """Simulate a design many times, and count the intervals that hold the truth.

    Args:
        design: The studies.
        studies: How many.
        replicates: Of the bootstrap of the intervals of agreement.
        seed: Of all chance in it.

    Returns:
        By kind: `judged_human`, `mean_score`, `pair`, and each reading of agreement,
        such as `agreement_ai/alpha_nominal_verdict`.
    """
    rng = np.random.default_rng(seed)
    true = _truth(design, rng)
    tried, held = dict.fromkeys(true, 0), dict.fromkeys(true, 0)
    for _ in range(studies):
        for kind, is_defined, is_inside in _checked(design, true, replicates, rng):
            tried[kind] += int(is_defined.sum())
            held[kind] += int(is_inside.sum())
    return {kind: Coverage(tried[kind], held[kind]) for kind in true}


def _checked(
    design: Design, true: Truth, replicates: int, rng: np.random.Generator
) -> Iterator[tuple[str, BoolArray, BoolArray]]:
    found = _intervals(simulate(design, rng), replicates, rng)
    for kind, bounds in found.items():
        lo, hi = bounds[:, 0], bounds[:, 1]
        is_defined: BoolArray = ~np.isnan(lo)
        is_inside: BoolArray = is_defined & (lo <= true[kind]) & (true[kind] <= hi)
        yield kind, is_defined, is_inside


def _intervals(data: Judgments, replicates: int, rng: np.random.Generator) -> Bounds:
    rates = cluster_covariance(answers(data, data.called_human))
    means = cluster_covariance(answers(data, data.score))
    rate, mean, pairs = rate_interval(rates), mean_interval(means), compare_pairs(rates)
    found: Bounds = {
        RATE: np.array([rate.lo, rate.hi]).T,
        MEAN: np.array([mean.lo, mean.hi]).T,
        PAIR: np.array([pairs.ci_lo, pairs.ci_hi]).T,
    }
    tallies = tally(data)
    for counts, kind in (
        (tallies.comment_verdicts, VERDICTS),
        (tallies.comment_scores, SCORES),
    ):
        bounds = agreement_intervals(
            counts,
            data.comment_video,
            data.comment_is_human,
            kind,
            replicates=replicates,
            rng=rng,
        )
        for whose, name in AGREEMENT.items():
            for reading, one in getattr(bounds, whose).items():
                found[f"{name}/{reading}"] = np.array([[one.lo, one.hi]])
    return found


def _truth(design: Design, rng: np.random.Generator) -> Truth:
    vast = replace(design, annotators=_TRUE_ANNOTATORS, videos=_TRUE_VIDEOS)
    data = simulate(vast, rng)
    tallies = tally(data)
    order = [data.sources.index(source.name) for source in design.sources]
    rates = np.zeros(len(order))
    rates[order] = [source.rate_pct for source in design.sources]
    first, second = np.triu_indices(len(rates), 1)
    scores = tallies.scores
    places = tallies.lowest + np.arange(scores.shape[1])
    true: Truth = {
        RATE: rates,
        MEAN: scores @ places / scores.sum(axis=1),
        PAIR: rates[first] - rates[second],
    }
    by_people = data.comment_is_human
    chosen = {"all": np.ones_like(by_people), "human": by_people, "ai": ~by_people}
    for whose, name in AGREEMENT.items():
        figures = agreement_figures(
            tallies.comment_verdicts[chosen[whose]],
            tallies.comment_scores[chosen[whose]],
        )
        for reading, value in vars(figures).items():
            true[f"{name}/{reading}"] = np.array([value])
    return true
