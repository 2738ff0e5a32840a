"""How far one study's results are reproduced by another's, from both's judgments."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.judgments.arrays import FloatArray, IntArray, Judgments, NumberArray
from analysis.metrics.clusters import Covariance, answers, cluster_covariance
from analysis.metrics.ranking import compare_pairs, holm
from analysis.metrics.reproduction import alpha_of_two
from analysis.metrics.undefined import Undefined
from analysis.reporting.pairs import SIGNIFICANT
from analysis.reporting.reproduction import (
    NO_PAIRS,
    Extent,
    ReproducedSource,
    Reproduction,
    Upheld,
    extent_of,
)
from analysis.reporting.rounding import rounded

Place = tuple[int, int]


def reproduction_of_studies(
    one: Judgments,
    other: Judgments,
    places: Sequence[Place],
    sources: tuple[ReproducedSource, ...],
) -> Reproduction:
    """Two studies whose judgments are at hand.

    Args:
        one: The first study.
        other: The second.
        places: (source of one, source of other), as indices.
        sources: The same sources as they are to be shown.
    """
    signs = [
        _signs(
            cluster_covariance(answers(data, data.called_human)),
            [place[side] for place in places],
        )
        for side, data in enumerate((one, other))
    ]
    shared = _shared_comments(one, other, places)
    chosen = np.array([not source.is_human for source in sources], dtype=bool)

    def extent(kept: Sequence[int]) -> Extent:
        is_kept = np.isin(shared.source, kept)
        parts = (values[is_kept] for values in shared.values)
        verdicts_1, verdicts_2, scores_1, scores_2 = parts
        return extent_of(
            [sources[number] for number in kept],
            comments=int(is_kept.sum()),
            alphas=(
                _alpha(verdicts_1, verdicts_2),
                _alpha(scores_1, scores_2),
            ),
            findings=_upheld(signs[0], signs[1], kept),
        )

    return rounded(
        Reproduction(
            sources=sources,
            all=extent(range(len(sources))),
            ai=extent(np.flatnonzero(chosen).tolist()),
        )
    )


def _signs(covariance: Covariance, places: Sequence[int]) -> FloatArray:
    """(sources, sources) 1 or -1 where two differ significantly, 0 where not.

    By p after Holm's correction over these pairs; NaN where nothing can be said.
    """
    found = compare_pairs(covariance)
    numbered = {
        pair: number
        for number, pair in enumerate(zip(found.first, found.second, strict=True))
    }
    asked = [
        (a, b, numbered.get((min(p, q), max(p, q))), -1 if p > q else 1)
        for a, p in enumerate(places)
        for b, q in enumerate(places)
        if a < b
    ]
    p_t = np.array([math.nan if n is None else found.p_t[n] for _a, _b, n, _s in asked])
    corrected = holm(p_t)
    signs = np.full((len(places), len(places)), math.nan)
    for (a, b, number, turn), p in zip(asked, corrected, strict=True):
        if number is not None and not math.isnan(p):
            sign = turn * math.copysign(1, found.diff[number]) if p < SIGNIFICANT else 0
            signs[a, b] = sign
    return signs


def _upheld(first: FloatArray, second: FloatArray, kept: Sequence[int]) -> Upheld:
    inside = np.ix_(list(kept), list(kept))
    one, other = first[inside], second[inside]
    known = ~(np.isnan(one) | np.isnan(other))
    pairs = int(known.sum())
    if not pairs:
        return Upheld(*[Undefined(NO_PAIRS)] * 6)
    one, other = one[known], other[known]
    upheld = int((one == other).sum())
    return Upheld(
        pairs=pairs,
        upheld=upheld,
        upheld_pct=100 * upheld / pairs,
        significant=int((one != 0).sum()),
        confirmed=int(((one != 0) & (one == other)).sum()),
        reversed=int((one * other < 0).sum()),
    )


@dataclass(frozen=True, eq=False)
class _Shared:
    """The comments in both studies.

    Attributes:
        source: (comments,) which of the compared sources wrote each.
        values: Majority verdicts (1 Human, 0 not, NaN for a tie or none) in the first
            and the second study, then mean scores likewise; (comments,) each.
    """

    source: IntArray
    values: tuple[FloatArray, FloatArray, FloatArray, FloatArray]


def _shared_comments(
    one: Judgments, other: Judgments, places: Sequence[Place]
) -> _Shared:
    here, there = _comments_by_name(one), _comments_by_name(other)
    compared = {first: number for number, (first, _second) in enumerate(places)}
    partner = dict(places)
    both = [
        (number, there[name])
        for name, number in here.items()
        if name in there
        and (source := int(one.comment_source[number])) in compared
        and int(other.comment_source[there[name]]) == partner[source]
    ]
    first, second = np.array(both, dtype=np.intp).reshape(-1, 2).T
    numbers = [compared[int(one.comment_source[n])] for n in first]
    return _Shared(
        source=np.array(numbers, dtype=np.intp),
        values=(
            _majority(one)[first],
            _majority(other)[second],
            _means(one, one.score)[first],
            _means(other, other.score)[second],
        ),
    )


def _comments_by_name(data: Judgments) -> Mapping[tuple[str, str], int]:
    return {
        (data.videos[data.comment_video[number]], name): number
        for number, name in enumerate(data.comments)
    }


def _majority(data: Judgments) -> FloatArray:
    share = _means(data, data.called_human)
    made = np.where(share > 1 / 2, 1.0, 0.0)
    made[np.isnan(share) | (share == 1 / 2)] = math.nan
    return made


def _means(data: Judgments, values: NumberArray) -> FloatArray:
    """(comments,) mean of what is given; NaN where nothing is."""
    given = values >= 0
    comment = data.comment[given]
    size = len(data.comments)
    counts = np.bincount(comment, minlength=size)
    sums = np.bincount(comment, weights=values[given], minlength=size)
    with np.errstate(invalid="ignore"):
        return np.where(counts > 0, sums / counts, math.nan)


def _alpha(first: FloatArray, second: FloatArray) -> float:
    known = ~(np.isnan(first) | np.isnan(second))
    return alpha_of_two(first[known], second[known])
