"""The datasheet of a study."""

from django.db.models import Count

from analysis.errors import AnalysisError
from analysis.export.heds.criteria import criteria_answers
from analysis.export.heds.experiment import experiment_answers
from analysis.export.heds.sheet import Datasheet
from analysis.reporting.report import Report
from annotation.models import MembershipRole, Study


def datasheet(study: Study, report: Report | None) -> Datasheet:
    """What the database knows of a study; nothing that it doesn't is filled in.

    Args:
        study: Of comments.
        report: Of its judgments; without one, what needs judgments is left.

    Raises:
        AnalysisError: The study is of items.
    """
    if not study.is_of_comments:
        raise AnalysisError(
            f"{study.key} is a study of items; a datasheet describes a study of "
            "comments"
        )
    if report is not None and not report.found.counts.judgments:
        report = None
    return Datasheet(
        answers=experiment_answers(study, report),
        criteria=criteria_answers(study, report),
        hints=_hints(study),
    )


def _hints(study: Study) -> dict[str, str]:
    found = {
        "3.3.4.1": "Add screenshots, for example of the study's preview.",
        "4.2.2": "Evaluators see all comments of a video in one list, and judge each "
        "by itself.",
    }
    if study.pay:
        found["3.2.2.2"] = f"Evaluators were told: “{study.pay}”."
    if ways := _ways_in(study):
        found["3.2.3"] = f"They came by: {ways}. Add how the links reached them."
    return found


def _ways_in(study: Study) -> str:
    people = (
        study.memberships.filter(
            role=MembershipRole.ANNOTATOR, invitation__isnull=False
        )
        .values_list("invitation__label", "invitation__kind")
        .annotate(people=Count("pk"))
        .order_by("invitation__label", "invitation__kind")
    )
    return "; ".join(
        f"{label or kind + ' invitation'} ({count})" for label, kind, count in people
    )
