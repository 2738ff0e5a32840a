"""The chain of a study's rounds, and what people say of each."""

import math
from dataclasses import dataclass
from typing import Final

from django.db.models import Avg, Q

from analysis.models import JudgeGuess, LearningRound
from analysis.reporting.pairs import Difference, both_ways
from analysis.selectors.judges import newest_judge
from analysis.selectors.studies import newest_report
from annotation.models import Study
from corpus.models import Source

# Points by which a judge prefers the trained version, from when people should too.
_JUDGE_UP: Final = 5.0


@dataclass(frozen=True)
class RoundView:
    """A round with what is known of it.

    Attributes:
        learning_round: The row.
        difference: Judged-as-Human of the trained version less that of the one it
            started from, paired, by people; None before the follow-up's report.
        judge_gain: The same by the follow-up's judge, in points; NaN without one.
        is_hacked: The judge prefers the trained version, and people don't.
    """

    learning_round: LearningRound
    difference: Difference | None
    judge_gain: float
    is_hacked: bool

    @property
    def signs(self) -> list[str]:
        """What the run itself found suspicious."""
        return list(self.learning_round.result.get("signs", []))


def rounds_of(study: Study) -> list[RoundView]:
    """Rounds that learned from the study, and the one that it evaluates."""
    rows = LearningRound.objects.filter(
        Q(export__study=study) | Q(follow_up=study)
    ).select_related("export__study", "start", "trained", "follow_up")
    return [_view(row) for row in rows.defer("export__pack")]


def follow_ups_of(study: Study) -> list[Study]:
    """Follow-up studies that people judge, or have judged."""
    rows = LearningRound.objects.filter(
        Q(export__study=study) | Q(follow_up=study), follow_up__isnull=False
    ).select_related("follow_up")
    studies = (row.follow_up for row in rows.defer("result"))
    return [one for one in studies if one is not None and not one.is_draft]


def _view(row: LearningRound) -> RoundView:
    study = row.follow_up
    if study is None:
        return RoundView(row, None, math.nan, is_hacked=False)
    difference = _difference(study, row)
    gain = _judge_gain(study, row)
    return RoundView(
        row,
        difference,
        gain,
        is_hacked=difference is not None and gain > _JUDGE_UP and not difference.lo > 0,
    )


def _difference(study: Study, row: LearningRound) -> Difference | None:
    stored = newest_report(study)
    if stored is None:
        return None
    return both_ways(stored.report).get((row.trained.key, row.start.key))


def _judge_gain(study: Study, row: LearningRound) -> float:
    judge = newest_judge(study)
    if judge is None:
        return math.nan

    def mean(source: Source) -> float:
        found = JudgeGuess.objects.filter(judge=judge, batch_comment__source=source)
        return found.aggregate(mean=Avg("chance"))["mean"] or math.nan

    return 100 * (mean(row.trained) - mean(row.start))
