"""What a study needs next, from its state and its counts."""

from enum import Enum

from annotation.models import StudyState
from annotation.selectors.studies.listing import StudyRow


class NextAction(Enum):
    """The one thing to do next: the button, the page it leads to, and why."""

    CHOOSE_VIDEOS = (
        "Choose videos",
        "annotation:study_videos",
        "It has no videos yet.",
    )
    CHOOSE_SOURCES = (
        "Choose sources",
        "annotation:study_sources",
        "It does not say yet which AI sources it tests.",
    )
    ADD_COMMENTS = (
        "See what is missing",
        "annotation:study_readiness",
        "Some batches lack comments.",
    )
    SEAL = ("Seal", "annotation:study_seal", "Every batch is full.")
    OPEN = ("Open", "annotation:study_open", "It is sealed; nobody can judge yet.")
    INVITE = (
        "Invite annotators",
        "annotation:study_invitations",
        "It is open, and nobody has joined.",
    )
    WAIT = ("See who does what", "annotation:study_people", "It is open.")
    CLOSE = ("Close", "annotation:study_close", "Everything is judged.")
    RESUME = (
        "Resume",
        "annotation:study_resume",
        "It is paused: no work is given out.",
    )
    READ = ("Read the report", "analysis:report", "It is closed.")

    def __init__(self, label: str, url_name: str, reason: str) -> None:
        self.label = label
        self.url_name = url_name
        self.reason = reason


def next_action(row: StudyRow) -> NextAction:
    """The next action of a study, whatever else could be done with it."""
    match row.study.state:
        case StudyState.DRAFT:
            return _action_of_draft(row)
        case StudyState.SEALED:
            return NextAction.OPEN
        case StudyState.PAUSED:
            return NextAction.RESUME
        case StudyState.CLOSED:
            return NextAction.READ
    if row.counts.submitted >= row.counts.places:
        return NextAction.CLOSE
    return NextAction.WAIT if row.counts.annotators else NextAction.INVITE


def _action_of_draft(row: StudyRow) -> NextAction:
    if not row.counts.batches:
        return NextAction.CHOOSE_VIDEOS
    if not row.counts.sources:
        return NextAction.CHOOSE_SOURCES
    return NextAction.ADD_COMMENTS if row.missing else NextAction.SEAL
