"""How large a study must be: its own design, simulated and analysed again and again."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import special

from analysis.errors import AnalysisError
from analysis.judgments.arrays import FloatArray
from analysis.judgments.columns import Item
from analysis.metrics.clusters import Answers, Covariance, cluster_covariance
from analysis.metrics.intervals import rate_interval
from analysis.metrics.ranking import compare_pairs
from analysis.planning.simulation import Design, draw_teams, log_odds, shown_sources
from pages.phrases import phrase as _

SIGNIFICANT = 0.05
_VERDICTS_A_SECOND = 4_000_000
_FEWEST = 10  # simulations, for a mean with an error
MOST_VERDICTS = 5_000_000  # of one simulated study: what a worker's memory holds


@dataclass(frozen=True)
class PlannedSource:
    """What to expect of one source; `error` is the simulation's own, in points.

    Attributes:
        source, rate_pct: As asked.
        half_width: Mean half-width of the 95 % interval, in points.
        error: Standard error of that mean over the simulations.
        covered_pct: Share of the simulations whose interval held the true rate.
    """

    source: str
    rate_pct: float
    half_width: float
    error: float
    covered_pct: float


@dataclass(frozen=True)
class PlannedPair:
    """How often the difference of two sources would be found (p < 0.05, uncorrected).

    Attributes:
        first, second: The sources.
        difference: Of their true rates, in points.
        power_pct: Share of the simulations that found it.
        error: Standard error of that share, in points.
    """

    first: str
    second: str
    difference: float
    power_pct: float
    error: float


@dataclass(frozen=True)
class Plan:
    """The outlook of a design."""

    design: Design
    simulations: int
    seed: int
    sources: tuple[PlannedSource, ...]
    pairs: tuple[PlannedPair, ...]

    @property
    def widest(self) -> float:
        """The largest expected half-width, in points."""
        widths = [source.half_width for source in self.sources]
        return math.inf if any(map(math.isnan, widths)) else max(widths)


def plan(design: Design, *, simulations: int, seed: int) -> Plan:
    """Simulate a design and analyse each simulated study as a real one.

    Raises:
        AnalysisError: The design cannot be carried out, or cannot show anything.
    """
    check_design(design)
    covariances = list(_studies(design, simulations, seed))
    true = np.array([source.rate_pct for source in design.sources])
    bounds = np.array([(i.lo, i.hi) for i in map(rate_interval, covariances)])
    half_widths = (bounds[:, 1] - bounds[:, 0]) / 2
    inside = (bounds[:, 0] <= true) & (true <= bounds[:, 1])
    return Plan(
        design=design,
        simulations=simulations,
        seed=seed,
        sources=tuple(
            PlannedSource(
                source=source.name,
                rate_pct=source.rate_pct,
                half_width=_known(half_widths[:, number], np.mean),
                error=_known(half_widths[:, number], _error_of_mean),
                covered_pct=float(100 * inside[:, number].mean()),
            )
            for number, source in enumerate(design.sources)
        ),
        pairs=_pairs(design, covariances),
    )


def simulations_in_a_second(design: Design) -> int:
    """About as many as are done in a second, from 10 to 200."""
    return min(max(_VERDICTS_A_SECOND // design.verdicts, _FEWEST), 200)


def fits_in_a_second(design: Design) -> bool:
    """Whether a page can simulate it often enough itself."""
    return _FEWEST * design.verdicts <= _VERDICTS_A_SECOND


def check_design(design: Design) -> None:
    """Refuse what cannot be done, saying why."""
    if design.redundancy > design.annotators:
        raise AnalysisError(
            _(
                "Each video needs %(redundancy)s annotators, but there are only "
                "%(annotators)s.",
                redundancy=design.redundancy,
                annotators=design.annotators,
            )
        )
    if design.annotators < 2 or design.videos < 2:  # noqa: PLR2004
        raise AnalysisError(_("Intervals need at least two annotators and two videos."))
    if design.verdicts > MOST_VERDICTS:
        verdicts, most = f"{design.verdicts:,}", f"{MOST_VERDICTS:,}"
        raise AnalysisError(
            _(
                "This design has %(verdicts)s verdicts. At most %(most)s can be "
                "simulated.",
                verdicts=verdicts,
                most=most,
            )
        )
    wrong = [s.name for s in design.sources if not 0 < s.rate_pct < 100]  # noqa: PLR2004
    if wrong:
        raise AnalysisError(
            _(
                "Rates must be above 0 and below 100 %%. Change: %(sources)s.",
                sources=", ".join(wrong),
            )
        )


def _studies(design: Design, simulations: int, seed: int) -> Iterator[Covariance]:
    rng = np.random.default_rng(seed)
    for _simulation in range(simulations):
        yield cluster_covariance(simulated_verdicts(design, rng))


def simulated_verdicts(design: Design, rng: np.random.Generator) -> Answers:
    """The verdicts of one simulated study, and nothing else: many are needed."""
    teams = draw_teams(design, rng)
    odds = log_odds(design, rng, teams)
    shape = odds.shape
    assignment = np.arange(shape[0] * shape[1], dtype=np.int32).reshape(shape[:2])
    video = np.arange(shape[0], dtype=np.int32)

    def rows(values: npt.NDArray[Item]) -> npt.NDArray[Item]:
        return np.broadcast_to(values, shape).reshape(-1)

    return Answers(
        annotator=rows(teams[:, :, np.newaxis]),
        video=rows(video[:, np.newaxis, np.newaxis]),
        assignment=rows(assignment[:, :, np.newaxis]),
        source=rows(shown_sources(design)),
        value=rows(rng.random(shape) < special.expit(odds)).astype(np.int8),
        sizes=(design.annotators, design.videos, assignment.size),
        sources=len(design.sources),
    )


def _known(values: FloatArray, figure: Callable[[FloatArray], float]) -> float:
    """A figure of the values that are defined; NaN unless there are two."""
    known = values[~np.isnan(values)]
    return float(figure(known)) if len(known) > 1 else math.nan


def _error_of_mean(values: FloatArray) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values)))


def _error_of_share(share: float, count: int) -> float:
    """Standard error in points, after Agresti and Coull: not 0 where all agree."""
    middle = (share * count + 2) / (count + 4)
    return float(100 * np.sqrt(middle * (1 - middle) / (count + 4)))


def _pairs(design: Design, covariances: list[Covariance]) -> tuple[PlannedPair, ...]:
    p = np.array([compare_pairs(covariance).p_t for covariance in covariances])
    found = (p < SIGNIFICANT).mean(axis=0)
    pairs = combinations(design.sources, 2)
    return tuple(
        PlannedPair(
            first=first.name,
            second=second.name,
            difference=first.rate_pct - second.rate_pct,
            power_pct=float(100 * share),
            error=_error_of_share(share, len(covariances)),
        )
        for (first, second), share in zip(pairs, found.tolist(), strict=True)
    )
