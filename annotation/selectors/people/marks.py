"""Why a person whom a study knows already can't judge in it (again)."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from annotation.models import MembershipRole, PersonMark, Study, marks_of
from annotation.rules.studies.kinds import studies_that_tell

# Whether the person asks -> the words.
_HAS_LEFT: Final = {
    True: _(
        "You left this study earlier. Because you may have seen some of its comments, "
        "you can't join it again."
    ),
    False: _(
        "%(user)s left this study earlier and may have seen some of its comments, so "
        "they can't join it again."
    ),
}
_WAS_RESEARCHER: Final = {
    True: _(
        "You were a researcher of this study, so you could see the right answers. You "
        "can take part in other studies, but not in this one."
    ),
    False: _(
        "%(user)s was a researcher of this study and could see the right answers, so "
        "they can't take part in it."
    ),
}
_WAS_ADMIN: Final = {
    True: _(
        "You were an admin while this study existed, so you could see the right "
        "answers. You can take part in later studies, but not in this one."
    ),
    False: _(
        "%(user)s was an admin while this study existed and could see the right "
        "answers, so they can't take part in it."
    ),
}
# Whether the study is of comments, and whether the person asks -> the words.
_SAW_COMMENTS_ELSEWHERE: Final = {
    (True, True): _(
        "You took part in another study that shows which comments people wrote about "
        "the same videos, so you can't judge in this one."
    ),
    (True, False): _(
        "%(user)s took part in another study that shows which comments people wrote "
        "about the same videos, so they can't judge in this one."
    ),
    (False, True): _(
        "You judge comments on the same videos in another study, and this one shows "
        "which comments people wrote. You can join it when the other one is closed."
    ),
    (False, False): _(
        "%(user)s judges comments on the same videos in another study, and this one "
        "shows which comments people wrote. They can join it when the other one is "
        "closed."
    ),
}


def reason_against_judging(
    study: Study, user: User, participant_id: str = "", *, asks: bool
) -> str:
    """Why a person who is not in the study can't judge in it; empty if they can.

    Args:
        study: the study that they would join.
        user: the person's login.
        participant_id: the crowd platform's id of the person, if any.
        asks: whether the person asks for themself, and the words are for them.
    """
    known = PersonMark.objects.filter(
        study=study, mark__in=marks_of(study, user.pk, participant_id)
    )
    roles = {*known.values_list("role", flat=True)}
    if MembershipRole.RESEARCHER in roles:
        words = _WAS_RESEARCHER[asks]
    elif roles:
        words = _HAS_LEFT[asks]
    elif _was_admin(study, user):
        words = _WAS_ADMIN[asks]
    elif _is_told_elsewhere(study, user, participant_id):
        words = _SAW_COMMENTS_ELSEWHERE[study.is_of_comments, asks]
    else:
        return ""
    return str(words) % {"user": user.username, "study": study.title}


def _is_told_elsewhere(study: Study, user: User, participant_id: str) -> bool:
    """Whether the person was in a study that gives away what another one asks."""
    return any(
        PersonMark.objects.filter(
            study=other,
            role=MembershipRole.ANNOTATOR,
            mark__in=marks_of(other, user.pk, participant_id),
        ).exists()
        for other in studies_that_tell(study)
    )


def _was_admin(study: Study, user: User) -> bool:
    # Kept by the database: the row at hand may be older.
    return User.objects.filter(pk=user.pk, admin_until__gte=study.created_at).exists()
