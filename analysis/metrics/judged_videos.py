"""How many judged videos an interval needs, with a judge and without, and the floor.

More judged videos take away what differs from video to video. What annotators share
over all their videos, their leniency, stays: only more annotators take that away.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.metrics.clusters import Covariance
from analysis.metrics.intervals import TWO_SIDED_95
from analysis.metrics.undefined import ABSENT, Undefined
from pages.phrases import phrase as _


@dataclass(frozen=True)
class Parts:
    """What the variance of a rate consists of, as a share squared.

    Attributes:
        annotators: What one annotator's judgments under different videos share; more
            judged videos leave it as it is.
        judged: What differs between judged videos; falls with their number.
        guessed: What the guesses of all videos add or take; stays.
        judged_videos: How many there are now.
        videos: How many there are to be judged.
        annotator_count: Who judged.
    """

    annotators: float
    judged: float
    guessed: float
    judged_videos: int
    videos: int
    annotator_count: int


@dataclass(frozen=True)
class Needed:
    """What an interval of a source needs.

    Attributes:
        people, powered: Judged videos for the half-width, by people and with a judge;
            NaN, with the reason, where there is no number of them.
        floor: The half-width, in points, that judging more videos does not get below.
    """

    people: float
    powered: float
    floor: float


def parts_of(found: Covariance, residuals: Covariance, videos: int) -> list[Parts]:
    """What the variances consist of, by source.

    Args:
        found: Of the estimates.
        residuals: The same without what guesses of videos add; `found` itself where
            people judge alone.
        videos: How many there are to be judged.
    """
    matrices = (
        *(residuals.by_annotator, residuals.by_video, residuals.by_assignment),
        found.by_video,
    )
    counts = (*residuals.clusters, found.clusters[1])
    annotator, video, assignment, whole = (
        np.diag(matrix) * (count / max(count - 1, 1))
        for matrix, count in zip(matrices, counts, strict=True)
    )
    return [
        Parts(
            annotators=max(float(annotator[number] - assignment[number]), 0.0),
            judged=float(video[number]),
            guessed=float(whole[number] - video[number]),
            judged_videos=int(found.videos[number]),
            videos=videos,
            annotator_count=int(found.annotators[number]),
        )
        for number in range(len(found.mean))
    ]


def half_width(parts: Parts) -> float:
    """In points, of the interval as it is."""
    variance = parts.annotators + parts.judged + parts.guessed
    return 100 * _quantile(parts.annotator_count) * math.sqrt(variance)


def videos_needed(people: Parts, powered: Parts | None, half_width: float) -> Needed:
    """How many judged videos bring an interval to a half-width, in points.

    With the annotators and the redundancy of the study as it is.
    """
    return Needed(
        people=_needed(people, half_width),
        powered=ABSENT if powered is None else _needed(powered, half_width),
        floor=100 * _quantile(people.annotator_count) * math.sqrt(people.annotators),
    )


def _needed(parts: Parts, half_width: float) -> float:
    aim = (half_width / 100 / _quantile(parts.annotator_count)) ** 2
    room = aim - parts.annotators - parts.guessed
    if room <= 0:
        return Undefined(_("more annotators are needed, not more videos"))
    count = max(math.ceil(parts.judged * parts.judged_videos / room), 2)
    if count > parts.videos:
        return Undefined(_("more videos than the study has"))
    return count


def _quantile(annotators: int) -> float:
    return float(special.stdtrit(max(annotators - 1, 1), TWO_SIDED_95))
