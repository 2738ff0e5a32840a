"""Leaving an annotator out of the results: a recorded decision, with a reason."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import Membership, MembershipRole
from annotation.services.studies.events import record_event
from annotation.services.studies.nameless import require_nameless


@transaction.atomic
def exclude_annotator(
    *, membership: Membership, actor: User, reason: str
) -> Membership:
    """Leave an annotator's judgments out of every report; they stay stored.

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
    _save(membership)
    record_event(
        study=membership.study,
        actor=actor,
        action="annotator excluded",
        code=membership.code,
        reason=reason,
    )
    return membership


@transaction.atomic
def include_annotator(*, membership: Membership, actor: User) -> Membership:
    """Take an exclusion back; the log keeps both decisions.

    Raises:
        AnnotationError: the annotator is not excluded.
    """
    membership = _lock_annotator(membership)
    if membership.excluded_at is None:
        msg = _("%(code)s is not excluded.") % {"code": membership.code}
        raise AnnotationError(msg)
    membership.excluded_at = None
    membership.excluded_by = None
    membership.exclusion_reason = ""
    _save(membership)
    record_event(
        study=membership.study,
        actor=actor,
        action="annotator included",
        code=membership.code,
    )
    return membership


def _lock_annotator(membership: Membership) -> Membership:
    return (
        Membership.objects.select_for_update(of=("self",))
        .select_related("study")
        .get(pk=membership.pk, role=MembershipRole.ANNOTATOR)
    )


def _save(membership: Membership) -> None:
    membership.save(update_fields=["excluded_at", "excluded_by", "exclusion_reason"])
