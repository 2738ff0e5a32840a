"""A study under lock, in a state that allows what is to be done."""

from annotation.errors import AnnotationError
from annotation.models import Study, StudyState

NOT_CLOSED = (
    StudyState.DRAFT,
    StudyState.SEALED,
    StudyState.OPEN,
    StudyState.PAUSED,
)


def lock_study(study: Study, *allowed: StudyState, to: str) -> None:
    """Lock the study's row until the transaction ends, and read this object anew.

    Raises:
        AnnotationError: the study's state is none of `allowed`; `to` says in words
            what was to be done ("seal it", "change its videos").
    """
    study.refresh_from_db(from_queryset=Study.objects.select_for_update())
    if study.state not in allowed:
        states = " or ".join(StudyState(state).label.lower() for state in allowed)
        now = study.get_state_display().lower()
        msg = f"{study.title} is {now}; it must be {states} to {to}."
        raise AnnotationError(msg)


def lock_draft(study: Study, *, to: str) -> None:
    """Lock a study that is still a draft (see `lock_study`)."""
    lock_study(study, StudyState.DRAFT, to=to)
