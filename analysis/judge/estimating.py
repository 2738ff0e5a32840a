"""Judged-as-Human by people alone, and under it by people and a judge.

The two are kept apart by type, by row and in every file: `people` is the result of the
study, `powered` stands under it and never replaces it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from analysis.judge.card import guesses_of_rows
from analysis.judge.gates import Facts, Refusal, Support, refusals
from analysis.judge.material import Material
from analysis.judgments.arrays import BoolArray, FloatArray, present_codes
from analysis.metrics.clusters import Answers, Covariance, cluster_covariance
from analysis.metrics.intervals import Bounds, rate_interval
from analysis.metrics.judged_videos import Parts, parts_of
from analysis.metrics.prediction_powered import (
    Guesses,
    Powered,
    powered,
    powered_ranks,
)
from analysis.metrics.ranking import Pairs, compare_pairs, rank_intervals
from analysis.metrics.sources import NO_VERDICTS
from analysis.metrics.undefined import ABSENT, Figures, figures
from analysis.reporting.rounding import short, significant

_NO_TITLES: Mapping[str, str] = MappingProxyType({})
REPLICATES = 1000


@dataclass(frozen=True)
class Rate:
    """Judged-as-Human in percent, its 95 % interval, and the interval of its rank."""

    pct: float
    lo: float
    hi: float
    rank_lo: float
    rank_hi: float

    @property
    def half_width(self) -> float:
        """Half of the interval's width, in points."""
        return (self.hi - self.lo) / 2


@dataclass(frozen=True)
class PoweredSource:
    """One source by people, and by people and a judge.

    Attributes:
        source, title, is_human: Which.
        people: By people's verdicts alone.
        powered: With the judge; None where a gate refused.
        benchmark: The same where the videos are all there is; None likewise.
        tuning: How far the judge is used, from 0 to 1.
        refusals: Why there is none.
        verdicts, judged_videos, videos: What it rests on.
        people_parts, powered_parts: What the variances consist of, for the outlook.
    """

    source: str
    title: str
    is_human: bool
    people: Rate
    powered: Rate | None
    benchmark: Rate | None
    tuning: float
    refusals: tuple[Refusal, ...]
    verdicts: int
    judged_videos: int
    videos: int
    people_parts: Parts
    powered_parts: Parts | None

    @property
    def gain_pct(self) -> float:
        """By how much the interval is narrower, in percent of people's."""
        if self.powered is None:
            return ABSENT
        return 100 * (1 - self.powered.half_width / self.people.half_width)


@dataclass(frozen=True)
class Gap:
    """A difference in points, with its 95 % interval and p after Holm's correction."""

    diff: float
    lo: float
    hi: float
    p_holm: float


@dataclass(frozen=True)
class PoweredPair:
    """Two sources by people, and by people and a judge (None where a gate refused)."""

    first: str
    second: str
    people: Gap
    powered: Gap | None


@dataclass(frozen=True)
class PoweredStudy:
    """All sources of a study, and what the estimates rest on.

    Attributes:
        study: Its title.
        judge: What the judge is called.
        version: Of the judge: SHA-256 of its code and of what it learned from.
        fingerprint: SHA-256 of people's judgments.
        choice: How the judged videos were chosen.
        judged_videos, videos, annotators: Sizes.
        sources: In the study's order.
        pairs: Every two of them.
    """

    study: str
    judge: str
    version: str
    fingerprint: str
    choice: str
    judged_videos: int
    videos: int
    annotators: int
    sources: tuple[PoweredSource, ...]
    pairs: tuple[PoweredPair, ...]


def powered_study(  # noqa: PLR0913  (keyword-only, each with a default)
    material: Material,
    guess: FloatArray,
    facts: Facts,
    *,
    study: str = "",
    judge: str = "",
    titles: Mapping[str, str] = _NO_TITLES,
    chance: FloatArray | None = None,
    replicates: int = REPLICATES,
    seed: int = 0,
) -> PoweredStudy:
    """Both estimates of every source, with the gates applied.

    Args:
        material: All comments of the study, and people's judgments.
        guess: (comments,) of one judge; NaN where it has none.
        facts: What the gates ask.
        study: What the study is called.
        judge: What the judge is called.
        titles: What sources are called, by name.
        chance: (videos,) known chances of being judged.
        replicates: Of the bootstrap of ranks.
        seed: Likewise.
    """
    data, of_row = guesses_of_rows(material, guess)
    of_row, filled = _filled(material, guess, data, of_row)
    data = replace(data, sizes=(data.sizes[0], len(material.videos), data.sizes[2]))
    guesses = Guesses(of_row, material.video, material.source, filled, chance)
    support = _support(material, guess, data)
    refused = [refusals(facts, one) for one in support]
    silent = np.array([bool(why) for why in refused])
    people = cluster_covariance(data)
    sample = powered(data, guesses)
    benchmark = powered(data, guesses, is_benchmark=True)
    rng = [np.random.default_rng([seed, stream]) for stream in (0, 1)]
    absent: Figures = (ABSENT,) * data.sources
    rows = _Rows(
        people=_rates(
            figures(100 * people.mean, (np.isnan(people.mean), NO_VERDICTS)),
            people,
            rank_intervals(data, replicates=replicates, rng=rng[0]),
        ),
        powered=_rates(
            sample.rate,
            sample.covariance,
            powered_ranks(sample, replicates=replicates, rng=rng[1]),
        ),
        benchmark=_rates(benchmark.rate, benchmark.covariance, Bounds(absent, absent)),
        people_parts=_parts(parts_of(people, people, len(material.videos))),
        powered_parts=_parts(
            parts_of(
                sample.covariance,
                cluster_covariance(sample.residuals),
                len(material.videos),
            )
        ),
    )
    return PoweredStudy(
        study=study,
        judge=judge,
        version=" ".join(facts.versions),
        fingerprint=material.judgments.fingerprint,
        choice=facts.choice,
        judged_videos=int(material.is_judged.sum()),
        videos=len(material.videos),
        annotators=people.clusters[0],
        sources=_sources(material, support, refused, rows, sample, titles),
        pairs=_pairs(material, people, sample.covariance, silent),
    )


@dataclass(frozen=True)
class _Rows:
    people: list[Rate]
    powered: list[Rate]
    benchmark: list[Rate]
    people_parts: list[Parts]
    powered_parts: list[Parts]


def _sources(
    material: Material,
    support: list[Support],
    refused: list[tuple[Refusal, ...]],
    rows: _Rows,
    sample: Powered,
    titles: Mapping[str, str],
) -> tuple[PoweredSource, ...]:
    judgments = material.judgments
    return tuple(
        PoweredSource(
            source=name,
            title=titles.get(name, name),
            is_human=bool(judgments.source_is_human[number]),
            people=rows.people[number],
            powered=None if refused[number] else rows.powered[number],
            benchmark=None if refused[number] else rows.benchmark[number],
            tuning=ABSENT if refused[number] else short(float(sample.tuning[number])),
            refusals=refused[number],
            verdicts=support[number].verdicts,
            judged_videos=support[number].videos,
            videos=len(present_codes(material.video[material.source == number])),
            people_parts=rows.people_parts[number],
            powered_parts=None if refused[number] else rows.powered_parts[number],
        )
        for number, name in enumerate(judgments.sources)
    )


def _parts(found: list[Parts]) -> list[Parts]:
    """As they are kept."""
    return [
        replace(
            one,
            annotators=short(one.annotators),
            judged=short(one.judged),
            guessed=short(one.guessed),
        )
        for one in found
    ]


def _filled(
    material: Material, guess: FloatArray, data: Answers, of_row: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Guesses, with the source's mean where one is missing: any fixed value will do."""
    known = ~np.isnan(guess)
    sums = np.bincount(material.source[known], guess[known], data.sources)
    count = np.bincount(material.source[known], minlength=data.sources)
    means = np.where(count > 0, sums / np.maximum(count, 1), 0.5)
    return (
        np.where(np.isnan(of_row), means[data.source], of_row),
        np.where(known, guess, means[material.source]),
    )


def _support(material: Material, guess: FloatArray, data: Answers) -> list[Support]:
    people = cluster_covariance(data)
    count = np.bincount(data.source, minlength=data.sources)
    every = np.bincount(material.source, minlength=data.sources)
    missing = np.bincount(material.source, np.isnan(guess), data.sources)
    return [
        Support(
            source=name,
            verdicts=int(count[number]),
            videos=int(people.videos[number]),
            annotators=int(people.annotators[number]),
            missing_pct=100 * float(missing[number] / max(every[number], 1)),
        )
        for number, name in enumerate(material.judgments.sources)
    ]


def _rates(pct: Figures, covariance: Covariance, ranks: Bounds[Figures]) -> list[Rate]:
    interval = rate_interval(covariance)
    columns = (pct, interval.lo, interval.hi, ranks.lo, ranks.hi)
    return [
        Rate(*(short(value) for value in row)) for row in zip(*columns, strict=True)
    ]


def _pairs(
    material: Material, people: Covariance, with_judge: Covariance, silent: BoolArray
) -> tuple[PoweredPair, ...]:
    names = material.judgments.sources
    plain = compare_pairs(people)
    # A pair that a gate refused is no test, and costs the others nothing.
    mean = np.where(silent, np.nan, with_judge.mean)
    ours = compare_pairs(replace(with_judge, mean=mean))
    return tuple(
        PoweredPair(
            names[first],
            names[second],
            _gap(plain, number),
            None if silent[first] or silent[second] else _gap(ours, number),
        )
        for number, (first, second) in enumerate(
            zip(plain.first, plain.second, strict=True)
        )
    )


def _gap(pairs: Pairs, number: int) -> Gap:
    return Gap(
        diff=short(pairs.diff[number]),
        lo=short(pairs.ci_lo[number]),
        hi=short(pairs.ci_hi[number]),
        p_holm=significant(pairs.p_t_holm[number]),
    )
