"""How human a comment looks, freed from who judged it: an item-response model."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy import special

from analysis.judgments.arrays import FloatArray, IntArray, Judgments

# Of Gauss and Hermite, over the normal distribution of the comments.
_NODES: Final = 21
_MOST_STEPS: Final = 500
# Standard deviations of the penalties. Nobody's discrimination is far from 1: with
# three answers a comment it is weakly known.
_SD_LEANING: Final = 1.0
_SD_VIDEO: Final = 0.5
_SD_LOG_DISCRIMINATION: Final = 0.3
_SD_LOOSE: Final = 3.0
_TINY: Final = 1e-12


@dataclass(frozen=True, eq=False)
class Humanness:
    """What the model finds; NaN for a comment that nobody answered.

    Attributes:
        theta: (comments,) log-odds that a typical annotator says Human under a typical
            video: the posterior mean.
        sd: (comments,) its posterior standard deviation.
        leaning: (annotators,) how much readier than others somebody says Human.
        discrimination: (annotators,) by how much more, or less, than others somebody's
            answers follow theta; shrunk to 1.
        video: (videos,) what all comments under a video share, in log-odds.
        is_settled: Whether the fit came to an end.
    """

    theta: FloatArray
    sd: FloatArray
    leaning: FloatArray
    discrimination: FloatArray
    video: FloatArray
    is_settled: bool

    @property
    def looks_human(self) -> FloatArray:
        """(comments,) P(theta > 0): that most typical annotators would say Human."""
        return np.asarray(special.ndtr(self.theta / self.sd))


@dataclass(frozen=True, eq=False)
class _Answers:
    """Judgments with an answer; rows are sorted by comment.

    Attributes:
        says: (rows,) 1 Human, 0 not; where there is a verdict.
        score: (rows,) place on the scale, from 0.
        verdict_weight, score_weight: (rows,) each half, or one alone whole: two answers
            of one person at one moment are not two opinions.
        starts: (comments with answers,) first row of each.
    """

    says: FloatArray
    score: IntArray
    verdict_weight: FloatArray
    score_weight: FloatArray
    annotator: IntArray
    video: IntArray
    starts: IntArray
    present: IntArray
    sizes: tuple[int, int, int]  # annotators, videos, thresholds


@dataclass(frozen=True, eq=False)
class _Parameters:
    """The vector of the search, by name (formulas: `humanness`)."""

    mean: float
    spread: float
    slope: float
    thresholds: FloatArray
    steps: FloatArray
    leaning: FloatArray
    score_leaning: FloatArray
    discrimination: FloatArray
    video: FloatArray


def humanness(judgments: Judgments) -> Humanness:
    """Fit by penalised marginal likelihood (Bock and Aitkin 1981, Psychometrika 46).

    Unit of analysis: the judgment. With z standard normal, for comment c by annotator a
    under video v:

        theta_c = mean + spread z
        reach_ac = discrimination_a spread z
        logit P(Human)      = mean + reach_ac + leaning_a + video_v
        logit P(score >= k) = slope (reach_ac + video_v) + leaning'_a - threshold_k

    (Samejima's graded response; score and verdict share theta.) Leanings, videos and
    the logarithm of discriminations have normal penalties. A comment's source is no
    part of it.

    Args:
        judgments: With a verdict or a score each; others do not count.
    """
    answers = _answers(judgments)
    theta = np.full(len(judgments.comments), np.nan)
    sd = theta.copy()
    if not len(answers.starts):
        nobody = np.full(len(judgments.annotators), np.nan)
        nowhere = np.full(len(judgments.videos), np.nan)
        return Humanness(theta, sd, nobody, nobody, nowhere, is_settled=False)
    found, is_settled = _search(answers)
    parameters = _named(found, answers.sizes)
    nodes, weight = _posterior(answers, parameters)[:2]
    middle = weight @ nodes
    spread = np.sqrt(np.maximum(weight @ nodes**2 - middle**2, _TINY))
    theta[answers.present] = parameters.mean + parameters.spread * middle
    sd[answers.present] = parameters.spread * spread
    return Humanness(
        theta=theta,
        sd=sd,
        leaning=parameters.leaning,
        discrimination=parameters.discrimination,
        video=parameters.video,
        is_settled=is_settled,
    )


def _answers(judgments: Judgments) -> _Answers:
    says, score = judgments.called_human, judgments.score_place
    has_verdict, has_score = says >= 0, score >= 0
    rows = np.flatnonzero(has_verdict | has_score)
    rows = rows[np.argsort(judgments.comment[rows], kind="stable")]
    present, starts = np.unique(judgments.comment[rows], return_index=True)
    share = 1.0 / (has_verdict[rows].astype(np.float64) + has_score[rows])
    top = int(score.max(initial=0))
    return _Answers(
        says=np.maximum(says[rows], 0).astype(np.float64),
        score=np.maximum(score[rows], 0).astype(np.intp),
        verdict_weight=share * has_verdict[rows],
        score_weight=share * has_score[rows],
        annotator=judgments.annotator[rows],
        video=judgments.video[rows],
        starts=starts,
        present=present,
        sizes=(len(judgments.annotators), len(judgments.videos), top),
    )


def _search(answers: _Answers) -> tuple[FloatArray, bool]:
    from scipy import optimize

    people, videos, thresholds = answers.sizes
    start = np.zeros(3 + thresholds + 3 * people + videos)
    start[3] = -1.0 if thresholds else 0.0
    penalty = _penalties(answers.sizes)
    found = optimize.minimize(
        _objective,
        start,
        args=(answers, penalty),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": _MOST_STEPS, "maxfun": 2 * _MOST_STEPS},
    )
    return np.asarray(found.x), bool(found.success)


def _penalties(sizes: tuple[int, int, int]) -> FloatArray:
    """One over the variance, for each parameter."""
    people, videos, thresholds = sizes
    sds = [_SD_LOOSE] * (3 + thresholds) + [_SD_LEANING] * (2 * people)
    sds += [_SD_LOG_DISCRIMINATION] * people + [_SD_VIDEO] * videos
    return np.asarray(np.array(sds) ** -2.0)


def _named(vector: FloatArray, sizes: tuple[int, int, int]) -> _Parameters:
    people, _videos, thresholds = sizes
    at = 3 + thresholds
    steps = np.exp(vector[4:at])
    first = vector[3 : min(4, at)]
    return _Parameters(
        mean=float(vector[0]),
        spread=float(np.exp(vector[1])),
        slope=float(np.exp(vector[2])),
        thresholds=np.cumsum(np.concatenate([first, steps])),
        steps=steps,
        leaning=vector[at : at + people],
        score_leaning=vector[at + people : at + 2 * people],
        discrimination=np.exp(vector[at + 2 * people : at + 3 * people]),
        video=vector[at + 3 * people :],
    )


@dataclass(frozen=True, eq=False)
class _Steps:
    """Slopes of the log-likelihood of each row at each node, (rows, nodes)."""

    reach: FloatArray  # discrimination x spread x node
    verdict: FloatArray
    score: FloatArray
    lower: FloatArray
    upper: FloatArray


def _posterior(
    answers: _Answers, by: _Parameters
) -> tuple[FloatArray, FloatArray, float, _Steps]:
    """Nodes, (comments, nodes) posterior weights, log-likelihood, slopes."""
    nodes, prior = special.roots_hermitenorm(_NODES)
    prior = prior / prior.sum()
    reach = (by.discrimination[answers.annotator] * by.spread)[:, None] * nodes
    video = by.video[answers.video]
    log_verdict, verdict = _verdict(answers, by, reach, video)
    log_score, score, lower, upper = _score(answers, by, reach, video)
    logs = np.add.reduceat(log_verdict + log_score, answers.starts, axis=0)
    logs = logs + np.log(prior)
    whole = special.logsumexp(logs, axis=1)
    weight = np.exp(logs - whole[:, None])
    return (
        nodes,
        weight,
        float(whole.sum()),
        _Steps(reach, verdict, score, lower, upper),
    )


def _verdict(
    answers: _Answers, by: _Parameters, reach: FloatArray, video: FloatArray
) -> tuple[FloatArray, FloatArray]:
    odds = reach + (by.mean + by.leaning[answers.annotator] + video)[:, None]
    sign = np.where(answers.says > 0, 1.0, -1.0)[:, None]
    share = answers.verdict_weight[:, None]
    logs = share * special.log_expit(sign * odds)
    return logs, share * (answers.says[:, None] - special.expit(odds))


def _score(
    answers: _Answers, by: _Parameters, reach: FloatArray, video: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Log-likelihood, and its slopes by the odds, the lower and the upper threshold."""
    odds = by.slope * (reach + video[:, None])
    odds = odds + by.score_leaning[answers.annotator][:, None]
    bounds = np.concatenate([[-np.inf], by.thresholds, [np.inf]])
    above = special.expit(odds - bounds[answers.score][:, None])
    beyond = special.expit(odds - bounds[answers.score + 1][:, None])
    chance = np.maximum(above - beyond, _TINY)
    share = answers.score_weight[:, None]
    return (
        share * np.log(chance),
        share * (1 - above - beyond),
        -share * above * (1 - above) / chance,
        share * beyond * (1 - beyond) / chance,
    )


def _objective(
    vector: FloatArray, answers: _Answers, penalty: FloatArray
) -> tuple[float, FloatArray]:
    """Minus the penalised log-likelihood, and its slope (by Fisher's identity)."""
    by = _named(vector, answers.sizes)
    _nodes, weight, likelihood, steps = _posterior(answers, by)
    sizes = np.diff(np.append(answers.starts, len(answers.says)))
    rows = np.repeat(weight, sizes, axis=0)
    slope = _slope(answers, by, rows, steps)
    value = -likelihood + 0.5 * float((penalty * vector**2).sum())
    return value, penalty * vector - slope


def _slope(
    answers: _Answers, by: _Parameters, rows: FloatArray, steps: _Steps
) -> FloatArray:
    people, videos, thresholds = answers.sizes
    verdict = (rows * steps.verdict).sum(axis=1)
    score = (rows * steps.score).sum(axis=1)
    moved = (rows * steps.reach * (steps.verdict + by.slope * steps.score)).sum(axis=1)
    slope_part = (rows * steps.reach * steps.score).sum(axis=1)
    slope_part = by.slope * (slope_part + by.video[answers.video] * score)
    who, where = answers.annotator, answers.video
    lower = np.bincount(answers.score, (rows * steps.lower).sum(axis=1), thresholds + 1)
    upper = np.bincount(answers.score, (rows * steps.upper).sum(axis=1), thresholds + 1)
    by_threshold = lower[1:] + upper[:-1]
    # A step of one threshold moves all that follow it.
    tail = np.cumsum(by_threshold[::-1])[::-1]
    return np.concatenate(
        [
            [verdict.sum(), moved.sum(), slope_part.sum()],
            tail[:1],
            tail[1:] * by.steps,
            np.bincount(who, verdict, people),
            np.bincount(who, score, people),
            np.bincount(who, moved, people),
            np.bincount(where, verdict + by.slope * score, videos),
        ]
    )
