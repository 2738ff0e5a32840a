"""What each source achieved: Judged-as-Human, mean score, both readings of Score@k."""

from dataclasses import dataclass
from typing import Generic, Literal

import numpy as np

from analysis.judgments.arrays import FloatArray, IntArray, Judgments
from analysis.metrics.undefined import Figures, Held, figures, ratio
from pages.phrases import phrase as _

NO_VERDICTS = _("no verdict on this source")
NO_SCORES = _("no score on this source")


@dataclass(frozen=True)
class Tallies:
    """Whole numbers that the figures by source and the agreement start from.

    Attributes:
        verdicts: (sources, verdicts) judgments by verdict: AI, Human, any other.
        scores: (sources, values) judgments by score, from the lowest of the scale.
        comment_verdicts, comment_scores: (comments, ...) likewise.
        lowest: The score that the first column of scores counts.
    """

    verdicts: IntArray
    scores: IntArray
    comment_verdicts: IntArray
    comment_scores: IntArray
    lowest: int


def tally(judgments: Judgments) -> Tallies:
    """Count verdicts and scores by comment and by source."""
    comments, sources = len(judgments.comments), len(judgments.sources)
    verdicts, scale = judgments.instrument.verdicts, judgments.instrument.scale
    by_verdict = _count_values(
        judgments.comment, comments, judgments.verdict, len(verdicts)
    )
    by_score = _count_values(
        judgments.comment, comments, judgments.score_place, len(scale)
    )
    return Tallies(
        verdicts=_sum_rows(by_verdict, judgments.comment_source, sources),
        scores=_sum_rows(by_score, judgments.comment_source, sources),
        comment_verdicts=by_verdict,
        comment_scores=by_score,
        lowest=scale.lowest,
    )


def _count_values(
    group: IntArray, groups: int, values: IntArray, domain: int
) -> IntArray:
    """(groups, domain) how often each value occurs; -1 is a missing value."""
    width = domain + 1
    cells = group.astype(np.int64) * width + values + 1
    counts = np.bincount(cells, minlength=groups * width).reshape(groups, width)
    return counts[:, 1:].astype(np.int32)


def _sum_rows(counts: IntArray, group: IntArray, groups: int) -> IntArray:
    sums = [np.bincount(group, column, groups) for column in counts.T]
    return np.stack(sums, axis=1).astype(np.int64)


@dataclass(frozen=True)
class SourceFigures(Generic[Held]):
    """Of one source, or of all in the order of `Judgments.sources`."""

    judged_human_pct: Held
    n_verdicts: Held
    n_scores: Held
    judged_human_pct_by_comment: Held
    majority_human_pct: Held
    mean_score: Held
    sd_score: Held


def source_figures(
    tallies: Tallies, comment_source: IntArray
) -> SourceFigures[Figures]:
    """Every definition by source but Score@k."""
    counts, scores = tallies.verdicts, tallies.scores
    silent = counts.sum(axis=1) == 0
    unscored = scores.sum(axis=1) == 0
    by_comment = (tallies.comment_verdicts, comment_source, len(counts))
    return SourceFigures(
        judged_human_pct=figures(judged_as_human_rate(counts), (silent, NO_VERDICTS)),
        n_verdicts=figures(counts.sum(axis=1)),
        n_scores=figures(scores.sum(axis=1)),
        judged_human_pct_by_comment=figures(
            rate_by_comment(*by_comment), (silent, NO_VERDICTS)
        ),
        majority_human_pct=figures(majority_rate(*by_comment), (silent, NO_VERDICTS)),
        mean_score=figures(
            mean_realism_score(scores, tallies.lowest), (unscored, NO_SCORES)
        ),
        sd_score=figures(
            score_deviation(scores),
            (unscored, NO_SCORES),
            (scores.sum(axis=1) == 1, _("one score has no spread")),
        ),
    )


def judged_as_human_rate(verdicts: IntArray) -> FloatArray:
    """Judged-as-Human: 100 x verdicts Human / all verdicts, whatever they say.

    Unit of analysis: the judgment, pooled.

    Args:
        verdicts: (..., verdicts) counts of the verdicts AI, Human and any other.

    Returns:
        (...) percent; NaN without a verdict.
    """
    return 100 * ratio(verdicts[..., 1], verdicts.sum(axis=-1))


def rate_by_comment(
    comment_verdicts: IntArray, comment_source: IntArray, sources: int
) -> FloatArray:
    """Mean over comments of each comment's own rate, in percent, by source.

    Unit of analysis: the comment that has a verdict. It differs from the pooled rate
    when comments have unequal numbers of verdicts.
    """
    rates = judged_as_human_rate(comment_verdicts)
    return _mean_by_source(rates, comment_source, sources)


def majority_rate(
    comment_verdicts: IntArray, comment_source: IntArray, sources: int
) -> FloatArray:
    """Share of comments that a majority calls human, in percent; a tie counts half.

    Unit of analysis: the comment that has a verdict.
    """
    humans, all_ = comment_verdicts[:, 1], comment_verdicts.sum(axis=1)
    votes = np.where(all_ > 0, 50.0 * (1 + np.sign(2 * humans - all_)), np.nan)
    return _mean_by_source(votes, comment_source, sources)


def _mean_by_source(
    values: FloatArray, comment_source: IntArray, sources: int
) -> FloatArray:
    known = ~np.isnan(values)
    group = comment_source[known]
    sums = np.bincount(group, values[known], sources)
    return ratio(sums, np.bincount(group, minlength=sources))


def mean_realism_score(scores: IntArray, lowest: int) -> FloatArray:
    """Mean Score: the mean realism score over judgments, in score points.

    Args:
        scores: (..., values) counts of the scores, from the lowest of the scale.
        lowest: The lowest.
    """
    values = lowest + np.arange(scores.shape[-1])
    return ratio(scores @ values, scores.sum(axis=-1))


def score_deviation(scores: IntArray) -> FloatArray:
    """Standard deviation of the scores with n - 1, in score points.

    Args:
        scores: (sources, values) counts of the scores, in their order.
    """
    places = np.arange(scores.shape[-1])  # the lowest score does not matter
    distances = places - mean_realism_score(scores, 0)[:, np.newaxis]
    squares = (scores * distances**2).sum(axis=-1)
    return np.sqrt(ratio(squares, np.maximum(scores.sum(axis=-1) - 1, 0)))


def score_at_k(
    scores: IntArray, *, k: int, lowest: int, reading: Literal["ge", "eq"]
) -> Figures:
    """Score@k in percent: the share of scores >= k ("ge") or = k ("eq"), by source.

    The papers name Score@k without defining it, so it is never shown without its sign.
    eq_k = ge_k - ge_(k+1); the sum of ge_k over every k above the lowest score, as
    shares, is the mean score less the lowest.

    Args:
        scores: (sources, values) counts of the scores, from the lowest of the scale.
        k: A score; for "ge" one above the lowest.
        lowest: The lowest.
        reading: Which of the two.
    """
    all_ = scores.sum(axis=-1)
    place = k - lowest
    hits = scores[:, place:].sum(axis=-1) if reading == "ge" else scores[:, place]
    return figures(100 * ratio(hits, all_), (all_ == 0, NO_SCORES))
