"""Item studies as researchers see them."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from annotation.models import MembershipRole
from annotation.selectors.people.access import every_study_visible_to
from thinking.models import Build, ItemAssignment, ItemStudy, WorkState


@dataclass(frozen=True, slots=True)
class ItemStudyProgress:
    """How far an item study is."""

    batch_count: int
    item_count: int
    # Planned, and submitted by people who are not excluded.
    place_count: int
    submitted_count: int
    active_count: int
    person_count: int


def item_studies_of(build: Build, user: User) -> QuerySet[ItemStudy]:
    """The studies of a build that the person may see, newest first."""
    return (
        ItemStudy.objects.filter(build=build, study__in=every_study_visible_to(user))
        .select_related("study")
        .order_by("-pk")
    )


def item_study_progress(item_study: ItemStudy) -> ItemStudyProgress:
    """Counted now."""
    batches = item_study.batches.aggregate(
        batches=Count("pk", distinct=True), items=Count("batch_items")
    )
    work = ItemAssignment.objects.filter(batch__item_study=item_study).aggregate(
        submitted=Count("pk", filter=Q(state=WorkState.SUBMITTED, place__isnull=False)),
        active=Count("pk", filter=Q(state=WorkState.ACTIVE)),
    )
    people = item_study.study.memberships.filter(role=MembershipRole.ANNOTATOR)
    return ItemStudyProgress(
        batch_count=batches["batches"],
        item_count=batches["items"],
        place_count=batches["batches"] * item_study.study.redundancy,
        submitted_count=work["submitted"],
        active_count=work["active"],
        person_count=people.count(),
    )
