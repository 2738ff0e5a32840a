"""Reporting a problem, and answering a report."""

from typing import Final, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import (
    Assignment,
    Membership,
    ProblemReport,
    ProblemSubject,
)
from annotation.services.studies.events import record_event

# Of one batch by its annotator: more than its comments, and an end for a script.
_MOST: Final = 60


class ReportedItem(NamedTuple):
    """What somebody who answers items reports.

    Attributes:
        item_id: Of the item in its build; empty for the page.
        quoted: How it was asked.
    """

    subject: ProblemSubject
    item_id: str = ""
    quoted: str = ""


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
    presentation = assignment.presentations.get(position=position) if position else None
    return _stored(
        ProblemReport(
            membership_id=assignment.membership_id,
            batch_number=assignment.number,
            assignment=assignment,
            subject=subject,
            presentation=presentation,
            kind=kind,
            text=text.strip(),
        )
    )


@transaction.atomic
def report_item_problem(
    *, membership: Membership, number: int, item: ReportedItem, kind: str, text: str
) -> ProblemReport:
    """Store what somebody reports from their own batch of items.

    Raises:
        AnnotationError, django.core.exceptions.ValidationError: as above.
    """
    return _stored(
        ProblemReport(
            membership=membership,
            batch_number=number,
            subject=item.subject,
            item_id=item.item_id,
            quoted=item.quoted,
            kind=kind,
            text=text.strip(),
        )
    )


def _stored(report: ProblemReport) -> ProblemReport:
    earlier = ProblemReport.objects.filter(
        membership=report.membership_id, batch_number=report.batch_number
    )
    if earlier.count() >= _MOST:
        msg = _("You have reported many problems with this batch. We look at them.")
        raise AnnotationError(msg)
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
        study=report.membership.study,
        actor=actor,
        action=action,
        kind=report.kind,
        code=report.membership.code,
        number=report.batch_number,
    )
