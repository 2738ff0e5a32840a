"""Annotators' sensitivity and specificity without the truth (Dawid and Skene)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic

import numpy as np
from scipy import special

from analysis.judgments.arrays import FloatArray, IntArray, Judgments, present_codes
from analysis.metrics.agreement import COMPARABLE
from analysis.metrics.undefined import Figures, Held, figures, ratio
from pages.phrases import phrase as _

if TYPE_CHECKING:
    from scipy import sparse

TOLERANCE = 1e-9  # change of the log-likelihood in a step
MOST_STEPS = 20_000
_MOST_JUDGES = 33  # whose answers, three kinds each, a float counts exactly
_PLAIN_CELLS = 200_000  # up to here every step is the textbook's


@dataclass(frozen=True)
class Skill(Generic[Held]):
    """Of one annotator, or of all; class human and class AI are latent, not the truth.

    Attributes:
        sens: P(verdict human | class human).
        spec: P(verdict AI | class AI).
        informedness: sens + spec - 1.
    """

    sens: Held
    spec: Held
    informedness: Held


@dataclass(frozen=True)
class _Votes:
    """Comments with the same answers by the same annotators count as one pattern.

    Attributes:
        human, any_: (patterns, annotators) 1 where a verdict is human, is given.
        comments: (patterns,) how many comments look so.
    """

    human: "sparse.csr_array"
    any_: "sparse.csr_array"
    comments: FloatArray


def annotator_skill(
    judgments: Judgments, plain_cells: int = _PLAIN_CELLS
) -> Skill[Figures]:
    """Dawid and Skene 1979, Applied Statistics 28, 20-28, for two classes.

    Unit of analysis: the comment with a verdict. EM starts from each comment's share of
    human verdicts, without smoothing, and ends when the log-likelihood changes by less
    than 1e-9 in a step. Large tables take extrapolated steps (Varadhan and Roland 2008,
    Scandinavian Journal of Statistics 35, 335-353, scheme S3), which climb to the same
    maximum in a tenth of the time; small ones do not, so that a flat likelihood ends
    where plain EM ends.

    Args:
        judgments: With verdicts, on comments that several annotators saw.
        plain_cells: Pairs of annotator and comment up to which a table is small.
    """
    people = len(judgments.annotators)
    verdicts = np.bincount(judgments.comment[judgments.verdict >= 0])
    if verdicts.max(initial=0) < COMPARABLE:
        unknown = figures(
            np.full(people, np.nan), (True, _("no comment has two verdicts"))
        )
        return Skill(unknown, unknown, unknown)
    votes = _votes(judgments)
    parameters, settled = _climb(votes, plain_cells)
    sens, spec = _skill(_posterior(votes, parameters)[0], votes)
    reasons = (
        (not settled, f"no convergence in {MOST_STEPS} steps"),
        (np.asarray(votes.any_.sum(axis=0)) == 0, _("gave no verdict")),
    )
    one_class = _("no comment is likely to be of that class")
    return Skill(
        sens=figures(sens, *reasons, (np.isnan(sens), one_class)),
        spec=figures(spec, *reasons, (np.isnan(spec), one_class)),
        informedness=figures(
            sens + spec - 1, *reasons, (np.isnan(sens + spec), one_class)
        ),
    )


def looks_human(judgments: Judgments) -> FloatArray:
    """(comments,) P(class human) by the same model; NaN without a verdict.

    The class is latent: what annotators take for human, not who wrote it.
    """
    found = np.full(len(judgments.comments), np.nan)
    rows = np.flatnonzero(judgments.verdict >= 0)
    verdicts = np.bincount(judgments.comment[rows])
    if verdicts.max(initial=0) < COMPARABLE:
        return found
    parameters, _settled = _climb(_votes(judgments), _PLAIN_CELLS)
    rows = rows[np.argsort(judgments.comment[rows], kind="stable")]
    present, row = np.unique(judgments.comment[rows], return_inverse=True)
    who, shape = judgments.annotator[rows], (len(present), len(judgments.annotators))
    is_human = judgments.verdict[rows] == 1
    each = _Votes(
        human=_indicator(row[is_human], who[is_human], shape),
        any_=_indicator(row, who, shape),
        comments=np.ones(len(present)),
    )
    found[present] = _posterior(each, parameters)[0]
    return found


def _votes(judgments: Judgments) -> _Votes:
    rows = np.flatnonzero(judgments.verdict >= 0)
    comment = judgments.comment[rows]
    chosen, times = _distinct_comments(judgments, rows)
    place = np.full(len(judgments.comments), -1, dtype=np.int32)
    place[chosen] = np.arange(len(chosen), dtype=np.int32)
    kept = place[comment] >= 0
    rows, row = rows[kept], place[comment[kept]]
    shape = (len(chosen), len(judgments.annotators))
    who = judgments.annotator[rows]
    is_human = judgments.verdict[rows] == 1
    return _Votes(
        human=_indicator(row[is_human], who[is_human], shape),
        any_=_indicator(row, who, shape),
        comments=times,
    )


def _indicator(
    row: IntArray, column: IntArray, shape: tuple[int, int]
) -> "sparse.csr_array":
    """1 at each (row, column); rows must be sorted."""
    from scipy import sparse

    starts = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=shape[0]))])
    return sparse.csr_array((np.ones(len(row)), column, starts), shape=shape)


def _distinct_comments(
    judgments: Judgments, rows: IntArray
) -> tuple[IntArray, FloatArray]:
    """One comment of each pattern of verdicts, and how many comments share it.

    Within a video all comments have the same judges, so the answers in the judges'
    order are the digits of one number. Too many judges for that: each comment alone.
    """
    comment = judgments.comment[rows]
    present = present_codes(comment)
    home = np.zeros(int(judgments.assignment.max()) + 1, dtype=np.int32)
    home[judgments.assignment] = judgments.video
    first = np.searchsorted(home, np.arange(len(judgments.videos)))
    judge = judgments.assignment[rows] - first[judgments.video[rows]]
    if judge.max(initial=0) >= _MOST_JUDGES:
        return present, np.ones(len(present))
    digits = (judgments.called_human[rows] + 1) * 3.0**judge
    code = np.bincount(comment, digits, len(judgments.comments))[present]
    video = judgments.comment_video[present]
    by_pattern = np.lexsort((code, video))
    code, video = code[by_pattern], video[by_pattern]
    fresh = np.concatenate(
        [[True], (code[1:] != code[:-1]) | (video[1:] != video[:-1])]
    )
    starts = np.flatnonzero(fresh[: len(present)])
    times = np.diff(np.append(starts, len(present))).astype(np.float64)
    chosen = present[by_pattern[starts]]
    order = np.argsort(chosen)
    return chosen[order], times[order]


def _skill(human: FloatArray, votes: _Votes) -> tuple[FloatArray, FloatArray]:
    """Sensitivity and specificity of each annotator, given P(class human)."""
    mass = votes.comments * human
    rest = votes.comments - mass
    sens = ratio(votes.human.T @ mass, votes.any_.T @ mass)
    called = ratio(votes.human.T @ rest, votes.any_.T @ rest)
    return sens, 1 - called


def _maximise(human: FloatArray, votes: _Votes) -> FloatArray:
    """M step: (2 x annotators + 1,) sens, 1 - spec, share of class human."""
    sens, spec = _skill(human, votes)
    prior = (votes.comments * human).sum() / votes.comments.sum()
    # Who judged no comment of a class tells nothing about it: any value will do.
    return np.concatenate(
        [np.nan_to_num(sens, nan=0.5), np.nan_to_num(1 - spec, nan=0.5), [prior]]
    )


def _posterior(votes: _Votes, parameters: FloatArray) -> tuple[FloatArray, float]:
    """E step: P(class human) of each pattern, and the log-likelihood of all."""
    people = votes.any_.shape[1]
    logs = []
    for rate, share in (
        (parameters[:people], parameters[-1]),
        (parameters[people:-1], 1 - parameters[-1]),
    ):
        yes, no = special.xlogy(1, rate), special.xlog1py(1, -rate)
        impossible = np.isinf(yes) | np.isinf(no)
        contrast = np.where(impossible, 0, yes - no)
        base = np.where(impossible, 0, no)
        total = votes.human @ contrast + votes.any_ @ base
        if impossible.any():
            total += _certain(votes, rate)
        logs.append(total + special.xlogy(1, share))
    whole = np.logaddexp(*logs)
    return np.exp(logs[0] - whole), float((votes.comments * whole).sum())


def _certain(votes: _Votes, rate: FloatArray) -> FloatArray:
    """-inf where an annotator with a rate of 0 or 1 did what the class rules out."""
    never = (rate == 0).astype(np.float64)
    always = (rate == 1).astype(np.float64)
    contrary = votes.human @ never + votes.any_ @ always - votes.human @ always
    return np.where(contrary > 0, -np.inf, 0.0)


def _climb(votes: _Votes, plain_cells: int) -> tuple[FloatArray, bool]:
    """EM from the vote shares; the parameters, and whether they settled."""
    share = (votes.human.sum(axis=1)) / votes.any_.sum(axis=1)
    parameters = _maximise(np.asarray(share), votes)
    extrapolates = votes.any_.nnz > plain_cells
    before = -np.inf
    for _step in range(MOST_STEPS):
        human, likelihood = _posterior(votes, parameters)
        noise = 4 * np.finfo(np.float64).eps * abs(likelihood)
        if abs(likelihood - before) < max(TOLERANCE, noise):
            return parameters, True
        before = likelihood
        after = _maximise(human, votes)
        parameters = _leap(votes, parameters, after) if extrapolates else after
    return parameters, False


def _leap(votes: _Votes, start: FloatArray, first: FloatArray) -> FloatArray:
    """One extrapolated step from two plain ones, unless it would descend."""
    human, likelihood = _posterior(votes, first)
    second = _maximise(human, votes)
    change = first - start
    bend = second - first - change
    size = float(np.sqrt((change**2).sum()))
    curve = float(np.sqrt((bend**2).sum()))
    if curve == 0 or size <= curve:
        return second
    reach = size / curve
    far = np.clip(start + 2 * reach * change + reach**2 * bend, 0, 1)
    human, reached = _posterior(votes, far)
    if not reached >= likelihood:
        return second
    return _maximise(human, votes)
