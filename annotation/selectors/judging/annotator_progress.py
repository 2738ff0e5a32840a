"""How far an annotator is, for the pages between the batches."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import connection

from accounts.models import User
from annotation.models import Membership, MembershipRole, Study
from annotation.rules.studies.kinds import other_work
from annotation.selectors.judging.sheets import foreseen_count

_PROGRESS = """
SELECT
    m.id,
    (SELECT count(*) FROM annotation_assignment a
     WHERE a.membership_id = m.id AND a.state = 'submitted'),
    (SELECT count(*) FROM annotation_assignment a
     WHERE a.membership_id = m.id AND a.state <> 'lapsed'),
    (SELECT a.public_id FROM annotation_assignment a
     WHERE a.membership_id = m.id AND a.state = 'active' ORDER BY a.id LIMIT 1),
    (SELECT count(*) FROM annotation_batch b WHERE b.study_id = m.study_id)
FROM annotation_membership m
WHERE m.id = ANY(%s)
"""

# The conditions of giving out work (annotation/services/judging/places.py), with
# leases that have run out but were not collected yet; about the membership `m`.
_IS_OPEN = """
    (
        b.places_taken < b.place_count
        OR b.withdrawn_at IS NULL AND EXISTS (
            SELECT FROM annotation_assignment a
            WHERE a.batch_id = b.id AND a.state = 'active'
              AND a.reopened_at IS NULL AND a.leased_until < now()
        )
    )
"""
WORK_LEFT: Final = f"""(
    EXISTS (
        SELECT FROM annotation_batch b
        WHERE b.study_id = m.study_id
          AND {_IS_OPEN}
          AND NOT EXISTS (
            SELECT FROM annotation_assignment mine
            WHERE mine.batch_id = b.id AND mine.membership_id = m.id
              AND mine.repeat_of_id IS NULL AND mine.state <> 'lapsed'
          )
    ) OR EXISTS (
        SELECT FROM annotation_assignment mine
        JOIN annotation_batch again ON again.id = mine.batch_id
        WHERE mine.membership_id = m.id
          AND mine.repeat_of_id IS NOT NULL AND mine.state = 'lapsed'
          AND again.withdrawn_at IS NULL
    )
)"""  # noqa: S608
_PLACE_LEFT: Final = f"""
SELECT EXISTS (
    SELECT FROM annotation_batch b WHERE b.study_id = %s AND {_IS_OPEN}
)
"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Progress:
    """An annotator's way through a study."""

    study: Study
    submitted_count: int
    # In work or submitted.
    held_count: int
    # The assignment in work.
    current: UUID | None
    # Batches that they get at most, planned repeats included.
    foreseen_count: int

    @property
    def has_done_all(self) -> bool:
        """Whether they have judged all that the study foresees for one annotator."""
        return self.submitted_count >= self.foreseen_count


def progress_of(membership: Membership) -> Progress:
    """How far the annotator is; `membership.study` is at hand."""
    return progress_of_all([membership])[0]


def memberships_of(user: User) -> list[Membership]:
    """The person's memberships as annotator, newest first, with their studies."""
    memberships = Membership.objects.filter(
        user=user, role=MembershipRole.ANNOTATOR, left_at__isnull=True
    )
    return list(memberships.select_related("study").order_by("-joined_at"))


def progress_of_all(memberships: Sequence[Membership]) -> list[Progress]:
    """How far each is; their studies are at hand."""
    of_comments = [each.pk for each in memberships if each.study.is_of_comments]
    with connection.cursor() as cursor:
        cursor.execute(_PROGRESS, [of_comments])
        counts = {row[0]: row[1:] for row in cursor.fetchall()}
    return [
        _of(each.study, *counts[each.pk]) if each.pk in counts else _elsewhere(each)
        for each in memberships
    ]


def _elsewhere(membership: Membership) -> Progress:
    """The same where another package knows the work."""
    work = other_work(membership.study)
    assert work is not None  # noqa: S101 (its study is of another kind)
    done = work.done([membership])[membership.pk]
    return _of(
        membership.study,
        done.submitted_count,
        done.held_count,
        done.current,
        done.batch_count,
    )


def _of(
    study: Study,
    submitted_count: int,
    held_count: int,
    current: UUID | None,
    batch_count: int,
) -> Progress:
    foreseen = foreseen_count(study, batch_count)
    return Progress(study, submitted_count, held_count, current, foreseen)


def is_place_left(study: Study) -> bool:
    """Whether a batch could be given to somebody new now."""
    if work := other_work(study):
        return work.is_place_left(study)
    with connection.cursor() as cursor:
        cursor.execute(_PLACE_LEFT, [study.pk])
        return bool(cursor.fetchone()[0])
