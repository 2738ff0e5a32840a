"""Who judges in a study."""

import secrets
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.instrument import COUNTERBALANCED
from annotation.models import (
    Assignment,
    Invitation,
    Membership,
    MembershipRole,
    Study,
    marks_of,
)
from annotation.rules.studies.kinds import other_work
from annotation.selectors.people.marks import reason_against_judging
from annotation.services.studies.events import record_event
from annotation.services.studies.researchers import require_new

# What of a membership leads to its person, or is cleared with them.
_LINKS: Final = (
    "user",
    "participant_id",
    "platform_study_id",
    "platform_session_id",
    "resume_code_hash",
    "resume_code_until",
    "completion_code",
    "person_marks",
    "invitation",
    "joined_at",
    "left_at",
)
_MIX_MARKS: Final = """
WITH old AS (
    DELETE FROM annotation_personmark WHERE study_id = %s
    RETURNING study_id, mark, role
)
INSERT INTO annotation_personmark (id, study_id, mark, role)
SELECT gen_random_uuid(), study_id, mark, role FROM old ORDER BY mark
"""


@transaction.atomic
def add_annotator(
    *,
    study: Study,
    user: User,
    actor: User | None,
    invitation: Invitation | None = None,
    participant_id: str = "",
) -> Membership:
    """Let a person judge in a study; which verdict stands first is drawn now.

    Raises:
        AnnotationError: the person sees sources or could see them, is in the study
            already or has left it, or the study is closed.
    """
    if not user.is_annotator:
        msg = _(
            "%(user)s can't take part: the role %(role)s can see the right answers."
        ) % {"user": user.username, "role": user.get_role_display().lower()}
        raise AnnotationError(msg)
    require_new(study, user)
    if reason := reason_against_judging(
        study, user, participant_id, asks=actor == user
    ):
        raise AnnotationError(reason)
    membership = Membership.objects.create(
        study=study,
        user=user,
        role=MembershipRole.ANNOTATOR,
        first_verdict=secrets.choice(COUNTERBALANCED),
        invitation=invitation,
        participant_id=participant_id,
        person_marks=marks_of(study, user.pk, participant_id),
    )
    _record(membership, actor, user, own="annotator joined", other="annotator added")
    return membership


def _record(
    membership: Membership,
    actor: User | None,
    person: User | None,
    *,
    own: str,
    other: str,
) -> None:
    """Log what happened to an annotator; without a name where they did it themself."""
    is_own = actor is not None and actor == person
    record_event(
        study=membership.study,
        actor=None if is_own else actor,
        action=own if is_own else other,
        code=membership.code,
    )


@transaction.atomic
def forget_annotator(*, membership: Membership, actor: User | None) -> bool:
    """Cut every link from an annotator's code to the person; their judgments stay.

    Without any assignment the membership goes altogether (True); else the opaque code
    stays (False), without name, crowd id, invitation and the time of joining. The login
    stays, but not when it was created and last used. The study still knows the person
    by their mark, which no code leads to.
    """
    membership = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("study", "user")
        .get(pk=membership.pk, role=MembershipRole.ANNOTATOR)
    )
    person = membership.user
    _record(
        membership, actor, person, own="annotator left", other="annotator forgotten"
    )
    _mix_marks(membership.study)
    if person is not None:
        _blur_times(person)
    if not _has_work(membership):
        membership.delete()
        return True
    membership.user = None
    membership.participant_id = ""
    membership.platform_study_id = membership.platform_session_id = ""
    membership.resume_code_hash, membership.resume_code_until = "", None
    membership.completion_code = ""
    # When they read what would say when they were here.
    membership.message_receipts.all().delete()
    membership.person_marks = []
    membership.invitation = None
    membership.joined_at = _start_of_day(membership.joined_at)
    membership.left_at = timezone.now()
    membership.save(update_fields=_LINKS)
    return False


def _has_work(membership: Membership) -> bool:
    if work := other_work(membership.study):
        done = work.done([membership])[membership.pk]
        return done.held_count > 0 or done.has_lapsed
    return Assignment.objects.filter(membership=membership).exists()


def _mix_marks(study: Study) -> None:
    """Write the study's marks anew in their own order: the old one was of the codes."""
    with connection.cursor() as cursor:
        cursor.execute(_MIX_MARKS, [study.pk])


def _blur_times(person: User) -> None:
    """A login that was created or used at the minute of joining would tell the code."""
    first_day = _start_of_day(person.date_joined).replace(month=1, day=1)
    User.objects.filter(pk=person.pk).update(date_joined=first_day, last_login=None)


def _start_of_day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


@transaction.atomic
def delete_participants_login(*, user: User) -> bool:
    """Delete the login that was made for a crowd platform's person, once they left.

    Nobody can sign in with it. It stays while the person is in another study.
    """
    if user.has_usable_password() or Membership.objects.filter(user=user).exists():
        return False
    User.objects.filter(pk=user.pk).delete()
    return True
