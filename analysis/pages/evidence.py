"""One page of the comments of a report, with their texts and their verdicts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from analysis.models import JudgedComment
from annotation.models import Judgment, Study
from annotation.rules.studies.wording import localised

COMMENTS_A_PAGE = 25


@dataclass(frozen=True)
class Vote:
    """What one annotator said about a comment."""

    annotator: str
    verdict: str
    score: int | None


@dataclass(frozen=True)
class JudgedLine:
    """One comment as the page shows it."""

    row: JudgedComment
    votes: list[Vote]


def judged_lines(study: Study, rows: Iterable[JudgedComment]) -> list[JudgedLine]:
    """The rows with the verdicts that a report counts, in one query for all."""
    listed = list(rows)
    votes = _votes(study, [row.comment_id for row in listed])
    return [JudgedLine(row, votes.get(row.comment_id, [])) for row in listed]


def _votes(study: Study, comments: list[int]) -> Mapping[int, list[Vote]]:
    comment = "presentation__batch_comment__comment"
    code = "presentation__assignment__membership__code"
    counted = Judgment.objects.counted().of_study(study)
    given = counted.filter(**{f"{comment}__in": comments})
    words = localised(study.instrument).labels
    found: defaultdict[int, list[Vote]] = defaultdict(list)
    columns = (comment, code, "verdict", "realism_score")
    for key, annotator, verdict, score in given.order_by(code).values_list(*columns):
        found[key].append(Vote(annotator, words.get(verdict, _("no verdict")), score))
    return found
