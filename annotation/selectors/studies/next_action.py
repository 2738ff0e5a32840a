"""What a study needs next, from its state and its counts."""

from collections.abc import Collection
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from annotation.models import StudyState
from annotation.selectors.studies.listing import StudyRow


class NextAction(Enum):
    """The one thing to do next: the button, the page it leads to, and why."""

    CHOOSE_VIDEOS = (
        _("Choose videos"),
        "annotation:study_videos",
        _("The study has no videos yet."),
    )
    CHOOSE_SOURCES = (
        _("Choose sources"),
        "annotation:study_sources",
        _("The study has no AI sources yet."),
    )
    ADD_COMMENTS = (
        _("See what is missing"),
        "annotation:study_readiness",
        _("Some batches are missing comments."),
    )
    UNBLOCK = (
        _("Go to readiness"),
        "annotation:study_readiness",
        _("All batches are full, but the study can't be sealed yet."),
    )
    SEAL = (
        _("Seal"),
        "annotation:study_seal",
        _("Everything is ready. The seal fixes what annotators will see."),
    )
    WRITE_TEXTS = (
        _("Write the texts"),
        "annotation:study_texts",
        _(
            "The study is sealed. Before it can open, annotators need guidelines and "
            "a consent text."
        ),
    )
    OPEN = (
        _("Open"),
        "annotation:study_open",
        _("The study is sealed but not open: nobody can judge yet."),
    )
    INVITE = (
        _("Invite annotators"),
        "annotation:study_invitations",
        _("The study is open, but nobody has joined yet."),
    )
    WAIT = (
        _("See annotators"),
        "annotation:study_people",
        _("The study is open and annotators are judging. Nothing needs you now."),
    )
    CLOSE = (_("Close"), "annotation:study_close", _("All assignments are submitted."))
    RESUME = (
        _("Resume"),
        "annotation:study_resume",
        _("The study is paused: no new batches are given out."),
    )
    READ = (_("Read the report"), "analysis:report", _("The study is closed."))

    def __init__(
        self, label: str | Promise, url_name: str, reason: str | Promise
    ) -> None:
        self.label = label
        self.url_name = url_name
        self.reason = reason


def next_action(row: StudyRow, reasons: Collection[str] = ()) -> NextAction:
    """The next action of a study, whatever else could be done with it.

    Args:
        row: Where the study stands.
        reasons: What is known to be against its seal, or if sealed, its opening.
    """
    match row.study.state:
        case StudyState.DRAFT:
            return _action_of_draft(row, reasons)
        case StudyState.SEALED:
            return NextAction.WRITE_TEXTS if reasons else NextAction.OPEN
        case StudyState.PAUSED:
            return NextAction.RESUME
        case StudyState.CLOSED:
            return NextAction.READ
    if row.counts.submitted >= row.counts.places:
        return NextAction.CLOSE
    return NextAction.WAIT if row.counts.annotators else NextAction.INVITE


def _action_of_draft(row: StudyRow, reasons: Collection[str]) -> NextAction:
    if not row.counts.batches:
        return NextAction.CHOOSE_VIDEOS
    if not row.counts.sources:
        return NextAction.CHOOSE_SOURCES
    if row.missing:
        return NextAction.ADD_COMMENTS
    return NextAction.UNBLOCK if reasons else NextAction.SEAL
