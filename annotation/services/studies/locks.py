"""A study under lock, in a state that allows what is to be done."""

from django.utils.translation import gettext as _

from annotation.errors import AnnotationError
from annotation.models import Study, StudyState

NOT_CLOSED = (
    StudyState.DRAFT,
    StudyState.SEALED,
    StudyState.OPEN,
    StudyState.PAUSED,
)


def lock_study(study: Study, *allowed: StudyState) -> None:
    """Lock the study's row until the transaction ends, and read this object anew.

    Raises:
        AnnotationError: the study's state is none of `allowed`.
    """
    study.refresh_from_db(from_queryset=Study.objects.select_for_update())
    if study.state not in allowed:
        msg = _(
            "%(study)s is %(state)s. This is only possible in these states: "
            "%(allowed)s."
        ) % {
            "study": study.title,
            "state": study.get_state_display().lower(),
            "allowed": ", ".join(StudyState(state).label.lower() for state in allowed),
        }
        raise AnnotationError(msg)


def lock_draft(study: Study) -> None:
    """Lock a study that is still a draft (see `lock_study`)."""
    lock_study(study, StudyState.DRAFT)
