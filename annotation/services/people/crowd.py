"""People of a crowd platform: they come without a login, and only they come back."""

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accounts.models import Role, User
from annotation.errors import InvitationUnusableError, OtherDeviceError
from annotation.models import (
    Invitation,
    InvitationKind,
    Membership,
    PersonMark,
    participant_mark,
    secret_code,
)
from annotation.rules.people.platforms import Arrival
from annotation.services.people.invitations import (
    come_in,
    lock_invitation,
    require_usable,
)

_LIFETIME: Final = timedelta(hours=24)
_SALT: Final = "annotation.resume_code"


@transaction.atomic
def join_as_participant(
    *,
    invitation: Invitation,
    arrival: Arrival,
    is_own_device: Callable[[User], bool] = lambda _: False,
) -> Membership:
    """Let a crowd platform's person in, by the id that the platform gave them.

    The first time a login without a password is made for them, under a random name.
    The same id comes back to it on a device where they were before, also when the link
    is full or has expired since.

    Args:
        invitation: the link.
        arrival: what the platform sent along.
        is_own_device: whether this person was on the device at hand before.

    Raises:
        InvitationUnusableError: the link is revoked, or a new person would come in
            and it is expired or full, or the study is closed; or the id is malformed.
        OtherDeviceError: the study knows the id, and not from this device.
    """
    require_participant(arrival)
    invitation = lock_invitation(invitation)
    known = participant(invitation, arrival.participant_id)
    if known is not None and known.user and is_own_device(known.user):
        return _back(known, arrival)
    # Before the rest, so that a link that lets nobody in tells nobody who is in.
    require_usable(invitation)
    if known is not None or _was_in(invitation, arrival.participant_id):
        raise OtherDeviceError
    user = User(username=f"p-{secrets.token_hex(6)}", role=Role.ANNOTATOR)
    user.set_unusable_password()
    user.save()
    return _back(
        come_in(invitation, user, participant_id=arrival.participant_id), arrival
    )


def require_participant(arrival: Arrival) -> None:
    """Refuse whom no platform sent.

    Raises:
        InvitationUnusableError: the id is missing, or has signs that no platform uses;
            or the person has not accepted the task yet.
    """
    if arrival.is_preview:
        msg = _(
            "This is a preview. Accept the task on the platform, then open the study "
            "again."
        )
        raise InvitationUnusableError(msg)
    if not arrival.participant_id:
        msg = _(
            "The link has no valid id from the platform that sent you. Open the study "
            "from the platform again."
        )
        raise InvitationUnusableError(msg)


def participant(invitation: Invitation, participant_id: str) -> Membership | None:
    """The membership of a person who came with this id before, by any link."""
    if invitation.kind != InvitationKind.CROWD or invitation.revoked_at is not None:
        return None
    return (
        Membership.objects.select_related("user", "study")
        .filter(study=invitation.study, participant_id=participant_id)
        .exclude(participant_id="")
        .first()
    )


def _was_in(invitation: Invitation, participant_id: str) -> bool:
    mark = participant_mark(invitation.study, participant_id)
    return PersonMark.objects.filter(study=invitation.study, mark=mark).exists()


def _back(membership: Membership, arrival: Arrival) -> Membership:
    """Keep what the platform sent this time."""
    if arrival.study_id or arrival.session_id:
        membership.platform_study_id = arrival.study_id
        membership.platform_session_id = arrival.session_id
        membership.save(update_fields=["platform_study_id", "platform_session_id"])
    return membership


# --- On another device --------------------------------------------------------------


@transaction.atomic
def make_resume_code(*, membership: Membership) -> str:
    """A code that lets the participant in on another device, once and for a day.

    It replaces an earlier one; only its hash is stored.
    """
    code = secret_code()
    membership.resume_code_hash = _hash(membership, code.replace("-", ""))
    membership.resume_code_until = timezone.now() + _LIFETIME
    membership.save(update_fields=["resume_code_hash", "resume_code_until"])
    return code


@transaction.atomic
def resume_with_code(
    *, invitation: Invitation, arrival: Arrival, code: str
) -> Membership | None:
    """The participant's membership if the code is theirs; it works no second time."""
    require_participant(arrival)
    invitation = lock_invitation(invitation)
    membership = participant(invitation, arrival.participant_id)
    if membership is None or membership.resume_code_until is None:
        return None
    signs = "".join(filter(str.isalnum, code.upper()))
    is_right = constant_time_compare(
        membership.resume_code_hash, _hash(membership, signs)
    )
    if not is_right or membership.resume_code_until < timezone.now():
        return None
    membership.resume_code_hash, membership.resume_code_until = "", None
    membership.save(update_fields=["resume_code_hash", "resume_code_until"])
    return _back(membership, arrival)


def _hash(membership: Membership, signs: str) -> str:
    value = f"{membership.pk}\0{signs}"
    return salted_hmac(_SALT, value, algorithm="sha256").hexdigest()
