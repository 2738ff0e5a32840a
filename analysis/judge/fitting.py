"""Fitting a judge: a logistic regression on shares, every guess out of its fold."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from analysis.errors import AnalysisError
from analysis.judge.material import Material
from analysis.judgments.arrays import BoolArray, FloatArray, IntArray
from corpus.surface import surface_of
from pages.phrases import phrase as _

FOLDS = 5
NO_FOLD = -1
_PENALTY = 1.0
_SURE = 1e-4  # guesses of others are taken for no surer
CODE_VERSION = 1  # of the fit: another version, another judge


@dataclass(frozen=True)
class Fitted:
    """What a judge guesses.

    Attributes:
        guess: (comments,) chance that a person judges the comment human. Under a video
            that people judged, by the fold's judge, which never saw that video; under
            another, the mean of all folds' judges. NaN where the judge said nothing.
        fold: (comments,) of the video; `NO_FOLD` where people judged nothing.
        source_unseen: (comments,) by a judge that never saw the comment's source.
    """

    guess: FloatArray
    fold: IntArray
    source_unseen: FloatArray


def surface_table(material: Material) -> FloatArray:
    """(comments, features) of the texts, as the artefact audit measures them."""
    return surface_of(material.texts)


def table_of_guesses(guesses: FloatArray) -> FloatArray:
    """(comments, 1) log-odds of another's guesses, which the fit calibrates."""
    odds: FloatArray = logit(np.clip(guesses, _SURE, 1 - _SURE))
    return odds[:, np.newaxis]


def cross_fit(
    material: Material,
    table: FloatArray,
    *,
    seed: int = 0,
    penalties: Sequence[float] = (_PENALTY,),
    is_of_one_scale: bool = False,
) -> Fitted:
    """Fit a judge on people's verdicts, fold by fold, and without each source.

    The target is the share judged human, weighted by the number of verdicts (binomial
    loss), with an L2 penalty on features of a common spread.

    Args:
        material: Comments and people's verdicts.
        table: (comments, features); a row with NaN has no guess.
        seed: Of the assignment of videos to folds.
        penalties: Of several, each fit takes the one that does best on a fold of its
            own training videos that it leaves out for that.
        is_of_one_scale: Features keep their sizes beside each other, so that large ones
            are held back less; else each is standardised.

    Raises:
        AnalysisError: Fewer judged videos than folds, or verdicts all alike.
    """
    judged = np.flatnonzero(material.is_judged)
    if len(judged) < FOLDS:
        raise AnalysisError(
            _("A judge needs at least %(count)s videos with judgments.", count=FOLDS)
        )
    known: BoolArray = np.asarray(~np.isnan(table).any(axis=1))
    usable = known & (material.verdicts > 0)
    humans = int(material.humans[usable].sum())
    if humans in (0, int(material.verdicts[usable].sum())):
        raise AnalysisError(
            _("A judge needs verdicts of both kinds to learn from: Human and AI.")
        )
    folds = np.full(len(material.videos), NO_FOLD)
    dealt = np.random.default_rng(seed).permutation(len(judged)) % FOLDS
    folds[judged] = dealt
    fold = folds[material.video]
    learner = _Learner(material, table, fold, tuple(penalties), is_of_one_scale)
    guess = np.full(len(material.comments), np.nan)
    unjudged = known & (fold == NO_FOLD)
    together = np.zeros(int(unjudged.sum()))
    for number in range(FOLDS):
        held = known & (fold == number)
        weights = learner.fit(usable & (fold != number))
        guess[held] = _guesses(table[held], weights)
        together += _guesses(table[unjudged], weights) / FOLDS
    guess[unjudged] = together
    return Fitted(guess, fold, _source_unseen(learner, known, usable))


def _source_unseen(
    learner: "_Learner", known: BoolArray, usable: BoolArray
) -> FloatArray:
    """(comments,) guesses of judges that were fitted without the comment's source."""
    material = learner.material
    guess = np.full(len(material.comments), np.nan)
    for number in np.unique(material.source):
        own = material.source == number
        others = usable & ~own
        said_human = material.humans[others].sum()
        if said_human in (0, material.verdicts[others].sum()):
            continue
        held = known & own
        guess[held] = _guesses(learner.table[held], learner.fit(others))
    return guess


@dataclass(frozen=True)
class _Weights:
    """Of features less their middle over their spread, the intercept last."""

    middle: FloatArray
    spread: FloatArray
    weights: FloatArray


@dataclass(frozen=True)
class _Learner:
    """What fits on some of a study's comments."""

    material: Material
    table: FloatArray
    fold: IntArray
    penalties: tuple[float, ...]
    is_of_one_scale: bool

    def fit(self, rows: BoolArray) -> _Weights:
        """Fitted on these rows, with the penalty that suits them best."""
        if len(self.penalties) == 1:
            return self._fit(rows, self.penalties[0])
        left_out = self.fold == self.fold[rows].min()
        learns, checks = rows & ~left_out, rows & left_out
        losses = [
            self._loss(checks, self._fit(learns, penalty)) for penalty in self.penalties
        ]
        return self._fit(rows, self.penalties[int(np.argmin(losses))])

    def _loss(self, rows: BoolArray, fitted: _Weights) -> float:
        chance = np.clip(_guesses(self.table[rows], fitted), _SURE, 1 - _SURE)
        humans = self.material.humans[rows]
        others = self.material.verdicts[rows] - humans
        return -float((humans * np.log(chance) + others * np.log1p(-chance)).sum())

    def _fit(self, rows: BoolArray, penalty: float) -> _Weights:
        table, material = self.table, self.material
        middle, spread = table[rows].mean(axis=0), table[rows].std(axis=0)
        if self.is_of_one_scale:
            spread = np.full_like(spread, spread.max())
        spread = np.where(spread > 0, spread, 1.0)
        standard = (table[rows] - middle) / spread
        humans, verdicts = material.humans[rows], material.verdicts[rows]
        weights = fit_shares(standard, humans, verdicts, penalty)
        return _Weights(middle, spread, weights)


def _guesses(table: FloatArray, fitted: _Weights) -> FloatArray:
    standard = (table - fitted.middle) / fitted.spread
    return np.asarray(expit(standard @ fitted.weights[:-1] + fitted.weights[-1]))


def fit_shares(
    table: FloatArray, humans: IntArray, verdicts: IntArray, penalty: float = _PENALTY
) -> FloatArray:
    """Weights of a logistic regression on shares, and the intercept last.

    Args:
        table: (comments, features), standardised.
        humans: (comments,) verdicts Human.
        verdicts: (comments,) all verdicts, at least 1.
        penalty: Of the squared weights; the intercept carries none.
    """
    from scipy.optimize import minimize  # slow to load, and the web starts without

    rows = np.column_stack([table, np.ones(len(table))])

    def loss(weights: FloatArray) -> tuple[float, FloatArray]:
        odds = rows @ weights
        gradient = (verdicts * expit(odds) - humans) @ rows
        gradient[:-1] += penalty * weights[:-1]
        value = float((verdicts * np.logaddexp(0, odds) - humans * odds).sum())
        return value + penalty / 2 * float(weights[:-1] @ weights[:-1]), gradient

    start = np.zeros(rows.shape[1])
    found: FloatArray = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return found
