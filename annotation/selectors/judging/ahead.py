"""What is still to come for an annotator, for the pages before the batches."""

from dataclasses import dataclass

from annotation.models import Membership, TrainingItem
from annotation.selectors.judging.annotator_progress import progress_of
from annotation.selectors.judging.standing import standing_of


@dataclass(frozen=True, slots=True)
class Ahead:
    """What remains, the page at hand included."""

    question_count: int
    practice_count: int
    # At most; others may take some of them.
    batch_count: int


def ahead_of(membership: Membership) -> Ahead:
    """What the annotator still has before them; `membership.study` is at hand."""
    standing, progress = standing_of(membership), progress_of(membership)
    questions = membership.study.comprehension_questions
    practice = TrainingItem.objects.filter(study=membership.study).exclude(
        answers__membership=membership
    )
    return Ahead(
        questions.count() if standing.must_show_comprehension else 0,
        practice.count() if standing.must_train else 0,
        max(progress.foreseen_count - progress.submitted_count, 0),
    )
