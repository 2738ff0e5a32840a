"""Reporting a problem, and answering a report."""

from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import Assignment, ProblemReport, ProblemSubject
from annotation.services.studies.events import record_event

# Of one batch by its annotator: more than its comments, and an end for a script.
_MOST: Final = 60


@transaction.atomic
def report_problem(
    *,
    assignment: Assignment,
    subject: ProblemSubject,
    kind: str,
    text: str,
    position: int | None = None,
) -> ProblemReport:
    """Store what an annotator reports from their own batch.

    Raises:
        AnnotationError: they have reported very much from it already.
        Presentation.DoesNotExist: the batch has no such comment.
        django.core.exceptions.ValidationError: the position doesn't fit the subject, or
            the words are missing.
    """
    if assignment.problem_reports.count() >= _MOST:
        msg = _("You have reported many problems with this batch. We look at them.")
        raise AnnotationError(msg)
    presentation = assignment.presentations.get(position=position) if position else None
    report = ProblemReport(
        assignment=assignment,
        subject=subject,
        presentation=presentation,
        kind=kind,
        text=text.strip(),
    )
    report.full_clean()
    report.save()
    return report


@transaction.atomic
def answer_problem(*, report: ProblemReport, actor: User, note: str) -> None:
    """Mark a report as answered, with a note for the study's researchers."""
    report.answered_at = timezone.now()
    report.answered_by = actor
    report.note = note.strip()
    report.full_clean()
    report.save(update_fields=["answered_at", "answered_by", "note"])
    _record(report, actor, "problem answered")


@transaction.atomic
def reopen_problem(*, report: ProblemReport, actor: User) -> None:
    """Take the answer back; the note stays."""
    report.answered_at = None
    report.answered_by = None
    report.save(update_fields=["answered_at", "answered_by"])
    _record(report, actor, "problem reopened")


def _record(report: ProblemReport, actor: User, action: str) -> None:
    record_event(
        study=report.assignment.batch.study,
        actor=actor,
        action=action,
        kind=report.kind,
        code=report.assignment.membership.code,
        number=report.assignment.number,
    )
