"""How well the surface of texts tells one source from people, source by source (pure).

All models together can look like people while one of them stands out: each source is
compared with people alone, and the correction allows for looking at many.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from analysis.metrics.clusters import inner_products
from analysis.metrics.ranking import holm
from corpus.logistic import BoolArray, FloatArray, standardised

IntArray = npt.NDArray[np.int64]

FEWEST = 10  # comments of a source, or of people, to learn from
_FOLDS = 5
_PENALTY = 5.0
_MOST_SHUFFLES, _FEWEST_SHUFFLES, _SHUFFLED_COMMENTS = 99, 39, 60_000
# More would keep a page waiting; so many tell the same.
_MOST_VIDEOS = 250
_SIGNIFICANT = 0.05
_NOTHING = 1e-9
_TWO_SIDED_95 = 0.975


@dataclass(frozen=True, slots=True)
class OneSource:
    """How far the surface tells one source's comments from people's.

    Attributes:
        title: The source.
        count: Its comments.
        area: Under the ROC curve; 0.5 is chance, 1 is always.
        lo, hi: 95 % interval, clustered by video; NaN where every comment is told,
            which shows no spread to judge by.
        p: One-sided against chance, by shuffling who wrote what within each video, and
            after Holm's correction over the sources.
    """

    title: str
    count: int
    area: float
    lo: float
    hi: float
    p: float

    @property
    def interval(self) -> str:
        """The interval as text."""
        return "–" if math.isnan(self.lo) else f"{self.lo:.2f}–{self.hi:.2f}"

    @property
    def is_detected(self) -> bool:
        """Whether its comments can be told by their surface."""
        return self.p < _SIGNIFICANT


@dataclass(frozen=True, slots=True)
class Sources:
    """Every source against people.

    Attributes:
        measured: Those with enough comments, the most telling first.
        too_few: Titles of those that could not be measured.
        people_count: Comments of people.
    """

    measured: tuple[OneSource, ...]
    too_few: tuple[str, ...]
    people_count: int

    @property
    def worst(self) -> OneSource | None:
        """The source that its surface gives away most."""
        return self.measured[0] if self.measured else None

    @property
    def detected_count(self) -> int:
        """How many can be told by their surface."""
        return sum(one.is_detected for one in self.measured)

    @property
    def fewest_count(self) -> int:
        """The fewest comments of a source that was measured."""
        return min((one.count for one in self.measured), default=0)


def against_people(
    table: FloatArray,
    source: IntArray,
    groups: IntArray,
    *,
    titles: Sequence[str],
    people: int,
    seed: int = 0,
) -> Sources:
    """Compare each source with people, by cross-validation over videos.

    Args:
        table: (comments, features) as `corpus.surface` measures them.
        source: (comments,) number of the source.
        groups: (comments,) number of the video.
        titles: By number, of the sources.
        people: The number of the human source; -1 where there is none.
        seed: Of the assignment of videos to folds.
    """
    kept = _sampled(groups, seed)
    table, source, groups = table[kept], source[kept], groups[kept]
    is_human = source == people
    found, too_few = [], []
    for number, title in enumerate(titles):
        if number == people:
            continue
        rows = is_human | (source == number)
        counts = (int(is_human.sum()), int((source == number).sum()))
        if min(counts) < FEWEST or len(np.unique(groups[rows])) < _FOLDS:
            too_few.append(title)
            continue
        area, error, clusters, p = _measured(
            standardised(table[rows]), is_human[rows], groups[rows], seed
        )
        quantile = float(special.stdtrit(clusters - 1, _TWO_SIDED_95))
        reach = quantile * error if error > _NOTHING else math.nan
        lo, hi = np.clip([area - reach, area + reach], 0, 1).tolist()
        found.append(OneSource(title, counts[1], area, lo, hi, p))
    corrected = holm(np.array([one.p for one in found]))
    measured = [
        OneSource(one.title, one.count, one.area, one.lo, one.hi, p)
        for one, p in zip(found, corrected.tolist(), strict=True)
    ]
    measured.sort(key=lambda one: (-one.area, one.title))
    return Sources(tuple(measured), tuple(too_few), int(is_human.sum()))


def _sampled(groups: IntArray, seed: int) -> BoolArray:
    """(comments,) whether its video is looked at: all, or some drawn at random."""
    videos = np.unique(groups)
    if len(videos) > _MOST_VIDEOS:
        rng = np.random.default_rng(seed)
        videos = rng.choice(videos, _MOST_VIDEOS, replace=False)
    return np.isin(groups, videos)


def _measured(
    table: FloatArray, is_human: BoolArray, groups: IntArray, seed: int
) -> tuple[float, float, int, float]:
    """Area, its error, how many videos, and p of one source against people."""
    rng = np.random.default_rng(seed)
    videos, place = np.unique(groups, return_inverse=True)
    fold_of = (rng.permutation(len(videos)) % _FOLDS)[place]
    in_order = np.argsort(place, kind="stable")
    shuffles = _SHUFFLED_COMMENTS // len(place)
    shuffles = min(max(shuffles, _FEWEST_SHUFFLES), _MOST_SHUFFLES)
    labels = np.repeat(is_human[:, np.newaxis], 1 + shuffles, axis=1)
    for column in range(1, 1 + shuffles):
        shuffled = np.lexsort((rng.random(len(place)), place))
        labels[in_order, column] = is_human[shuffled]
    scores = _held_out_scores(table, labels, fold_of)
    by_chance = _areas(scores[:, 1:], labels[:, 1:])
    area, error = _area(scores[:, 0], is_human, place)
    spread = float(by_chance.std(ddof=1))
    p = float(special.ndtr(-(area - by_chance.mean()) / spread))
    return area, error, len(videos), p


def _held_out_scores(
    table: FloatArray, labels: BoolArray, fold_of: IntArray
) -> FloatArray:
    """How human each comment looks to a classifier that never saw its video.

    Ridge regression on the labels, which finds the direction of a linear discriminant:
    a closed form for all columns of labels at once.
    """
    rows = np.column_stack([table, np.ones(len(table))])
    penalty = np.diag([*np.full(table.shape[1], _PENALTY), 1e-9])
    scores = np.zeros(labels.shape)
    for fold in range(_FOLDS):
        held = fold_of == fold
        known = rows[~held]
        sums = inner_products(known, labels[~held].astype(np.float64))
        squares = inner_products(known, known) + penalty
        weights = np.linalg.solve(squares, sums)
        scores[held] = np.einsum("rf,fc->rc", rows[held], weights, optimize=False)
    return scores


def _areas(scores: FloatArray, labels: BoolArray) -> FloatArray:
    """Areas under the ROC curves, column by column (Mann-Whitney); ties count half."""
    from scipy.stats import rankdata  # slow to load, and the web starts without

    people = labels.sum(axis=0)
    above = (rankdata(scores, axis=0) * labels).sum(axis=0) - people * (people + 1) / 2
    areas: FloatArray = above / (people * (len(labels) - people))
    return areas


def _area(
    scores: FloatArray, is_human: BoolArray, place: IntArray
) -> tuple[float, float]:
    """Area under the ROC curve, and its error clustered by video (their numbers).

    The components of DeLong, DeLong and Clarke-Pearson 1988 (Biometrics 44, 837-845),
    added up within videos as Obuchowski 1997 does (Biometrics 53, 567-578).
    """
    from scipy.stats import rankdata  # slow to load, and the web starts without

    ranks = rankdata(scores)
    beaten = np.zeros(len(scores))
    for kind in (is_human, ~is_human):
        # Of the other kind, how many rank below; a tie counts half.
        below = ranks[kind] - rankdata(scores[kind])
        beaten[kind] = below / (~kind).sum()
    area = float(beaten[is_human].mean())
    beaten[~is_human] = 1 - beaten[~is_human]
    size = np.where(is_human, is_human.sum(), (~is_human).sum())
    sums = np.bincount(place, (beaten - area) / size)
    return area, float(np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1)))
