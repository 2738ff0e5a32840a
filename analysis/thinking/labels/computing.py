"""From answers to results: metrics of every run, pair and source of one set."""

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations

import numpy as np

from analysis.judgments.arrays import BoolArray, FloatArray, IntArray
from analysis.metrics.answered import Gap, gap, rate
from analysis.metrics.ranking import draws, holm
from analysis.metrics.undefined import Undefined
from analysis.reporting.rounding import rounded
from analysis.thinking.labels.answers import (
    REFUSED,
    UNREADABLE,
    LabelAnswers,
    LabelRun,
)
from analysis.thinking.labels.people import label_people
from analysis.thinking.labels.results import (
    LabelGain,
    LabelPair,
    LabelRepeats,
    LabelResults,
    LabelRunResult,
)
from analysis.thinking.results import ReplyCounts
from pages.phrases import phrase as _
from tasks.answering import View
from tasks.mmla.metrics import UNREADABLE as NO_LABEL
from tasks.mmla.metrics import as_published, classification
from tasks.mmla.prompts import label_orders

# Draws of dialogues for the interval of F1; the seed makes them the same everywhere.
REPLICATES = 1000
_SEED = 1
_FEWEST_DRAWN = 2
FEW_CLUSTERS = _("fewer than two dialogues")


def label_results(answered: LabelAnswers) -> LabelResults:
    """Every figure of every table."""
    labels, items = answered.build.labels, answered.items
    names = [labels.labels[place] for place in items.gold]
    frequent = max(labels.labels, key=Counter(names).__getitem__)
    found = [(run, _shares(run, answered)) for run in answered.runs]
    return rounded(
        LabelResults(
            build=answered.build,
            items=len(items.ids),
            clusters=len(np.unique(items.cluster)),
            majority_label=frequent,
            majority=classification(names, [frequent] * len(names), labels.labels),
            runs=tuple(_run_result(run, answered) for run in answered.runs),
            pairs=tuple(_pairs(found, answered)),
            gains=tuple(_gains(found, answered)),
            repeats=tuple(_repeats(found)),
            people=label_people(answered),
        )
    )


# By item, the share of right replies; NaN for items that were not asked.
_Found = Sequence[tuple[LabelRun, FloatArray]]


def _shares(run: LabelRun, answered: LabelAnswers) -> FloatArray:
    size = len(answered.items.ids)
    right = run.label == answered.items.gold[run.item]
    count = np.bincount(run.item, minlength=size)
    total = np.bincount(run.item, right, size)
    return np.where(count > 0, total / np.maximum(count, 1), math.nan)


# --- One run ------------------------------------------------------------------------


def _run_result(run: LabelRun, answered: LabelAnswers) -> LabelRunResult:
    labels, items = answered.build.labels, answered.items
    share = _shares(run, answered)
    asked = np.flatnonzero(~np.isnan(share))
    gold = [labels.labels[place] for place in items.gold[run.item]]
    said = [NO_LABEL if place < 0 else labels.labels[place] for place in run.label]
    f1_lo, f1_hi = _f1_interval(run, answered)
    orders = min(run.facts.rotations, len(label_orders(labels)))
    return LabelRunResult(
        run=run.facts,
        accuracy=rate(share[asked], np.zeros_like(asked), items.cluster[asked]),
        scores=classification(gold, said, labels.labels),
        f1_lo=f1_lo,
        f1_hi=f1_hi,
        as_published=as_published(gold, said),
        counts=ReplyCounts(
            replies=len(run.label),
            unreadable=int(np.count_nonzero(run.label == UNREADABLE)),
            refused=int(np.count_nonzero(run.label == REFUSED)),
        ),
        reply_goal=len(items.ids) * orders,
        is_whole=len(asked) == len(items.ids),
    )


def _f1_interval(run: LabelRun, answered: LabelAnswers) -> tuple[float, float]:
    """Percentiles of macro F1 over draws of dialogues with replacement.

    F1 is no mean of items, so it has no sandwich; a dialogue brings all its replies.
    """
    cluster = answered.items.cluster[run.item]
    if len(np.unique(cluster)) < _FEWEST_DRAWN:
        none = Undefined(FEW_CLUSTERS)
        return none, none
    size = int(cluster.max()) + 1
    rng = np.random.default_rng(_SEED)
    drawn = draws(rng, size, cluster, REPLICATES).astype(np.float64)
    gold = answered.items.gold[run.item]
    scores = [
        _f1(drawn, cluster, gold == place, run.label == place)
        for place in range(len(answered.build.labels.labels))
    ]
    lo, hi = np.percentile(np.mean(scores, axis=0), [2.5, 97.5])
    return float(lo), float(hi)


def _f1(
    drawn: FloatArray, cluster: IntArray, gold: BoolArray, said: BoolArray
) -> FloatArray:
    """(replicates,) F1 of one label, in percent; 0 where it does not occur.

    Args:
        drawn: (clusters, replicates) how often each is drawn.
        cluster: (replies,) of each reply.
        gold: (replies,) whether the label is right.
        said: (replies,) whether it was named.
    """
    size = len(drawn)
    right = np.bincount(cluster, gold & said, size) @ drawn
    both = (np.bincount(cluster, gold, size) + np.bincount(cluster, said, size)) @ drawn
    f1: FloatArray = 200 * right / np.maximum(both, 1)
    return f1


# --- Two runs -----------------------------------------------------------------------


def _pairs(found: _Found, answered: LabelAnswers) -> list[LabelPair]:
    """Within each mode, every two runs that saw the video; Holm over a mode's pairs."""
    made = []
    seen = [one for one in found if one[0].facts.view == View.VIDEO]
    for mode in sorted({run.facts.mode for run, _share in seen}):
        rows = [one for one in seen if one[0].facts.mode == mode]
        pairs = [(a, b, _gap(a[1], b[1], answered)) for a, b in combinations(rows, 2)]
        corrected = holm(np.array([found.p for *_, found in pairs], dtype=float))
        for (first, second, difference), p in zip(pairs, corrected, strict=True):
            p_holm = difference.p if math.isnan(difference.p) else float(p)
            made.append(LabelPair(first[0].facts, second[0].facts, difference, p_holm))
    return made


def _gap(first: FloatArray, second: FloatArray, answered: LabelAnswers) -> Gap:
    difference = first - second
    both = np.flatnonzero(~np.isnan(difference))
    cluster = answered.items.cluster[both]
    return gap(difference[both], np.zeros_like(both), cluster)


def _gains(found: _Found, answered: LabelAnswers) -> list[LabelGain]:
    """Each source's first run with the video against its first of every other view."""
    first: dict[tuple[str, ...], tuple[LabelRun, FloatArray]] = {}
    for run, share in found:
        facts = run.facts
        manner = (facts.source, facts.mode, facts.wording, str(facts.rotations))
        first.setdefault((*manner, facts.view), (run, share))
    made = []
    for (*asked, view), (run, share) in first.items():
        seeing = first.get((*asked, View.VIDEO.value))
        if view != View.VIDEO and seeing is not None:
            made.append(LabelGain(run.facts, _gap(seeing[1], share, answered)))
    return made


def _repeats(found: _Found) -> list[LabelRepeats]:
    by_manner: dict[tuple[str, ...], list[tuple[LabelRun, FloatArray]]]
    by_manner = defaultdict(list)
    for run, share in found:
        facts = run.facts
        manner = (facts.source, facts.mode, facts.view, facts.wording)
        by_manner[(*manner, str(facts.rotations))].append((run, share))
    made = []
    for group in by_manner.values():
        if len(group) > 1:
            means = np.array([100 * np.nanmean(share) for _run, share in group])
            made.append(
                LabelRepeats(
                    run=group[0][0].facts,
                    runs=len(group),
                    mean_pct=float(means.mean()),
                    sd=float(means.std(ddof=1)),
                )
            )
    return made
