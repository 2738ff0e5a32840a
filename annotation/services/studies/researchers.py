"""Who runs a study."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.instrument import COUNTERBALANCED
from annotation.models import Membership, MembershipRole, Study, StudyState, marks_of
from annotation.services.studies.events import record_event


@transaction.atomic
def add_researcher(*, study: Study, user: User, actor: User | None) -> Membership:
    """Let a researcher run a study and read its results.

    Raises:
        AnnotationError: the person is an annotator, or in the study already.
    """
    if not user.is_researcher:
        msg = _(
            "%(user)s is an annotator. An admin can change the role to researcher."
        ) % {"user": user.username}
        raise AnnotationError(msg)
    require_new(study, user)
    membership = Membership.objects.create(
        study=study,
        user=user,
        role=MembershipRole.RESEARCHER,
        # Means nothing for researchers.
        first_verdict=COUNTERBALANCED[0],
        person_marks=marks_of(study, user.pk),
    )
    record_event(
        study=study, actor=actor, action="researcher added", user=user.username
    )
    return membership


@transaction.atomic
def remove_researcher(*, membership: Membership, actor: User) -> None:
    """Take a researcher out of a study.

    Raises:
        AnnotationError: it is the study's last researcher.
    """
    study = Study.objects.select_for_update().get(pk=membership.study_id)
    researchers = study.memberships.filter(role=MembershipRole.RESEARCHER)
    if not researchers.exclude(pk=membership.pk).exists():
        msg = _("A study needs at least one researcher. Add another one first.")
        raise AnnotationError(msg)
    researchers.filter(pk=membership.pk).delete()
    record_event(
        study=study,
        actor=actor,
        action="researcher removed",
        user=membership.user.username if membership.user else "",
    )


def require_new(study: Study, user: User) -> None:
    """Refuse whoever is in the study already, and everybody once it is closed."""
    if study.state == StudyState.CLOSED:
        msg = _("%(study)s is closed, so nobody can join it.") % {"study": study.title}
        raise AnnotationError(msg)
    if Membership.objects.filter(study=study, user=user).exists():
        msg = _("%(user)s is already in %(study)s.") % {
            "user": user.username,
            "study": study.title,
        }
        raise AnnotationError(msg)
