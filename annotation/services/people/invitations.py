"""Invitations: links into a study, and coming in by one."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Role, User
from annotation.errors import InvitationUnusableError
from annotation.models import (
    Invitation,
    Membership,
    MembershipRole,
    StudyState,
)
from annotation.rules.studies.ways_out import EndReason
from annotation.selectors.judging.annotator_progress import is_place_left
from annotation.services.people.memberships import add_annotator
from annotation.services.studies.events import record_event
from annotation.services.studies.locks import NOT_CLOSED, lock_study


@transaction.atomic
def create_invitation(*, invitation: Invitation, actor: User) -> Invitation:
    """Save a new link into a study that is not closed (the row is not saved yet).

    Raises:
        AnnotationError: the study is closed.
        django.core.exceptions.ValidationError: a value is out of range.
    """
    study = invitation.study
    lock_study(study, *NOT_CLOSED)
    invitation.created_by = actor
    invitation.full_clean()
    invitation.save()
    record_event(
        study=study,
        actor=actor,
        action="invitation created",
        label=invitation.label,
        kind=invitation.kind,
        cap=invitation.cap,
    )
    return invitation


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, actor: User) -> Invitation:
    """Let nobody in by this link any more; who came by it stays in the study."""
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("study")
        .get(pk=invitation.pk)
    )
    if invitation.revoked_at is None:
        invitation.revoked_at = timezone.now()
        invitation.save(update_fields=["revoked_at"])
        record_event(
            study=invitation.study,
            actor=actor,
            action="invitation revoked",
            label=invitation.label,
        )
    return invitation


# --- Coming in ----------------------------------------------------------------------


@transaction.atomic
def join_by_invitation(*, invitation: Invitation, user: User) -> Membership:
    """Let an annotator with a login into the study; who is in already just stays in.

    Raises:
        InvitationUnusableError: the link is revoked, expired or full, or the study is
            closed.
        AnnotationError: the person may see sources, and so never judges.
    """
    invitation = lock_invitation(invitation)
    membership = Membership.objects.filter(study=invitation.study, user=user).first()
    if membership is not None and membership.role == MembershipRole.ANNOTATOR:
        return membership
    return come_in(invitation, user, participant_id="")


@transaction.atomic
def join_with_new_login(*, invitation: Invitation, user: User) -> Membership:
    """Let a person in who just made a login (checked and not saved yet).

    Raises:
        InvitationUnusableError: as `join_by_invitation`; no login is made then.
    """
    invitation = lock_invitation(invitation)
    user.role = Role.ANNOTATOR
    user.save()
    return come_in(invitation, user, participant_id="")


def lock_invitation(invitation: Invitation) -> Invitation:
    """Lock link and study: who comes at the same moment is counted one by one.

    The study too, as one person may come by two of its links at once.
    """
    return (
        Invitation.objects.select_for_update(of=("self", "study"), no_key=True)
        .select_related("study")
        .get(pk=invitation.pk)
    )


def come_in(invitation: Invitation, user: User, *, participant_id: str) -> Membership:
    """Let a new person in by a locked link; one more has come by it.

    Raises:
        InvitationUnusableError: the link lets nobody in.
    """
    require_usable(invitation)
    Invitation.objects.filter(pk=invitation.pk).update(used_count=F("used_count") + 1)
    return add_annotator(
        study=invitation.study,
        user=user,
        actor=user,
        invitation=invitation,
        participant_id=participant_id,
    )


def require_usable(invitation: Invitation) -> None:
    """Refuse a link that lets nobody new in, or into a study without a free place.

    Raises:
        InvitationUnusableError: with the reason.
    """
    reason = problem_with(invitation, now=timezone.now())
    study = invitation.study
    if reason is None and study.is_open and not is_place_left(study):
        reason = EndReason.NO_PLACE
    if reason is not None:
        raise InvitationUnusableError(str(reason.text), reason)


def problem_with(invitation: Invitation, *, now: datetime) -> EndReason | None:
    """Why nobody new comes in by a link; None if they do."""
    if invitation.revoked_at is not None:
        return EndReason.LINK_REVOKED
    if invitation.study.state == StudyState.CLOSED:
        return EndReason.JOINED_TOO_LATE
    if invitation.expires_at is not None and invitation.expires_at <= now:
        return EndReason.LINK_EXPIRED
    if invitation.cap is not None and invitation.used_count >= invitation.cap:
        return EndReason.LINK_FULL
    return None
