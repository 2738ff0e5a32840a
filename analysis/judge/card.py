"""The judge card: what a judge is worth. Without it a judge is not used."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.judge.alt_test import alt_test
from analysis.judge.by_video import (
    NOTHING,
    Estimated,
    Proxy,
    draws_of_videos,
    estimated,
    kendall,
    person_proxy,
    proxy_of,
    rates_by_source,
)
from analysis.judge.calibration import Calibration, brier_score, calibration_of
from analysis.judge.fitting import Fitted
from analysis.judge.material import Material
from analysis.judgments.arrays import FloatArray, IntArray
from analysis.metrics.clusters import Answers, answers, cluster_covariance
from analysis.metrics.intervals import TWO_SIDED_95
from analysis.metrics.ranking import compare_pairs
from analysis.metrics.undefined import Undefined
from corpus.surface import FEATURES, script_of, surface_of
from pages.phrases import phrase as _

EPSILONS = (0.1, 0.15, 0.2)
_HALF = 0.5
_SIGNIFICANT = 0.05
_FEWEST = 2


@dataclass(frozen=True)
class Win:
    """The alt-test's winning rate at one epsilon."""

    epsilon: float
    winning_rate: float


@dataclass(frozen=True)
class Bias:
    """The judge's mean guess minus people's rate, of one source, in percent."""

    source: str
    verdicts: int
    people_pct: float
    judge_pct: float
    bias: float
    lo: float
    hi: float
    brier: float


@dataclass(frozen=True)
class Cue:
    """What a cheap cue moves, other cues and the source held, in points.

    Attributes:
        name: The cue, as `corpus.surface` names it.
        people: The share judged human.
        judge: The guess.
    """

    name: str
    people: float
    judge: float


@dataclass(frozen=True)
class ByScript:
    """Comments in one script: verdicts, people's rate, mean guess, Brier score."""

    script: str
    verdicts: int
    people_pct: float
    judge_pct: float
    brier: float


@dataclass(frozen=True)
class Card:
    """All lines of a judge card.

    Attributes:
        videos: The judge against people under videos that it never saw.
        sources: On sources that it never saw.
        person: One person against the others: what can be reached.
        wins: Of the alt-test.
        advantage: Chance to agree with the others at least as well as a person does.
        alt_annotators, alt_items: What the alt-test rests on.
        bias: Sources, the most flattered first.
        tau: Kendall's, of the sources by judge and by people.
        significant_pairs: Of sources, by people (Holm).
        reversed_pairs: Those of them that the judge has the other way round.
        cues: Length, script and emoji.
        calibration: Of the guesses.
        scripts: Calibration by script.
        judged_videos, comments, verdicts: What it was fitted on and measured with.
    """

    videos: Proxy
    sources: Proxy
    person: Proxy
    wins: tuple[Win, ...]
    advantage: float
    alt_annotators: int
    alt_items: int
    bias: tuple[Bias, ...]
    tau: Estimated
    significant_pairs: int
    reversed_pairs: int
    cues: tuple[Cue, ...]
    calibration: Calibration
    scripts: tuple[ByScript, ...]
    judged_videos: int
    comments: int
    verdicts: int


def card_of(material: Material, fitted: Fitted, *, seed: int = 0) -> Card:
    """Measure a judge by people's verdicts, by guesses out of its folds alone."""
    weights = draws_of_videos(len(material.judgments.videos), seed)
    tests = [
        alt_test(*_answers_of(material, fitted.guess), epsilon=epsilon)
        for epsilon in EPSILONS
    ]
    tau, significant, reversed_ = _ranking(material, fitted.guess, weights)
    return Card(
        videos=proxy_of(material, fitted.guess, weights),
        sources=proxy_of(material, fitted.source_unseen, weights),
        person=person_proxy(material, weights),
        wins=tuple(
            Win(epsilon, test.winning_rate)
            for epsilon, test in zip(EPSILONS, tests, strict=True)
        ),
        advantage=tests[0].advantage,
        alt_annotators=tests[0].annotators,
        alt_items=tests[0].items,
        bias=_bias(material, fitted.guess),
        tau=tau,
        significant_pairs=significant,
        reversed_pairs=reversed_,
        cues=_cues(material, fitted.guess),
        calibration=calibration_of(material, fitted.guess, seed=seed),
        scripts=tuple(_scripts(material, fitted.guess)),
        judged_videos=int(material.is_judged.sum()),
        comments=int((material.verdicts > 0).sum()),
        verdicts=int(material.verdicts.sum()),
    )


def guesses_of_rows(
    material: Material, guess: FloatArray
) -> tuple[Answers, FloatArray]:
    """The verdicts, and the guess for each: (rows,)."""
    data = answers(material.judgments, material.judgments.called_human)
    of_comment = np.where(material.place >= 0, guess[material.place], np.nan)
    given = material.judgments.called_human >= 0
    return data, of_comment[material.judgments.comment[given]]


def kept_rows(data: Answers, rows: IntArray, value: FloatArray) -> Answers:
    """Some of the rows, with another value."""
    return Answers(
        annotator=data.annotator[rows],
        video=data.video[rows],
        assignment=data.assignment[rows],
        source=data.source[rows],
        value=value[rows],
        sizes=data.sizes,
        sources=data.sources,
    )


def _answers_of(material: Material, guess: FloatArray) -> tuple[FloatArray, FloatArray]:
    """(comments, annotators) verdicts as 0 and 1, and (comments,) the judge's."""
    judgments = material.judgments
    people = np.full((len(material.comments), len(judgments.annotators)), np.nan)
    at = material.place[judgments.comment]
    rows = (judgments.called_human >= 0) & (at >= 0)
    people[at[rows], judgments.annotator[rows]] = judgments.called_human[rows]
    judge = np.where(np.isnan(guess), np.nan, guess >= _HALF)
    return people, judge


def _bias(material: Material, guess: FloatArray) -> tuple[Bias, ...]:
    """Unit of analysis: the judgment, clustered by annotator and by video."""
    data, of_row = guesses_of_rows(material, guess)
    rows = np.flatnonzero(~np.isnan(of_row))
    gap = cluster_covariance(kept_rows(data, rows, of_row - data.value))
    each = np.arange(data.sources)
    error = np.sqrt(gap.two_way(each, corrected=True))
    freedom = max(min(gap.clusters[:2]) - 1, 1)
    reach = float(special.stdtrit(freedom, TWO_SIDED_95)) * error
    count = np.bincount(data.source[rows], minlength=data.sources)
    people = np.bincount(data.source[rows], data.value[rows], data.sources)
    few = min(gap.clusters[:2]) < _FEWEST
    why = Undefined(_("needs at least two annotators and two videos"))
    found = [
        Bias(
            source=material.judgments.sources[number],
            verdicts=int(count[number]),
            people_pct=float(100 * people[number] / count[number]),
            judge_pct=float(100 * (people[number] / count[number] + gap.mean[number])),
            bias=float(100 * gap.mean[number]),
            lo=why if few else float(100 * (gap.mean[number] - reach[number])),
            hi=why if few else float(100 * (gap.mean[number] + reach[number])),
            brier=_brier_of_source(material, guess, int(number)),
        )
        for number in np.flatnonzero(count)
    ]
    return tuple(sorted(found, key=lambda one: (-one.bias, one.source)))


def _brier_of_source(material: Material, guess: FloatArray, source: int) -> float:
    rows = (material.verdicts > 0) & ~np.isnan(guess) & (material.source == source)
    if not rows.any():
        return Undefined(NOTHING)
    return brier_score(guess[rows], material.humans[rows], material.verdicts[rows])


def _ranking(
    material: Material, guess: FloatArray, weights: FloatArray
) -> tuple[Estimated, int, int]:
    """Kendall's tau; people's significant pairs, and those that the judge reverses."""
    people, judge, there = rates_by_source(material, guess, weights)
    data = answers(material.judgments, material.judgments.called_human)
    pairs = compare_pairs(cluster_covariance(data))
    number = np.cumsum(there) - 1
    significant = reversed_ = 0
    for first, second, diff, p in zip(
        pairs.first, pairs.second, pairs.diff, pairs.p_t_holm, strict=True
    ):
        if not p < _SIGNIFICANT or not (there[first] and there[second]):
            continue
        significant += 1
        ahead = judge[0, number[first]] - judge[0, number[second]]
        reversed_ += ahead * diff < 0
    return estimated(kendall(people, judge)), significant, int(reversed_)


def _cues(material: Material, guess: FloatArray) -> tuple[Cue, ...]:
    """Least squares within sources, comments weighted by their verdicts."""
    rows = (material.verdicts > 0) & ~np.isnan(guess)
    names = [*FEATURES]
    chosen = (names[0], "emoji", "not in Latin letters")
    table = surface_of([material.texts[i] for i in np.flatnonzero(rows)])
    cues = np.column_stack(
        [
            table[:, 0] / max(float(table[:, 0].std()), 1e-9),
            table[:, names.index(chosen[1])] > 0,
            table[:, names.index(chosen[2])],
        ]
    ).astype(np.float64)
    weight = material.verdicts[rows].astype(np.float64)
    source = material.source[rows]
    total = np.bincount(source, weight)

    def within(column: FloatArray) -> FloatArray:
        means = np.bincount(source, weight * column) / np.maximum(total, 1)
        return (column - means[source]) * np.sqrt(weight)

    design = np.column_stack([within(column) for column in cues.T])
    both = [material.share[rows], guess[rows]]
    moved = np.column_stack([within(column) for column in both])
    effects = np.linalg.lstsq(design, moved, rcond=None)[0]
    why = Undefined(_("all comments of each source are alike in it"))
    return tuple(
        Cue(name, *((100 * effect).tolist() if spread > 1e-9 else (why, why)))  # noqa: PLR2004
        for name, effect, spread in zip(
            chosen, effects, design.std(axis=0), strict=True
        )
    )


def _scripts(material: Material, guess: FloatArray) -> Iterator[ByScript]:
    rows = np.flatnonzero((material.verdicts > 0) & ~np.isnan(guess))
    scripts = np.array([script_of(material.texts[i]) for i in rows], dtype=np.str_)
    for script in np.unique(scripts):
        own = rows[scripts == script]
        count = material.verdicts[own]
        yield ByScript(
            script=str(script),
            verdicts=int(count.sum()),
            people_pct=float(100 * material.humans[own].sum() / count.sum()),
            judge_pct=float(100 * (guess[own] * count).sum() / count.sum()),
            brier=brier_score(guess[own], material.humans[own], count),
        )
