"""What sources get right beside Judged-as-Human: the same sources in both tests."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.judgments.arrays import FloatArray, Judgments
from analysis.metrics.association import (
    Association,
    Side,
    VideoSums,
    association,
    overall,
)
from analysis.thinking.answers import Answered, Items, Run, item_scores
from tasks.answering import Mode, View
from tasks.catalogue import Task
from tasks.scoring import CHANCE_PCT

REPLICATES = 1000
SEED = 1


@dataclass(frozen=True)
class ComparedSource:
    """One source in both tests, in percent.

    Attributes:
        score_pct: Accuracy, or F1 where that was asked for.
    """

    key: str
    title: str
    score_pct: float
    judged_human_pct: float


@dataclass(frozen=True)
class Comparison:
    """The sources that both tests have, and how their ranks go together.

    Attributes:
        baseline_pct: The score of who knows nothing.
    """

    sources: tuple[ComparedSource, ...]
    baseline_pct: float
    association: Association


def comparison(answered: Answered, judgments: Judgments) -> Comparison:
    """Compare the AI sources that a build and a study share.

    Of each source the first run that saw the video and answered every task by letter.
    """
    runs = _runs(answered)
    return compared(
        {key: run.facts.title for key, run in runs.items()},
        lambda keys: _accuracy_sums([runs[key] for key in keys], answered.items),
        judgments,
        baseline_pct=CHANCE_PCT,
    )


def compared(
    titles: Mapping[str, str],
    sums_of: Callable[[list[str]], Side],
    judgments: Judgments,
    *,
    baseline_pct: float,
) -> Comparison:
    """Compare the sources that were judged in a study and have something to compare.

    Args:
        titles: Of the sources that answered, by key.
        sums_of: What these of them did, in this order.
        judgments: Of the study.
        baseline_pct: The score of who knows nothing.
    """
    there = [key for key in _judged_models(judgments) if key in titles]
    sides = (sums_of(there), _judged_sums(there, judgments))
    rates = [100 * overall(side) for side in sides]
    return Comparison(
        sources=tuple(
            ComparedSource(key, titles[key], float(score), float(human))
            for key, score, human in zip(there, *rates, strict=True)
        ),
        baseline_pct=baseline_pct,
        association=association(*sides, replicates=REPLICATES, seed=SEED),
    )


def _judged_models(judgments: Judgments) -> Iterable[str]:
    for place, key in enumerate(judgments.sources):
        said = judgments.called_human[judgments.source == place] >= 0
        if not judgments.source_is_human[place] and bool(said.any()):
            yield key


def _runs(answered: Answered) -> Mapping[str, Run]:
    found: dict[str, Run] = {}
    for run in answered.runs:
        facts = run.facts
        asked = np.unique(answered.items.task[run.item])
        is_whole = len(asked) == len(answered.items.tasks)
        if facts.mode == Mode.LETTER and facts.view == View.VIDEO and is_whole:
            found.setdefault(facts.source, run)
    return found


def _accuracy_sums(runs: list[Run], items: Items) -> VideoSums:
    videos = int(items.video.max(initial=-1)) + 1
    right = np.zeros((len(runs), len(Task), videos))
    asked = np.zeros_like(right)
    for row, run in enumerate(runs):
        scores = item_scores(run, items)
        cells = (items.task[scores.item], items.video[scores.item])
        np.add.at(right[row], cells, scores.share)
        np.add.at(asked[row], cells, 1)
    return VideoSums(right, asked)


def _judged_sums(keys: list[str], judgments: Judgments) -> VideoSums:
    shape = (len(keys), 1, len(judgments.videos))
    right: FloatArray = np.zeros(shape)
    asked: FloatArray = np.zeros(shape)
    for row, key in enumerate(keys):
        said = judgments.called_human
        rows = (judgments.source == judgments.sources.index(key)) & (said >= 0)
        np.add.at(right[row, 0], judgments.video[rows], said[rows])
        np.add.at(asked[row, 0], judgments.video[rows], 1)
    return VideoSums(right, asked)
