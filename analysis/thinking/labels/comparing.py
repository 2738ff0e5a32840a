"""Labels named rightly beside Judged-as-Human: the same sources in both tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np

from analysis.judgments.arrays import FloatArray, IntArray, Judgments
from analysis.metrics.association import Side, VideoSums
from analysis.thinking.comparing import Comparison, compared
from analysis.thinking.labels.answers import LabelAnswers, LabelRun
from tasks.answering import Mode, View

_PERCENT = 100


class Measure(StrEnum):
    """By which figure sources are compared."""

    ACCURACY = "accuracy"
    F1 = "f1"


@dataclass(frozen=True, eq=False)
class F1Sums:
    """What every source named, by label and dialogue.

    Attributes:
        right: (sources, labels, dialogues) replies that rightly name the label.
        both: (sources, labels, dialogues) replies that name it, and items whose label
            it is.
        label_set: (labels,) number of the set that a label is of.
    """

    right: FloatArray
    both: FloatArray
    label_set: IntArray

    @property
    def source_count(self) -> int:
        return len(self.right)

    @property
    def video_count(self) -> int:
        return int(self.right.shape[2])

    def rates(self, weights: FloatArray) -> FloatArray:
        """(sources,) mean over sets of macro F1; 0 for a label that does not occur."""
        right, both = self.right @ weights, self.both @ weights
        f1 = np.where(both > 0, 2 * right / np.maximum(both, 1), 0)
        sets = range(int(self.label_set.max(initial=-1)) + 1)
        by_set = [f1[:, self.label_set == number].mean(axis=1) for number in sets]
        if not by_set:
            return np.zeros(self.source_count)
        means: FloatArray = np.mean(by_set, axis=0)
        return means


def label_comparison(
    sets: Sequence[LabelAnswers], judgments: Judgments, measure: Measure
) -> Comparison:
    """Compare the AI sources that sets of MMLA and a study share.

    Of each source the first run that saw the video and said labels. Sets that nobody
    answered so are left out; of the others a source has answered every one. Each set
    counts alike; dialogues of all sets are drawn together.

    Args:
        sets: One build a set.
        judgments: Of the study.
        measure: Accuracy or macro F1.
    """
    by_set = [(answers, _runs(answers)) for answers in sets]
    asked = [(answers, runs) for answers, runs in by_set if runs]
    titles = {
        key: run.facts.title
        for key, run in (asked[0][1] if asked else {}).items()
        if all(key in runs for _answers, runs in asked)
    }
    parts = [_Part(answers, runs) for answers, runs in asked]

    def sums_of(keys: list[str]) -> Side:
        if measure is Measure.F1:
            return _f1_sums(parts, keys)
        return _accuracy_sums(parts, keys)

    majorities = [part.majority_pct(measure) for part in parts]
    return compared(
        titles,
        sums_of,
        judgments,
        baseline_pct=sum(majorities) / max(len(majorities), 1),
    )


def _runs(answers: LabelAnswers) -> dict[str, LabelRun]:
    found: dict[str, LabelRun] = {}
    for run in answers.runs:
        facts = run.facts
        if facts.mode == Mode.LETTER and facts.view == View.VIDEO and len(run.item):
            found.setdefault(facts.source, run)
    return found


@dataclass(frozen=True, eq=False)
class _Part:
    """One set with its runs."""

    answers: LabelAnswers
    runs: Mapping[str, LabelRun]

    @property
    def label_count(self) -> int:
        return len(self.answers.build.labels.labels)

    @property
    def cluster_count(self) -> int:
        return int(self.answers.items.cluster.max(initial=-1)) + 1

    def majority_pct(self, measure: Measure) -> float:
        """Of always saying the most frequent label."""
        gold = self.answers.items.gold
        share = np.bincount(gold).max() / len(gold)
        if measure is Measure.ACCURACY:
            return float(_PERCENT * share)
        return float(_PERCENT * 2 * share / (1 + share) / self.label_count)

    def tally(self, key: str, what: Literal["gold", "said", "right"]) -> FloatArray:
        """(labels, dialogues) replies of a source.

        Args:
            key: Of the source.
            what: By the label that is right, by the one that was named, or by the
                right label where it was named.
        """
        run, items = self.runs[key], self.answers.items
        gold, said = items.gold[run.item], run.label
        label = gold if what == "gold" else said
        kept = said == gold if what == "right" else label >= 0
        counts: FloatArray = np.zeros((self.label_count, self.cluster_count))
        np.add.at(counts, (label[kept], items.cluster[run.item][kept]), 1)
        return counts


def _accuracy_sums(parts: Sequence[_Part], keys: list[str]) -> VideoSums:
    """A set is a group; each dialogue is of one set."""
    dialogues = sum(part.cluster_count for part in parts)
    right = np.zeros((len(keys), len(parts), dialogues))
    asked = np.zeros_like(right)
    for row, key in enumerate(keys):
        first = 0
        for group, part in enumerate(parts):
            place = slice(first, first := first + part.cluster_count)
            right[row, group, place] = part.tally(key, "right").sum(axis=0)
            asked[row, group, place] = part.tally(key, "gold").sum(axis=0)
    return VideoSums(right, asked)


def _f1_sums(parts: Sequence[_Part], keys: list[str]) -> F1Sums:
    labels = sum(part.label_count for part in parts)
    dialogues = sum(part.cluster_count for part in parts)
    right = np.zeros((len(keys), labels, dialogues))
    both = np.zeros_like(right)
    for row, key in enumerate(keys):
        label = first = 0
        for part in parts:
            place = (
                row,
                slice(label, label := label + part.label_count),
                slice(first, first := first + part.cluster_count),
            )
            right[place] = part.tally(key, "right")
            both[place] = part.tally(key, "gold") + part.tally(key, "said")
    sizes = [part.label_count for part in parts]
    return F1Sums(right, both, np.repeat(np.arange(len(parts)), sizes))
