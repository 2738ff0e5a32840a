"""Kinds of study: what people do in one may be the business of another package.

People, invitations, texts, the comprehension check, endings and the log are the same
for every kind. What is given out and answered in studies of items is known to the
package above, which `STUDY_WORK` names by dotted path: it is never imported here.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, cast
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from annotation.collected.schema import Table
from annotation.models import Membership, Study
from annotation.rules.studies.findings import Finding


@dataclass(frozen=True, slots=True)
class WorkDone:
    """What one annotator was given in a study, and whether there is more."""

    submitted_count: int
    # In work or submitted.
    held_count: int
    # The assignment in work.
    current: UUID | None
    has_lapsed: bool
    # Of submitted batches, how many were given to others.
    freed_count: int
    # Batches that the annotator can have at most.
    batch_count: int
    is_work_left: bool
    median_duration: timedelta | None
    last_submitted_at: datetime | None


class StudyWork(Protocol):
    """The work of one kind of study. What writes runs in the caller's transaction."""

    @property
    def tables(self) -> Sequence[Table]:
        """What a study of this kind collects beside what every study does."""
        ...

    def broken_rules(self, study: Study) -> Iterable[Finding]:
        """What is wrong with its batches and answers."""
        ...

    def done(self, memberships: Sequence[Membership]) -> dict[int, WorkDone]:
        """How far each annotator is, by membership; their studies are at hand."""
        ...

    def is_place_left(self, study: Study) -> bool:
        """Whether a batch could be given to somebody new now."""
        ...

    def address_of(self, assignment: UUID) -> str:
        """Where an annotator works on what they were given."""
        ...

    def give_next(self, membership: Membership) -> UUID:
        """Give out the next batch, or the one in work.

        Raises:
            StudyNotOpenError, StageMissingError, NoBatchLeftError: as `give_batch`.
        """
        ...

    def studies_that_tell(self, study: Study) -> Iterable[Study]:
        """Those that show people's comments on videos that a study is about.

        For a study of comments: studies of this kind, whose annotators know then what
        they would have to judge. For a study of this kind: studies of comments that
        are not over, whose annotators would learn it too early.
        """
        ...

    def overview_of(self, study: Study) -> str:
        """Where researchers see the study at a glance."""
        ...

    def end(self, membership: Membership, *, deletes_answers: bool) -> None:
        """Give back what is in work, and delete what was answered if so wished."""
        ...

    def free(self, membership: Membership) -> int:
        """Give all places of an excluded annotator to others; how many."""
        ...

    def take_again(self, membership: Membership) -> tuple[int, int]:
        """Take freed places again, all or none; how many, and how many are lost."""
        ...


def other_work(study: Study) -> StudyWork | None:
    """Who knows the work of a study that is not about comments; else None."""
    if study.is_of_comments:
        return None
    return cast("StudyWork", import_string(settings.STUDY_WORK[study.kind]))


def studies_that_tell(study: Study) -> Iterator[Study]:
    """Studies of another kind that show people's comments on the same videos."""
    kinds = settings.STUDY_WORK if study.is_of_comments else [study.kind]
    for kind in kinds:
        work = cast("StudyWork", import_string(settings.STUDY_WORK[kind]))
        yield from work.studies_that_tell(study)
