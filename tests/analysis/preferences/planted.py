"""Judgments of annotators whose ways are known: what a fit must find again."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from analysis.judgments.arrays import Judgments
from analysis.judgments.columns import Coded, Columns, judgments_from_columns

_THRESHOLDS = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])


@dataclass(frozen=True, eq=False)
class Planted:
    """Judgments with the truth behind them.

    Attributes:
        theta: (comments,) as the judgments number them.
        leaning, discrimination: (annotators,)
    """

    judgments: Judgments
    theta: npt.NDArray[np.float64]
    leaning: npt.NDArray[np.float64]
    discrimination: npt.NDArray[np.float64]


def planted(
    *,
    videos: int = 12,
    each: int = 29,
    annotators: int = 24,
    answers: int = 10,
    seed: int = 1,
) -> Planted:
    """Draw a study from the model; the first five comments of a video are people's."""
    rng = np.random.default_rng(seed)
    theta = rng.normal(-0.3, 1.3, (videos, each))
    leaning = rng.normal(0, 0.8, annotators)
    discrimination = np.exp(rng.normal(0, 0.3, annotators))
    of_video = rng.normal(0, 0.35, videos)
    rows = [
        (person, video, place)
        for video in range(videos)
        for person in rng.choice(annotators, answers, replace=False)
        for place in range(each)
    ]
    who, where, place = np.array(rows).T
    reach = discrimination[who] * theta[where, place] + of_video[where]
    says = rng.random(len(rows)) < expit(reach + leaning[who])
    odds = 1.2 * reach + 0.7 * leaning[who]
    score = (rng.random(len(rows))[:, None] < expit(odds[:, None] - _THRESHOLDS)).sum(
        axis=1
    )
    sources = ["human", "alpha", "beta", "gamma"]
    source = np.where(place < 5, 0, 1 + place % 3)
    judgments = judgments_from_columns(
        Columns(
            annotator=Coded(who, [f"a{n:02d}" for n in range(annotators)]),
            video=Coded(where, [f"v{n:02d}" for n in range(videos)]),
            comment=Coded(
                where * each + place, [f"c{n:05d}" for n in range(videos * each)]
            ),
            source=Coded(source, sources),
            is_human=source == 0,
            verdict=says.astype(np.int8),
            score=score.astype(np.int8),
            order=np.zeros(len(rows), dtype=np.int32),
            seconds=np.full(len(rows), np.nan),
            assignment_no=np.zeros(len(rows), dtype=np.int32),
            started_at=np.full(len(rows), "NaT", dtype="M8[us]"),
        ),
        declared_sources=sources,
    )
    return Planted(judgments, theta.ravel(), leaning, discrimination)
