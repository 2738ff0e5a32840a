"""Fitting a judge: a logistic regression on shares, every guess out of its fold."""

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


def cross_fit(material: Material, table: FloatArray, *, seed: int = 0) -> Fitted:
    """Fit a judge on people's verdicts, fold by fold, and without each source.

    The target is the share judged human, weighted by the number of verdicts (binomial
    loss), with an L2 penalty on standardised features.

    Args:
        material: Comments and people's verdicts.
        table: (comments, features); a row with NaN has no guess.
        seed: Of the assignment of videos to folds.

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
    guess = np.full(len(material.comments), np.nan)
    unjudged = known & (fold == NO_FOLD)
    together = np.zeros(int(unjudged.sum()))
    for number in range(FOLDS):
        held = known & (fold == number)
        weights = _fit(material, table, usable & (fold != number))
        guess[held] = _guesses(table[held], weights)
        together += _guesses(table[unjudged], weights) / FOLDS
    guess[unjudged] = together
    return Fitted(guess, fold, _source_unseen(material, table, known, usable))


def _source_unseen(
    material: Material, table: FloatArray, known: BoolArray, usable: BoolArray
) -> FloatArray:
    """(comments,) guesses of judges that were fitted without the comment's source."""
    guess = np.full(len(material.comments), np.nan)
    for number in np.unique(material.source):
        own = material.source == number
        others = usable & ~own
        said_human = material.humans[others].sum()
        if said_human in (0, material.verdicts[others].sum()):
            continue
        held = known & own
        guess[held] = _guesses(table[held], _fit(material, table, others))
    return guess


@dataclass(frozen=True)
class _Weights:
    """Of standardised features, the intercept last."""

    middle: FloatArray
    spread: FloatArray
    weights: FloatArray


def _fit(material: Material, table: FloatArray, rows: BoolArray) -> _Weights:
    middle, spread = table[rows].mean(axis=0), table[rows].std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    standard = (table[rows] - middle) / spread
    return _Weights(
        middle,
        spread,
        fit_shares(standard, material.humans[rows], material.verdicts[rows]),
    )


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
