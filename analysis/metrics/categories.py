"""Judged-as-Human of each source within each category of videos."""

from dataclasses import dataclass

import numpy as np

from analysis.judgments.arrays import BoolArray, Judgments
from analysis.metrics.clusters import Answers, cluster_covariance
from analysis.metrics.intervals import Interval, rate_interval
from analysis.metrics.sources import NO_VERDICTS
from analysis.metrics.undefined import Figures, Reason, figures
from pages.phrases import phrase as _

FEWEST_VERDICTS = 30
TOO_FEW = _("fewer than 30 verdicts")


@dataclass(frozen=True)
class CategoryRates:
    """Of one category: verdicts, rates and intervals by source, in percent."""

    category: str
    n: tuple[int, ...]
    pct: Figures
    rate: Interval[Figures]


def rates_by_category(
    judgments: Judgments, verdicts: Answers
) -> tuple[CategoryRates, ...]:
    """What a report of each category's videos alone would say of every source.

    Unit of analysis: the judgment, clustered by annotator and by video; the numbers of
    clusters are those of the category. Rates of fewer than 30 verdicts are left out.

    Args:
        judgments: The data.
        verdicts: Their verdicts as 0 and 1.
    """
    names = sorted({*judgments.video_category} - {""})
    if not names:
        return ()
    place = {name: number for number, name in enumerate(names)}
    of_video = np.array([place.get(name, -1) for name in judgments.video_category])
    of_row = of_video[verdicts.video]
    return tuple(
        _rates(name, subset(verdicts, of_row == number))
        for number, name in enumerate(names)
    )


def _rates(name: str, data: Answers) -> CategoryRates:
    counts = np.bincount(data.source, minlength=data.sources)
    covariance = cluster_covariance(data)
    interval = rate_interval(covariance)
    few: list[Reason] = [
        (counts == 0, NO_VERDICTS),
        (counts < FEWEST_VERDICTS, TOO_FEW),
    ]

    def enough(values: Figures) -> Figures:
        hidden = figures(np.where(counts < FEWEST_VERDICTS, np.nan, 0.0), *few)
        return tuple(
            value if n >= FEWEST_VERDICTS else why
            for value, why, n in zip(values, hidden, counts, strict=True)
        )

    return CategoryRates(
        category=name,
        n=tuple(counts.tolist()),
        pct=enough(tuple((100 * covariance.mean).tolist())),
        rate=Interval(enough(interval.se), enough(interval.lo), enough(interval.hi)),
    )


def subset(data: Answers, kept: BoolArray) -> Answers:
    """Some of the rows, with all indices as they were."""
    return Answers(
        annotator=data.annotator[kept],
        video=data.video[kept],
        assignment=data.assignment[kept],
        source=data.source[kept],
        value=data.value[kept],
        sizes=data.sizes,
        sources=data.sources,
    )
