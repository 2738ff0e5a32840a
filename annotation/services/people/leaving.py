"""Leaving a study: what a person judged stays without their name, or goes with them."""

from django.db import transaction

from accounts.models import User
from annotation.models import (
    Assignment,
    AssignmentState,
    Judgment,
    JudgmentRevision,
    Membership,
    Presentation,
)
from annotation.rules.studies.kinds import other_work
from annotation.selectors.judging.standing import lock_standing
from annotation.services.judging.freeing import close_reopened
from annotation.services.judging.places import end_work
from annotation.services.people.memberships import (
    delete_participants_login,
    forget_annotator,
)


@transaction.atomic
def leave_study(*, membership: Membership, actor: User, deletes_answers: bool) -> bool:
    """Let an annotator go; nothing that is left behind leads to the person.

    A batch in work gives its place back; one that was reopened is submitted again.
    Submitted judgments stay under the opaque code and count as before; or, as the
    person wishes, everything that they answered is deleted, and the places that they
    held are given to somebody else.

    Returns:
        Whether their login is gone as well, as it was a crowd participant's.
    """
    lock_standing(membership)
    if work := other_work(membership.study):
        work.end(membership, deletes_answers=deletes_answers)
    close_reopened(membership.pk)
    end_work(membership.pk, [AssignmentState.ACTIVE])
    if deletes_answers:
        membership.problem_reports.all().delete()
        end_work(membership.pk, [AssignmentState.SUBMITTED])
        _delete_work(membership)
    person, is_participant = membership.user, membership.participant_id != ""
    forget_annotator(membership=membership, actor=actor)
    if person is None or not is_participant:
        return False
    return delete_participants_login(user=person)


def _delete_work(membership: Membership) -> None:
    of_presentation = {"presentation__assignment__membership": membership}
    JudgmentRevision.objects.filter(**of_presentation).delete()
    Judgment.objects.filter(**of_presentation).delete()
    Presentation.objects.filter(assignment__membership=membership).delete()
    work = Assignment.objects.filter(membership=membership)
    work.exclude(repeat_of=None).delete()
    work.delete()
