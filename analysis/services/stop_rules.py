"""Setting the stop rule of a study: before its seal, never after."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from analysis.models import StudyStopRule
from annotation.models import Study
from annotation.services.studies.events import record_event
from annotation.services.studies.locks import lock_draft


@transaction.atomic
def set_stop_rule(
    *, study: Study, half_width: float | None, actor: User | None
) -> StudyStopRule | None:
    """Set, change or (with None) drop the rule; the log keeps every step.

    Raises:
        annotation.errors.AnnotationError: the study is sealed.
    """
    lock_draft(study)
    before = StudyStopRule.objects.filter(study=study).first()
    width_before = before and before.half_width
    if width_before == half_width:
        return before
    if before is not None:
        before.delete()
    record_event(
        study=study,
        actor=actor,
        action="stop rule set",
        half_width={"from": width_before, "to": half_width},
    )
    if half_width is None:
        return None
    return StudyStopRule.objects.create(
        study=study, half_width=half_width, set_by=actor, set_at=timezone.now()
    )
