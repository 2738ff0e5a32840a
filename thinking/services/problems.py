"""Reports of problems with items, kept with those of studies of comments."""

from django.db import transaction

from annotation.models import ProblemReport, ProblemSubject
from annotation.services.judging.problems import ReportedItem, report_item_problem
from thinking.models import ItemAssignment
from thinking.selectors.builds import asked_item


@transaction.atomic
def report_from_batch(
    *,
    assignment: ItemAssignment,
    subject: ProblemSubject,
    kind: str,
    text: str,
    position: int | None = None,
) -> ProblemReport:
    """Store what somebody reports from their own batch, with how the item was asked.

    Raises:
        AnnotationError: they have reported very much from it already.
        PersonAnswer.DoesNotExist: the batch has no such question.
        django.core.exceptions.ValidationError: the words are missing.
    """
    item = ReportedItem(subject)
    if position is not None:
        answer = assignment.answers.select_related("item").get(position=position)
        asked = asked_item(answer.item).prompt_at(answer.rotation)
        item = ReportedItem(subject, answer.item.item_id, asked)
    return report_item_problem(
        membership=assignment.membership,
        number=assignment.number,
        item=item,
        kind=kind,
        text=text,
    )
