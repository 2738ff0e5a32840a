"""Leaving an annotator out of the results: a recorded decision, with a reason."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import AssignmentState, Membership, MembershipRole
from annotation.rules.studies.kinds import other_work
from annotation.services.judging.freeing import (
    close_reopened,
    free_submitted_places,
    take_freed_places,
)
from annotation.services.judging.places import end_work
from annotation.services.studies.events import record_event
from annotation.services.studies.nameless import require_nameless


@transaction.atomic
def exclude_annotator(
    *, membership: Membership, actor: User, reason: str, frees_places: bool = False
) -> Membership:
    """Leave an annotator's judgments out of every report; they stay stored.

    Args:
        membership: the annotator's.
        actor: who decides it.
        reason: why; reports state it.
        frees_places: whether the batches that they have or had go to others, so that
            each is judged by as many as planned.

    Raises:
        AnnotationError: no reason was given, it names the person, or the annotator is
            excluded already.
    """
    reason = reason.strip()
    if not reason:
        msg = _("Enter a reason. Reports state it for every exclusion.")
        raise AnnotationError(msg)
    membership = _lock_annotator(membership)
    require_nameless(reason, membership)
    if membership.excluded_at is not None:
        msg = _("%(code)s is already excluded.") % {"code": membership.code}
        raise AnnotationError(msg)
    membership.excluded_at = timezone.now()
    membership.excluded_by = actor
    membership.exclusion_reason = reason
    freed = _free_places(membership) if frees_places else 0
    _save(membership)
    record_event(
        study=membership.study,
        actor=actor,
        action="annotator excluded",
        code=membership.code,
        reason=reason,
        **({"freed_places": freed} if frees_places else {}),
    )
    return membership


@transaction.atomic
def include_annotator(*, membership: Membership, actor: User) -> Membership:
    """Take an exclusion back; the log keeps both decisions.

    Raises:
        AnnotationError: the annotator is not excluded, or others have their places.
    """
    membership = _lock_annotator(membership)
    if membership.excluded_at is None:
        msg = _("%(code)s is not excluded.") % {"code": membership.code}
        raise AnnotationError(msg)
    membership.excluded_at = None
    membership.excluded_by = None
    membership.exclusion_reason = ""
    # First, as an excluded annotator takes no place.
    _save(membership)
    taken = _take_places_again(membership)
    record_event(
        study=membership.study,
        actor=actor,
        action="annotator included",
        code=membership.code,
        **({"places_taken_again": taken} if taken else {}),
    )
    return membership


def _free_places(membership: Membership) -> int:
    """Give all that the annotator has to others; how many batches that are."""
    if work := other_work(membership.study):
        return work.free(membership)
    close_reopened(membership.pk)
    in_work = membership.assignments.filter(state=AssignmentState.ACTIVE).exclude(
        place=None
    )
    count = in_work.count()
    end_work(membership.pk, [AssignmentState.ACTIVE])
    return count + free_submitted_places(membership.pk)


def _take_places_again(membership: Membership) -> int:
    work = other_work(membership.study)
    taken, lost = (
        work.take_again(membership) if work else take_freed_places(membership.pk)
    )
    if lost:
        msg = ngettext(
            "%(code)s can't count again: %(count)d of their batches has been given to "
            "another annotator since, so it would be judged by more annotators than "
            "planned.",
            "%(code)s can't count again: %(count)d of their batches have been given to "
            "other annotators since, so they would be judged by more annotators than "
            "planned.",
            lost,
        )
        raise AnnotationError(msg % {"code": membership.code, "count": lost})
    return taken


def _lock_annotator(membership: Membership) -> Membership:
    return (
        Membership.objects.select_for_update(of=("self",))
        .select_related("study")
        .get(pk=membership.pk, role=MembershipRole.ANNOTATOR)
    )


def _save(membership: Membership) -> None:
    membership.save(update_fields=["excluded_at", "excluded_by", "exclusion_reason"])
