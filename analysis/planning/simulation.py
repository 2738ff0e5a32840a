"""Judgments of a study that never was: clustered as real ones are, from known rates."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from analysis.judgments.arrays import FloatArray, IntArray, Judgments
from analysis.judgments.columns import Coded, Columns, Item, judgments_from_columns
from annotation.instrument import PAPER, Instrument

_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
# As shares of the scale.
_SCORE_MIDDLE, _SCORE_STEP, _SCORE_NOISE = 0.5, 0.2, 0.2
_SECONDS_SHAPE, _SECONDS_SCALE = 3.0, 2.0


@dataclass(frozen=True)
class SimulatedSource:
    """A source whose true rate is known.

    Attributes:
        name: Its name.
        is_human: Whether people write its comments.
        rate_pct: Share of judgments "human" over all annotators, videos and comments.
        comments: Comments by it under each video.
    """

    name: str
    is_human: bool
    rate_pct: float
    comments: int = 1


@dataclass(frozen=True)
class Design:
    """Who judges what, and how much annotators, videos and comments differ.

    Attributes:
        annotators, videos, redundancy: Sizes; each video is judged by `redundancy`.
        sources: The comments under each video.
        annotator_sd: Spread of the annotators' leaning to "human", in log-odds.
        source_sd: Spread of the annotators' leaning for each source apart.
        video_sd: Spread of the videos.
        comment_sd: Spread of the comments of one source.
    """

    annotators: int
    videos: int
    redundancy: int
    sources: tuple[SimulatedSource, ...]
    annotator_sd: float = 0.4
    source_sd: float = 0.2
    video_sd: float = 0.3
    comment_sd: float = 0.6

    @property
    def verdicts(self) -> int:
        """How many the whole study gives."""
        comments = sum(source.comments for source in self.sources)
        return self.videos * self.redundancy * comments

    @property
    def spread(self) -> float:
        """Standard deviation of the log-odds of one judgment about its source's."""
        parts = (self.annotator_sd, self.source_sd, self.video_sd, self.comment_sd)
        return float(np.sqrt(sum(part**2 for part in parts)))


def intercept(rate_pct: float, spread: float) -> float:
    """The log-odds at the middle for which the mean rate is `rate_pct`."""
    from scipy.optimize import brentq  # slow to load, and the web starts without

    def excess(middle: float) -> float:
        rates = special.expit(middle + spread * _NODES)
        mean = (rates * _WEIGHTS).sum() / _WEIGHTS.sum()
        return float(mean - rate_pct / 100)

    return float(brentq(excess, -40, 40))


def simulate(
    design: Design, rng: np.random.Generator, instrument: Instrument = PAPER
) -> Judgments:
    """Draw the judgments of a whole study: verdicts, scores, order and times.

    Verdicts are Human or AI; scores use the whole scale of the instrument.
    """
    return judgments_from_columns(simulate_columns(design, rng, instrument))


def simulate_columns(
    design: Design, rng: np.random.Generator, instrument: Instrument = PAPER
) -> Columns:
    """As `simulate`, before the table is brought into canonical order."""
    shown = shown_sources(design)
    teams = draw_teams(design, rng)
    odds = log_odds(design, rng, teams)
    shape = odds.shape
    per_video = shape[2]
    video = np.arange(design.videos, dtype=np.int32)[:, np.newaxis, np.newaxis]
    comment = video * per_video + np.arange(per_video, dtype=np.int32)
    scale = instrument.scale
    share = _SCORE_MIDDLE + _SCORE_STEP * odds + rng.normal(0, _SCORE_NOISE, shape)
    score = scale.lowest + (scale.highest - scale.lowest) * share
    order = rng.permuted(
        np.tile(np.arange(1, per_video + 1, dtype=np.int32), (*shape[:2], 1)), axis=2
    )
    is_human = np.array([s.is_human for s in design.sources])

    def rows(values: npt.NDArray[Item]) -> npt.NDArray[Item]:
        return np.broadcast_to(values, shape).reshape(-1)

    return Columns(
        annotator=Coded(rows(teams[:, :, np.newaxis]), _labels("A", design.annotators)),
        video=Coded(rows(video), _labels("V", design.videos)),
        comment=Coded(rows(comment), _labels("C", design.videos * per_video)),
        source=Coded(rows(shown), [source.name for source in design.sources]),
        is_human=rows(is_human[shown]),
        verdict=rows(rng.random(shape) < special.expit(odds)).astype(np.int8),
        score=rows(np.clip(np.rint(score), scale.lowest, scale.highest)).astype(
            np.int8
        ),
        order=rows(order),
        seconds=rng.gamma(_SECONDS_SHAPE, _SECONDS_SCALE, odds.size).round(2),
        assignment_no=rows(_numbers(teams, design.annotators)[:, :, np.newaxis]),
        started_at=np.full(odds.size, "NaT", dtype="M8[us]"),
        instrument=instrument,
    )


def shown_sources(design: Design) -> IntArray:
    """(comments under a video,) the source of each."""
    counts = [source.comments for source in design.sources]
    return np.repeat(np.arange(len(counts)), counts)


def draw_teams(design: Design, rng: np.random.Generator) -> IntArray:
    """(videos, redundancy) annotators, distinct within a video, evenly loaded."""
    teams = design.annotators // design.redundancy
    rounds = -(-design.videos // teams)
    everyone = np.tile(np.arange(design.annotators, dtype=np.int32), (rounds, 1))
    dealt = rng.permuted(everyone, axis=1)[:, : teams * design.redundancy]
    return dealt.reshape(-1, design.redundancy)[: design.videos]


def log_odds(design: Design, rng: np.random.Generator, teams: IntArray) -> FloatArray:
    """(videos, redundancy, comments) of the verdict "human"."""
    leaning = leanings(design, rng)
    comment = comment_odds(design, rng)
    odds: FloatArray = leaning[teams][:, :, shown_sources(design)]
    odds += (middles(design) + comment)[:, np.newaxis, :]
    return odds


def middles(design: Design) -> FloatArray:
    """(comments under a video,) log-odds of a comment in the middle of its source."""
    found = [intercept(one.rate_pct, design.spread) for one in design.sources]
    return np.array(found)[shown_sources(design)]


def leanings(design: Design, rng: np.random.Generator) -> FloatArray:
    """(annotators, sources) how much each leans to the verdict "human"."""
    own = rng.normal(0, design.annotator_sd, (design.annotators, 1))
    by_source = (design.annotators, len(design.sources))
    return np.asarray(own + rng.normal(0, design.source_sd, by_source))


def comment_odds(design: Design, rng: np.random.Generator) -> FloatArray:
    """(videos, comments) how much each comment differs from the middle."""
    video = rng.normal(0, design.video_sd, (design.videos, 1))
    shape = (design.videos, len(shown_sources(design)))
    return np.asarray(video + rng.normal(0, design.comment_sd, shape))


def _numbers(teams: IntArray, annotators: int) -> IntArray:
    """(videos, redundancy) how many batches the annotator has had, from 1."""
    flat = teams.reshape(-1)
    by_annotator = np.argsort(flat, kind="stable")
    counts = np.bincount(flat, minlength=annotators)
    firsts = np.repeat(np.cumsum(counts) - counts, counts)
    numbers = np.empty(len(flat), dtype=np.int32)
    numbers[by_annotator] = np.arange(len(flat)) - firsts + 1
    return numbers.reshape(teams.shape)


def _labels(letter: str, count: int) -> list[str]:
    digits = len(str(count))
    return [f"{letter}{number:0{digits}d}" for number in range(1, count + 1)]


PAPER_RATES_PCT = {"MIMIC-Chat": 64.24, "Video-ChatGPT": 18.65, "Video-LLaVA": 6.30}


def paper_sources(models: int = 24) -> tuple[SimulatedSource, ...]:
    """The human pool and `models` models at the published rates, the others between.

    The published: human 87.57 %, MIMIC-Chat 64.24 %, Video-ChatGPT 18.65 %, Video-LLaVA
    6.30 %, baselines between 6 and 19 %.
    """
    named = list(PAPER_RATES_PCT.items())[:models]
    rates = np.linspace(7, 18, max(models - len(named), 0)).round(2)
    named += [(f"Baseline {n:02d}", float(rate)) for n, rate in enumerate(rates, 1)]
    human = SimulatedSource("human", is_human=True, rate_pct=87.57, comments=5)
    ai = (SimulatedSource(name, is_human=False, rate_pct=rate) for name, rate in named)
    return (human, *ai)
