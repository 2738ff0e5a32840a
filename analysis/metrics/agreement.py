"""How far annotators agree: percentages, alpha, kappa, AC1 and AC2."""

from dataclasses import dataclass
from functools import cached_property
from typing import Generic, Literal

import krippendorff
import numpy as np

from analysis.judgments.arrays import FloatArray, IntArray
from analysis.metrics.clusters import inner_products
from analysis.metrics.undefined import Held, Undefined
from pages.phrases import phrase as _

Level = Literal["nominal", "ordinal", "interval"]

COMPARABLE = 2  # answers on a comment, from which they can agree
NO_PAIRS = _("no comment has two answers")
ONE_VALUE = _("only one answer occurs")
_MOST_FOR_THE_LIBRARY = 150_000  # comments; about 200 MB for six values


@dataclass(frozen=True)
class AgreementFigures(Generic[Held]):
    """All readings over some comments: of each a figure, or a figure with bounds."""

    pairwise_pct: Held
    pairwise_pooled_pct: Held
    unanimous_pct: Held
    majority_share_pct: Held
    alpha_nominal_verdict: Held
    alpha_ordinal_score: Held
    alpha_interval_score: Held
    fleiss_kappa_verdict: Held
    ac1_verdict: Held
    ac2_quadratic_score: Held
    score_exact_pct: Held
    score_within1_pct: Held


@dataclass(frozen=True)
class Patterns:
    """The distinct ways in which comments were answered.

    Comments without an answer are left out. Comments are many and patterns few, so
    every statistic works on the patterns and weighs them.

    Attributes:
        counts: (patterns, values) how many annotators gave each value.
        comments: (patterns,) how many comments look so.
    """

    counts: FloatArray
    comments: FloatArray

    @cached_property
    def comparable(self) -> FloatArray:
        """(patterns,) 1 where there are two answers or more, from which to agree."""
        comparable: FloatArray = (self.counts.sum(axis=1) >= COMPARABLE) * 1.0
        return comparable

    @property
    def has_pairs(self) -> bool:
        """Whether any comment has two answers."""
        return bool(self.comparable.any())

    def mean(self, figure: FloatArray) -> float:
        """Mean of a (patterns,) figure over comments with two answers or more."""
        weights = self.comments * self.comparable
        return float((weights * figure).sum() / weights.sum())

    @property
    def shares(self) -> FloatArray:
        """(patterns, values) share of each value among a comment's answers."""
        shares: FloatArray = self.counts / self.counts.sum(axis=1, keepdims=True)
        return shares

    @property
    def mean_shares(self) -> FloatArray:
        """(values,) mean over all comments with an answer of the comment's shares."""
        weighted = self.comments[:, np.newaxis] * self.shares
        means: FloatArray = weighted.sum(axis=0) / self.comments.sum()
        return means

    def agreeing(self, weights: FloatArray) -> FloatArray:
        """(patterns,) weighted number of ordered pairs of annotators that agree.

        Args:
            weights: (values, values) how much two values agree, 1 on the diagonal.
        """
        near = (self.counts[:, :, np.newaxis] * weights).sum(axis=1)
        matched = (near * self.counts).sum(axis=1)
        agreeing: FloatArray = matched - self.counts.sum(axis=1)
        return agreeing

    @property
    def pairs(self) -> FloatArray:
        """(patterns,) number of ordered pairs of annotators."""
        answers = self.counts.sum(axis=1)
        pairs: FloatArray = answers * (answers - 1)
        return pairs

    def agreement(self, weights: FloatArray) -> FloatArray:
        """(patterns,) share of the pairs that agree; 0 where there are none."""
        share = np.zeros(len(self.counts))
        pairs = self.pairs
        np.divide(self.agreeing(weights), pairs, out=share, where=pairs > 0)
        return share


def patterns(value_counts: IntArray) -> Patterns:
    """Group comments by their answers.

    Args:
        value_counts: (comments, values) how many annotators gave each value.
    """
    return distinct_answers(value_counts[value_counts.any(axis=1)])[0]


def distinct_answers(value_counts: IntArray) -> tuple[Patterns, IntArray]:
    """The patterns, and (comments,) which of them each comment has.

    Args:
        value_counts: (comments, values) of comments with an answer.
    """
    keys = value_counts
    base = int(value_counts.max(initial=0)) + 1
    if base ** value_counts.shape[1] < 2**62:  # one number a comment sorts faster
        powers = base ** np.arange(value_counts.shape[1], dtype=np.int64)
        keys = (value_counts @ powers)[:, np.newaxis]
    if keys.shape[1] == 1:
        found = np.unique(
            keys[:, 0], return_index=True, return_inverse=True, return_counts=True
        )
    else:
        found = np.unique(
            keys, axis=0, return_index=True, return_inverse=True, return_counts=True
        )
    _rows, first, which, times = found
    counts = value_counts[first].astype(np.float64)
    return Patterns(counts, times.astype(np.float64)), which.reshape(-1)


def agreement_figures(
    verdict_counts: IntArray, score_counts: IntArray
) -> AgreementFigures[float]:
    """Every reading over the comments given.

    Unit of analysis: the comment with at least two verdicts (or scores); the shares of
    categories in kappa, AC1 and AC2 are over all comments with one.

    Args:
        verdict_counts: (comments, verdicts) of each comment, one column a verdict of
            the instrument.
        score_counts: (comments, values) likewise, one column a value of its scale.
    """
    verdicts, scores = patterns(verdict_counts), patterns(score_counts)
    return AgreementFigures(
        pairwise_pct=pairwise_agreement(verdicts, within=0),
        pairwise_pooled_pct=pooled_pairwise_agreement(verdicts),
        unanimous_pct=unanimous_share(verdicts),
        majority_share_pct=majority_share(verdicts),
        alpha_nominal_verdict=krippendorff_alpha(verdict_counts, "nominal"),
        alpha_ordinal_score=krippendorff_alpha(score_counts, "ordinal"),
        alpha_interval_score=krippendorff_alpha(score_counts, "interval"),
        fleiss_kappa_verdict=fleiss_kappa(verdicts),
        ac1_verdict=gwet_ac(verdicts, np.eye(verdict_counts.shape[1])),
        ac2_quadratic_score=gwet_ac(scores, quadratic_weights(score_counts.shape[1])),
        score_exact_pct=pairwise_agreement(scores, within=0),
        score_within1_pct=pairwise_agreement(scores, within=1),
    )


def pairwise_agreement(data: Patterns, *, within: int) -> float:
    """Mean over comments of the share of annotator pairs that agree, in percent.

    Args:
        data: Answers by comment.
        within: Two values at most this far apart agree.
    """
    if not data.has_pairs:
        return Undefined(NO_PAIRS)
    values = np.arange(data.counts.shape[1])
    near = np.abs(values[:, np.newaxis] - values) <= within
    return 100 * data.mean(data.agreement(near.astype(np.float64)))


def pooled_pairwise_agreement(data: Patterns) -> float:
    """Agreeing pairs of annotators / pairs, over all comments, in percent."""
    if not data.has_pairs:
        return Undefined(NO_PAIRS)
    same = data.agreeing(np.eye(data.counts.shape[1]))
    pairs = (data.comments * data.pairs).sum()
    return float(100 * (data.comments * same).sum() / pairs)


def unanimous_share(data: Patterns) -> float:
    """Share of comments whose answers are all alike, in percent."""
    if not data.has_pairs:
        return Undefined(NO_PAIRS)
    return 100 * data.mean(data.counts.max(axis=1) == data.counts.sum(axis=1))


def majority_share(data: Patterns) -> float:
    """Mean over comments of the share of the most frequent answer, in percent."""
    if not data.has_pairs:
        return Undefined(NO_PAIRS)
    return 100 * data.mean(data.shares.max(axis=1))


def coincidences(data: Patterns) -> FloatArray:
    """(values, values) Krippendorff's coincidence matrix.

    Each comment adds its ordered pairs of values from different annotators, divided by
    its number of answers less one; a single answer has no pair and adds nothing.
    """
    weight = data.comments / np.maximum(data.counts.sum(axis=1) - 1, 1)
    weighted = data.counts * weight[:, np.newaxis]
    pairs = inner_products(weighted, data.counts)
    matrix: FloatArray = pairs - np.diag(weighted.sum(axis=0))
    return matrix


def krippendorff_alpha(
    value_counts: IntArray,
    level: Level,
    most_for_the_library: int = _MOST_FOR_THE_LIBRARY,
) -> float:
    """Krippendorff's alpha, by the library of that name.

    Krippendorff 2011, Computing Krippendorff's Alpha-Reliability (University of
    Pennsylvania). The library's arrays hold comments x values x values; where they
    would take gigabytes, the same number comes from `coincidences`, which the bootstrap
    over videos needs anyway.

    Args:
        value_counts: (comments, values) how many annotators gave each value, the values
            being 0, 1, 2, ...
        level: Distance: unequal, by ranks, or squared difference.
        most_for_the_library: Comments up to which the library computes it.
    """
    kept = value_counts[value_counts.sum(axis=1) >= COMPARABLE]
    if not len(kept):
        return Undefined(NO_PAIRS)
    if np.count_nonzero(kept.any(axis=0)) == 1:
        return Undefined(ONE_VALUE)
    if len(kept) > most_for_the_library:
        matrix = coincidences(patterns(kept))
        return float(alpha_from_coincidences(matrix[np.newaxis], level)[0])
    return float(
        krippendorff.alpha(
            value_counts=kept.astype(np.int64),
            value_domain=np.arange(kept.shape[1]),
            level_of_measurement=level,
        )
    )


def alpha_from_coincidences(coincidence: FloatArray, level: Level) -> FloatArray:
    """As `krippendorff_alpha`, for many coincidence matrices at once.

    alpha = 1 - (n - 1) sum o_ck d_ck / sum n_c n_k d_ck.

    Args:
        coincidence: (n, values, values).
        level: As there.

    Returns:
        (n,) NaN where only one value occurs, or none.
    """
    totals = coincidence.sum(axis=2)
    distance = _distances(totals, level)
    observed = (coincidence * distance).sum(axis=(1, 2))
    chance = totals[:, :, np.newaxis] * totals[:, np.newaxis, :]
    expected = (chance * distance).sum(axis=(1, 2))
    pairable = totals.sum(axis=1) - 1
    quotient = np.full(len(totals), np.nan)
    np.divide(pairable * observed, expected, out=quotient, where=expected > 0)
    return 1 - quotient


def _distances(totals: FloatArray, level: Level) -> FloatArray:
    """(n, values, values) squared distances between values."""
    values = np.arange(totals.shape[1])
    if level == "nominal":
        fixed = (values[:, np.newaxis] != values).astype(np.float64)
    else:
        fixed = (values[:, np.newaxis] - values).astype(np.float64) ** 2
    if level != "ordinal":
        return np.broadcast_to(fixed, (len(totals), *fixed.shape))
    middle = totals.cumsum(axis=1) - totals / 2
    ranks: FloatArray = middle[:, :, np.newaxis] - middle[:, np.newaxis, :]
    return ranks**2


def fleiss_kappa(data: Patterns) -> float:
    """Fleiss' kappa, generalised to unequal numbers of annotators.

    Chance agreement is the sum of squared category shares, a share being the mean over
    all comments with an answer of the comment's share; observed agreement is over those
    with two. Fleiss 1971, Psychological Bulletin 76, 378-382; Gwet 2014, Handbook of
    Inter-Rater Reliability, chapter 2.
    """
    if not data.has_pairs:
        return Undefined(NO_PAIRS)
    agree = data.mean(data.agreement(np.eye(data.counts.shape[1])))
    category = data.mean_shares
    chance = float((category**2).sum())
    if np.count_nonzero(category) == 1:
        return Undefined(ONE_VALUE)
    return (agree - chance) / (1 - chance)


def quadratic_weights(values: int) -> FloatArray:
    """(values, values) 1 - (k - l)^2 / (values - 1)^2."""
    steps = np.arange(values)
    weights: FloatArray = 1 - ((steps[:, np.newaxis] - steps) / (values - 1)) ** 2
    return weights


def gwet_ac(data: Patterns, weights: FloatArray) -> float:
    """Gwet's AC1 (identity weights) or AC2.

    Chance agreement is sum(weights) / (q (q - 1)) x sum p_k (1 - p_k), with the shares
    p_k of `fleiss_kappa`. Gwet 2008,
    British Journal of Mathematical and Statistical Psychology 61, 29-48; Gwet 2014,
    Handbook of Inter-Rater Reliability, chapter 5.

    Args:
        data: Answers by comment.
        weights: (q, q) for all q categories, those that do not occur too.
    """
    if not data.has_pairs:
        return Undefined(NO_PAIRS)
    q = len(weights)
    agree = data.mean(data.agreement(weights))
    category = data.mean_shares
    chance = float(weights.sum() / (q * (q - 1)) * (category * (1 - category)).sum())
    return (agree - chance) / (1 - chance)
