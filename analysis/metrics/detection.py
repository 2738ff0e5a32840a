"""Can people tell: signal detection, and how often verdicts are right."""

from dataclasses import dataclass
from typing import Generic

import numpy as np
from scipy import special

from analysis.judgments.arrays import BoolArray, IntArray
from analysis.metrics.undefined import Figures, Held, Undefined, figures
from pages.phrases import phrase as _

NO_HUMAN = _("no verdict on a human comment")
NO_HUMAN_SCORE = _("no score on a human comment")
NO_AI_SCORE = _("no score on an AI comment")
NO_MODEL = _("no verdict on an AI comment")


@dataclass(frozen=True)
class Sensitivity(Generic[Held]):
    """Signal detection: d' and the criterion c."""

    dprime: Held
    c: Held


def sensitivity(signal: IntArray, noise: IntArray) -> Sensitivity[Figures]:
    """Sensitivity d' = z(H) - z(F) and criterion c = -(z(H) + z(F)) / 2.

    Rates are (x + 0.5) / (n + 1) always.

    Hit: a human comment judged human; false alarm: a model comment judged human. The
    log-linear correction is Hautus 1995, Behavior Research Methods 27, 46-51; the
    measures are in Macmillan and Creelman 2005, Detection Theory, chapters 1 and 2.
    c above 0 leans to "ai".

    Args:
        signal: (n, 2) verdicts AI and human on human comments.
        noise: (n, 2) the same on model comments.
    """
    hit, false_alarm = (
        special.ndtri((counts[:, 1] + 0.5) / (counts.sum(axis=1) + 1))
        for counts in (signal, noise)
    )
    reasons = [
        (signal.sum(axis=1) == 0, NO_HUMAN),
        (noise.sum(axis=1) == 0, NO_MODEL),
    ]
    return Sensitivity(
        dprime=figures(hit - false_alarm, *reasons),
        c=figures(-(hit + false_alarm) / 2, *reasons),
    )


def split_by_origin(counts: IntArray, is_human: BoolArray) -> tuple[IntArray, IntArray]:
    """Sum (sources, values) counts over human sources and over the others."""
    return counts[is_human].sum(axis=0), counts[~is_human].sum(axis=0)


def auc(signal: IntArray, noise: IntArray) -> float:
    """P(score of a human comment > score of a model comment) + half the ties.

    Unit of analysis: the pair of a judgment on a human and one on a model comment. The
    area under the ROC curve (Bamber 1975, Journal of Mathematical Psychology 12).

    Args:
        signal: (6,) judgments by score on human comments.
        noise: (6,) the same on model comments.
    """
    pairs = float(signal.sum()) * float(noise.sum())
    if pairs == 0:
        return Undefined(NO_HUMAN_SCORE if signal.sum() == 0 else NO_AI_SCORE)
    below = np.concatenate([[0], np.cumsum(noise)[:-1]])
    return float((signal * (below + noise / 2)).sum() / pairs)


@dataclass(frozen=True)
class Baselines:
    """Verdicts against the truth, in percent."""

    accuracy_pct: float
    balanced_accuracy_pct: float
    precision_human_pct: float
    called_human_pct: float
    true_human_pct: float
    accuracy_of_always_ai_pct: float


def baselines(signal: IntArray, noise: IntArray) -> Baselines:
    """Accuracy and what it must be compared with.

    Unit of analysis: the judgment. With 5 human comments in 29, always answering "ai"
    is right 82.8 % of the time: accuracy is never the headline.

    Args:
        signal: (2,) verdicts AI and human on human comments.
        noise: (2,) the same on model comments.
    """
    verdicts = signal.sum() + noise.sum()
    called = signal[1] + noise[1]
    none = _("no verdict")

    def percent(part: float, whole: float, reason: str) -> float:
        return float(100 * part / whole) if whole else Undefined(reason)

    found = percent(signal[1], signal.sum(), NO_HUMAN)
    refused = percent(noise[0], noise.sum(), NO_MODEL)
    missing = next((half for half in (found, refused) if np.isnan(half)), None)
    return Baselines(
        accuracy_pct=percent(signal[1] + noise[0], verdicts, none),
        balanced_accuracy_pct=(found + refused) / 2 if missing is None else missing,
        precision_human_pct=percent(signal[1], called, _("no verdict is human")),
        called_human_pct=percent(called, verdicts, none),
        true_human_pct=percent(signal.sum(), verdicts, none),
        accuracy_of_always_ai_pct=percent(noise.sum(), verdicts, none),
    )
