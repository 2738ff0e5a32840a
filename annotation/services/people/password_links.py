"""Who may give an annotator a link for a new password; the log keeps who did."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import Membership
from annotation.selectors.people.access import every_study_visible_to
from annotation.services.studies.events import record_event


@transaction.atomic
def allow_password_link(*, membership: Membership, actor: User) -> User:
    """The annotator for whom the actor may make a link.

    Whoever has the link can become that person, so a researcher may make one only for
    somebody who is in no study but theirs; admins may always.

    Raises:
        AnnotationError: the annotator has left, has no password, or is in a study
            that the actor doesn't run.
    """
    person = membership.user
    if person is None or not (person.is_active and person.has_usable_password()):
        msg = _("%(code)s doesn't sign in with a password.") % {"code": membership.code}
        raise AnnotationError(msg)
    elsewhere = Membership.objects.filter(user=person).exclude(
        study__in=every_study_visible_to(actor)
    )
    if elsewhere.exists():
        msg = _(
            "%(code)s is also in a study that you don't run. Ask an admin to create "
            "the link."
        ) % {"code": membership.code}
        raise AnnotationError(msg)
    record_event(
        study=membership.study,
        actor=actor,
        action="password link created",
        code=membership.code,
    )
    return person
