"""What annotators of a study reported."""

from django.db.models import F, QuerySet

from annotation.models import ProblemReport, Study


def problems_of(study: Study) -> QuerySet[ProblemReport]:
    """The study's reports with all that a page says of them, open ones first."""
    return (
        ProblemReport.objects.filter(membership__study=study)
        .select_related(
            "membership__study",
            "assignment__batch__video",
            "presentation__batch_comment__comment",
            "presentation__attention_check",
            "answered_by",
        )
        .order_by(F("answered_at").desc(nulls_first=True), "-created_at", "-pk")
    )


def open_problem_count(study: Study) -> int:
    """How many of them nobody has answered yet."""
    return ProblemReport.objects.filter(
        membership__study=study, answered_at=None
    ).count()
