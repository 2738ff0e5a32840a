"""Who is in a study, as annotator or as researcher."""

import secrets

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import (
    Assignment,
    Invitation,
    Membership,
    MembershipRole,
    Study,
    StudyState,
    Verdict,
)
from annotation.services.events import record_event


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
        AnnotationError: the person may see sources, is in the study already, or the
            study is closed.
    """
    if not user.is_annotator:
        role = user.get_role_display().lower()
        msg = f"{user.username} is {role}: who can see sources never judges."
        raise AnnotationError(msg)
    _require_new(study, user)
    membership = Membership.objects.create(
        study=study,
        user=user,
        role=MembershipRole.ANNOTATOR,
        first_verdict=secrets.choice(Verdict.values),
        invitation=invitation,
        participant_id=participant_id,
    )
    record_event(
        study=study, actor=actor, action="annotator joined", code=membership.code
    )
    return membership


@transaction.atomic
def add_researcher(*, study: Study, user: User, actor: User | None) -> Membership:
    """Let a researcher run a study and read its results.

    Raises:
        AnnotationError: the person is an annotator, or in the study already.
    """
    if not user.is_researcher:
        msg = f"{user.username} is an annotator: an admin can make them a researcher."
        raise AnnotationError(msg)
    _require_new(study, user)
    membership = Membership.objects.create(
        study=study,
        user=user,
        role=MembershipRole.RESEARCHER,
        # Means nothing for researchers.
        first_verdict=Verdict.HUMAN,
    )
    record_event(
        study=study, actor=actor, action="researcher added", user=user.username
    )
    return membership


def _require_new(study: Study, user: User) -> None:
    if study.state == StudyState.CLOSED:
        msg = f"{study.title} is closed: nobody joins it any more."
        raise AnnotationError(msg)
    if Membership.objects.filter(study=study, user=user).exists():
        msg = f"{user.username} is in {study.title} already."
        raise AnnotationError(msg)


@transaction.atomic
def remove_researcher(*, membership: Membership, actor: User) -> None:
    """Take a researcher out of a study.

    Raises:
        AnnotationError: it is the study's last researcher.
    """
    study = Study.objects.select_for_update().get(pk=membership.study_id)
    researchers = study.memberships.filter(role=MembershipRole.RESEARCHER)
    if not researchers.exclude(pk=membership.pk).exists():
        msg = "A study keeps at least one researcher: add another one first."
        raise AnnotationError(msg)
    researchers.filter(pk=membership.pk).delete()
    record_event(
        study=study,
        actor=actor,
        action="researcher removed",
        user=membership.user.username if membership.user else "",
    )


@transaction.atomic
def forget_annotator(*, membership: Membership, actor: User | None) -> bool:
    """Cut an annotator off from the study, as they asked; their judgments stay.

    Without any assignment the membership goes altogether (True); else its name and
    crowd id go and the opaque code stays (False). The login itself is not touched.
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
    membership.left_at = timezone.now()
    membership.save(update_fields=["user", "participant_id", "left_at"])
    return False
