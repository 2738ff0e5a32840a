"""The study's log."""

from accounts.models import User
from annotation.models import Study, StudyEvent


def record_event(
    *, study: Study, actor: User | None, action: str, **detail: object
) -> StudyEvent:
    """Write who did what into the study's log, in the caller's transaction.

    `action` is a verb in the past tense; `detail` must be storable as JSON. `actor` is
    None for what the command line did.
    """
    return StudyEvent.objects.create(
        study=study, actor=actor, action=action, detail=detail
    )
