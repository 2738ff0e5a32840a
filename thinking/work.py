"""The work of item studies, as `annotation.rules.studies.kinds` asks for it."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from django.urls import reverse

from annotation.models import Membership, Study
from annotation.rules.studies.findings import Finding
from annotation.rules.studies.kinds import WorkDone
from thinking.collected import ITEM_TABLES
from thinking.selectors.integrity import broken_item_rules
from thinking.selectors.overlaps import studies_that_tell
from thinking.selectors.people import is_place_left, work_done
from thinking.services.giving import (
    end_item_work,
    free_item_places,
    next_items,
    take_item_places_again,
)


class ItemWork:
    """See `StudyWork`."""

    tables = ITEM_TABLES

    def broken_rules(self, study: Study) -> Iterable[Finding]:
        return broken_item_rules(study)

    def done(self, memberships: Sequence[Membership]) -> dict[int, WorkDone]:
        return work_done(memberships)

    def is_place_left(self, study: Study) -> bool:
        return is_place_left(study.pk)

    def address_of(self, assignment: UUID) -> str:
        return reverse("thinking:sheet", args=[assignment])

    def give_next(self, membership: Membership) -> UUID:
        return next_items(membership)

    def studies_that_tell(self, study: Study) -> Iterable[Study]:
        return studies_that_tell(study)

    def overview_of(self, study: Study) -> str:
        return reverse("thinking:item_study", args=[study.public_id])

    def end(self, membership: Membership, *, deletes_answers: bool) -> None:
        end_item_work(membership=membership, deletes_answers=deletes_answers)

    def free(self, membership: Membership) -> int:
        return free_item_places(membership=membership)

    def take_again(self, membership: Membership) -> tuple[int, int]:
        return take_item_places_again(membership=membership)


ITEM_WORK = ItemWork()
