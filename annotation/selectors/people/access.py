"""Who may open what: one helper an object, and the media rule for annotators.

Somebody else's object and one that does not exist answer alike: with 404.
"""

from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import Role, User
from accounts.raw_statements import column_list, next_instance
from annotation.models import (
    Assignment,
    Batch,
    Membership,
    MembershipRole,
    Study,
    StudyKind,
)

# Raw, as every request of the judge page begins with it.
_OWN_ASSIGNMENT: Final = f"""
SELECT {column_list("a", Assignment)}, {column_list("b", Batch)},
       {column_list("s", Study)}, {column_list("m", Membership)}
FROM annotation_assignment a
JOIN annotation_batch b ON b.id = a.batch_id
JOIN annotation_study s ON s.id = b.study_id
JOIN annotation_membership m ON m.id = a.membership_id
WHERE a.public_id = %s AND m.user_id = %s AND m.left_at IS NULL
"""  # noqa: S608


def membership_or_404(user: User, study_id: UUID) -> Membership:
    """The person's own membership as annotator, with its study."""
    return get_object_or_404(
        Membership.objects.select_related("study"),
        user=user,
        study__public_id=study_id,
        role=MembershipRole.ANNOTATOR,
        left_at__isnull=True,
    )


def assignment_or_404(user: User, assignment_id: UUID) -> Assignment:
    """The person's own assignment, with its batch, study and membership at hand."""
    with connection.cursor() as cursor:
        cursor.execute(_OWN_ASSIGNMENT, [assignment_id, user.pk])
        row = cursor.fetchone()
    if row is None:
        raise Http404
    values = iter(row)
    assignment, batch = next_instance(Assignment, values), next_instance(Batch, values)
    study, membership = next_instance(Study, values), next_instance(Membership, values)
    membership.study = batch.study = study
    assignment.batch, assignment.membership = batch, membership
    return assignment


def every_study_visible_to(user: User) -> QuerySet[Study]:
    """The studies a person may run and read: admins all, researchers their own."""
    if user.is_admin:
        return Study.objects.all()
    if not user.is_researcher:
        return Study.objects.none()
    return Study.objects.filter(
        memberships__user=user, memberships__role=MembershipRole.RESEARCHER
    )


def studies_visible_to(user: User) -> QuerySet[Study]:
    """Those of them that are about comments."""
    return every_study_visible_to(user).filter(kind=StudyKind.COMMENTS)


def study_or_404(user: User, study_id: UUID) -> Study:
    """A study of comments that the person may run and read."""
    return get_object_or_404(studies_visible_to(user), public_id=study_id)


def any_study_or_404(user: User, study_id: UUID) -> Study:
    """A study of any kind: for the pages that all kinds share."""
    return get_object_or_404(every_study_visible_to(user), public_id=study_id)


def may_watch_video(user: User, video_id: int) -> bool:
    """Media rule: annotators may watch the videos of their own work and practice."""
    own = Assignment.objects.filter(
        membership__user=user,
        membership__left_at__isnull=True,
        batch__video_id=video_id,
        batch__withdrawn_at__isnull=True,
    )
    return (
        own.exists()
        or Membership.objects.filter(
            user=user,
            left_at__isnull=True,
            study__training_items__video_id=video_id,
        ).exists()
    )


def reason_against_role(user: User, role: str) -> str:
    """Role rule: who can see sources never judges, in whichever order they come."""
    unfit = Membership.objects.filter(user=user).exclude(
        role=MembershipRole.ANNOTATOR
        if role == Role.ANNOTATOR
        else MembershipRole.RESEARCHER
    )
    titles = ", ".join(unfit.values_list("study__title", flat=True))
    if not titles:
        return ""
    if role == Role.ANNOTATOR:
        text = _(
            "%(user)s is a researcher in %(studies)s, and researchers can't judge. "
            "Remove them there first, on the People page."
        )
    else:
        text = _(
            "%(user)s judges in %(studies)s, and annotators can't see sources. Forget "
            "them there first, on the People page, or create another account."
        )
    return text % {"user": user.username, "studies": titles}
