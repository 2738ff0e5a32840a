"""Where an annotator stands in a study: what they have done, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext_lazy as _

from annotation.models import (
    COMPREHENSION_ATTEMPTS,
    Assignment,
    Membership,
    StudyState,
)

# Read in one statement, as it is asked whenever work is given out; `standing_from`
# makes an object of these columns.
STANDING: Final = """
    s.state,
    m.left_at IS NOT NULL,
    m.excluded_at IS NOT NULL,
    EXISTS (
        SELECT FROM annotation_studydocument d
        WHERE d.study_id = m.study_id
          AND d.id IS DISTINCT FROM
              CASE d.kind WHEN 'consent' THEN m.consent_id ELSE m.guidelines_id END
          AND NOT EXISTS (
            SELECT FROM annotation_studydocument newer
            WHERE newer.study_id = d.study_id AND newer.kind = d.kind
              AND newer.version > d.version
          )
    ),
    EXISTS (
        SELECT FROM annotation_comprehensionquestion q WHERE q.study_id = m.study_id
    ) AND NOT EXISTS (
        SELECT FROM annotation_comprehensionattempt t
        WHERE t.membership_id = m.id AND t.passed
    ),
    (
        SELECT count(*) FROM annotation_comprehensionattempt t
        WHERE t.membership_id = m.id
    ),
    m.training_done_at IS NULL AND EXISTS (
        SELECT FROM annotation_trainingitem i WHERE i.study_id = m.study_id
    )
"""
FROM: Final = """
FROM annotation_membership m
JOIN annotation_study s ON s.id = m.study_id
"""


class Stage(StrEnum):
    """What comes next for an annotator; each is a page, or a reason to stop."""

    CONSENT = "consent"
    COMPREHENSION = "comprehension"
    TRAINING = "training"
    JUDGING = "judging"
    # Reasons to stop.
    NOT_UNDERSTOOD = "not understood"
    EXCLUDED = "excluded"
    NOT_BEGUN = "not begun"
    PAUSED = "paused"
    CLOSED = "closed"


# What a person is told where nothing comes next.
STOP_MESSAGES: Final = {
    Stage.NOT_BEGUN: _("The study hasn't started yet. Come back when it is open."),
    Stage.PAUSED: _(
        "The study is paused. Your saved answers are safe. Come back later."
    ),
    Stage.CLOSED: _("The study is closed. Thank you for your work."),
    Stage.EXCLUDED: _("Your part in the study has ended. Thank you for your work."),
    Stage.NOT_UNDERSTOOD: _(
        "You have used both attempts at the comprehension check, so "
        "you can't take part "
        "in this study. Thank you for your time."
    ),
}

_STOPS: Final = {
    StudyState.DRAFT: Stage.NOT_BEGUN,
    StudyState.SEALED: Stage.NOT_BEGUN,
    StudyState.PAUSED: Stage.PAUSED,
    StudyState.CLOSED: Stage.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What an annotator has done of what comes before the batches."""

    study_state: StudyState
    has_left: bool
    is_excluded: bool
    # The newest guidelines or consent text is not the version agreed to.
    must_agree: bool
    must_show_comprehension: bool
    comprehension_attempts: int
    must_train: bool

    @property
    def has_failed_comprehension(self) -> bool:
        """Whether every attempt at the comprehension check is used up."""
        used_up = self.comprehension_attempts >= COMPREHENSION_ATTEMPTS
        return self.must_show_comprehension and used_up

    @property
    def stage(self) -> Stage:
        """What comes next, if the annotator asked for work now."""
        if stop := _STOPS.get(self.study_state):
            return stop
        if self.is_excluded or self.has_left:
            return Stage.EXCLUDED
        if self.must_agree:
            return Stage.CONSENT
        if self.has_failed_comprehension:
            return Stage.NOT_UNDERSTOOD
        if self.must_show_comprehension:
            return Stage.COMPREHENSION
        return Stage.TRAINING if self.must_train else Stage.JUDGING


def standing_of(membership: Membership) -> Standing:
    """Where the annotator stands now."""
    return _read(membership, "")


def lock_standing(membership: Membership) -> Standing:
    """The same, with the membership locked until the transaction ends.

    What one annotator asks for from two tabs happens one after the other; nobody else
    waits, as judging locks no row that two annotators share for longer than it takes
    to count a place.
    """
    return _read(membership, "FOR NO KEY UPDATE OF m")


def _read(membership: Membership, lock: str) -> Standing:
    statement = f"SELECT {STANDING} {FROM} WHERE m.id = %s {lock}"
    with connection.cursor() as cursor:
        cursor.execute(statement, [membership.pk])
        row = cursor.fetchone()
    if row is None:
        raise Membership.DoesNotExist
    return standing_from(row)


def lock_standing_and(
    assignment: Assignment, columns: Sequence[str]
) -> tuple[Standing, tuple[Any, ...]] | None:
    """Lock the membership, then its assignment, in one statement (see `lock_standing`).

    Returns:
        The standing, and these columns of the assignment as they are under the lock;
        None if the assignment was deleted.
    """
    # Rows are locked in the order in which the last line names their tables.
    statement = f"""
        SELECT {STANDING}, {", ".join(f"a.{name}" for name in columns)} {FROM}
        JOIN annotation_assignment a ON a.membership_id = m.id
        WHERE a.id = %s FOR NO KEY UPDATE OF m, a
    """
    with connection.cursor() as cursor:
        cursor.execute(statement, [assignment.pk])
        row = cursor.fetchone()
    if row is None:
        return None
    return standing_from(row[: -len(columns)]), row[-len(columns) :]


def standing_from(row: Sequence[Any]) -> Standing:
    """The object of a row of the columns `STANDING`."""
    state, *rest = row
    return Standing(StudyState(state), *rest)
