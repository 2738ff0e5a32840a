"""Who judges in a study."""

import secrets

from django.db import transaction
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
from annotation.selectors.people.marks import reason_against_judging
from annotation.services.studies.events import record_event
from annotation.services.studies.researchers import require_new


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
            "%(user)s can't judge: the role %(role)s can see which comments are AI."
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
    record_event(
        study=study, actor=actor, action="annotator joined", code=membership.code
    )
    return membership


@transaction.atomic
def forget_annotator(*, membership: Membership, actor: User | None) -> bool:
    """Cut an annotator off from the study, as they asked; their judgments stay.

    Without any assignment the membership goes altogether (True); else its name and
    crowd id go and the opaque code stays (False). The login itself is not touched.
    Either way the study still knows the person by their mark, which no code leads to.
    """
    membership = Membership.objects.select_for_update().get(
        pk=membership.pk, role=MembershipRole.ANNOTATOR
    )
    record_event(
        study=membership.study,
        actor=actor,
        action="annotator forgotten",
        code=membership.code,
    )
    if not Assignment.objects.filter(membership=membership).exists():
        membership.delete()
        return True
    membership.user = None
    membership.participant_id = ""
    membership.person_marks = []
    membership.left_at = timezone.now()
    membership.save(update_fields=["user", "participant_id", "person_marks", "left_at"])
    return False
