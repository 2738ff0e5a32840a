"""A study's way: draft, sealed, open (and paused), closed."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.errors import StudyNotReadyError
from annotation.models import Study, StudyState
from annotation.selectors.studies.reasons import (
    reasons_against_opening,
    reasons_against_seal,
)
from annotation.services.studies.events import record_event
from annotation.services.studies.locks import lock_draft, lock_study
from corpus.eligibility import ELIGIBILITY_VERSION


@transaction.atomic
def seal_study(*, study: Study, actor: User | None) -> Study:
    """Fix the batches for good and give each its places.

    Raises:
        StudyNotReadyError: something is missing; its `reasons` say what.
        AnnotationError: the study is sealed already.
    """
    lock_draft(study)
    if reasons := reasons_against_seal(study):
        msg = _("%(study)s can't be sealed yet.") % {"study": study.title}
        raise StudyNotReadyError(msg, reasons)
    study.state = StudyState.SEALED
    study.sealed_at, study.archived_at = timezone.now(), None
    study.save(update_fields=["state", "sealed_at", "archived_at"])
    count = study.batches.update(
        sealed_at=study.sealed_at,
        place_count=study.redundancy,
        eligibility_version=ELIGIBILITY_VERSION,
    )
    record_event(
        study=study,
        actor=actor,
        action="sealed",
        batches=count,
        eligibility_version=ELIGIBILITY_VERSION,
    )
    return study


@transaction.atomic
def open_study(*, study: Study, actor: User | None) -> Study:
    """Let annotators begin.

    Raises:
        StudyNotReadyError: a text is missing; its `reasons` say which.
        AnnotationError: the study is not sealed, or open already.
    """
    lock_study(study, StudyState.SEALED)
    if reasons := reasons_against_opening(study):
        msg = _("%(study)s can't be opened yet.") % {"study": study.title}
        raise StudyNotReadyError(msg, reasons)
    study.opened_at = timezone.now()
    return _change_state(study, StudyState.OPEN, "opened", actor)


@transaction.atomic
def pause_study(*, study: Study, actor: User | None) -> Study:
    """Give out no new work; batches in work can be finished."""
    lock_study(study, StudyState.OPEN)
    return _change_state(study, StudyState.PAUSED, "paused", actor)


@transaction.atomic
def resume_study(*, study: Study, actor: User | None) -> Study:
    """Give out work again."""
    lock_study(study, StudyState.PAUSED)
    return _change_state(study, StudyState.OPEN, "resumed", actor)


@transaction.atomic
def close_study(*, study: Study, actor: User | None) -> Study:
    """End the study for good: no more work, no more annotators."""
    lock_study(study, StudyState.SEALED, StudyState.OPEN, StudyState.PAUSED)
    study.closed_at = timezone.now()
    return _change_state(study, StudyState.CLOSED, "closed", actor)


@transaction.atomic
def archive_study(*, study: Study, is_archived: bool, actor: User | None) -> Study:
    """Take a draft or a closed study out of the list, or put it back.

    Nothing else changes; a draft that is sealed comes back by itself.

    Raises:
        AnnotationError: the study is neither.
    """
    lock_study(study, StudyState.DRAFT, StudyState.CLOSED)
    study.archived_at = timezone.now() if is_archived else None
    study.save(update_fields=["archived_at"])
    action = "archived" if is_archived else "taken out of the archive"
    record_event(study=study, actor=actor, action=action)
    return study


def _change_state(
    study: Study, state: StudyState, action: str, actor: User | None
) -> Study:
    study.state = state
    study.save(update_fields=["state", "opened_at", "closed_at"])
    record_event(study=study, actor=actor, action=action)
    return study
