"""How annotators answered the attention checks: the one place that says what passes."""

from typing import Final, NamedTuple

from django.db.models import Count, F, Q

from annotation.models import AssignmentState, Judgment, Study

# Below this share of right answers an annotator is flagged: one slip in five is human.
CHECKS_TO_PASS: Final = 0.8

_CHECK = "presentation__attention_check"
_MEMBERSHIP = "presentation__assignment__membership"
# A check may state a verdict, a score, or both; what it does not state is free.
_PASSED = Q(
    Q(**{f"{_CHECK}__expected_verdict": ""})
    | Q(verdict=F(f"{_CHECK}__expected_verdict")),
    Q(**{f"{_CHECK}__expected_score__isnull": True})
    | Q(realism_score=F(f"{_CHECK}__expected_score")),
)


class ChecksAnswered(NamedTuple):
    """One annotator's attention checks, in submitted assignments.

    Attributes:
        membership: Its database id.
        code: The annotator's.
        passed: Answered as the check's text states.
    """

    membership: int
    code: str
    passed: int
    total: int

    @property
    def has_failed(self) -> bool:
        """Whether too many were answered otherwise."""
        return self.passed < CHECKS_TO_PASS * self.total


def checks_answered(study: Study) -> list[ChecksAnswered]:
    """Those of everybody who was shown any, excluded annotators too (one query)."""
    answers = Judgment.objects.filter(
        presentation__assignment__batch__study=study,
        presentation__assignment__state=AssignmentState.SUBMITTED,
        presentation__attention_check__isnull=False,
    )
    rows = (
        answers.order_by()
        .values_list(_MEMBERSHIP, f"{_MEMBERSHIP}__code")
        .annotate(passed=Count("pk", filter=_PASSED), total=Count("pk"))
    )
    return [ChecksAnswered(*row) for row in rows]
