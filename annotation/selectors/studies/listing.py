"""The list of studies, with where each stands."""

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import (
    Aggregate,
    Count,
    IntegerField,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    Sum,
)
from django.db.models.functions import Coalesce

from annotation.models import (
    Assignment,
    AssignmentState,
    Batch,
    BatchComment,
    Membership,
    MembershipRole,
    Study,
)

_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True, slots=True)
class StudyCounts:
    """What a study's next action depends on."""

    batches: int
    sources: int
    # Comments that stand in batches.
    filled: int
    # Planned and submitted assignments, repeats and excluded annotators left out.
    places: int
    submitted: int
    annotators: int


@dataclass(frozen=True, slots=True)
class StudyRow:
    """One study in the list."""

    study: Study
    counts: StudyCounts

    @property
    def missing(self) -> int:
        """Comments that the batches still lack."""
        size = self.study.human_comment_count + self.counts.sources
        return self.counts.batches * size - self.counts.filled

    @property
    def percent(self) -> float:
        """Share of the places whose assignment is submitted; 0 without places."""
        places = self.counts.places
        return 100 * self.counts.submitted / places if places else 0.0


def study_rows(studies: QuerySet[Study]) -> list[StudyRow]:
    """Where each of the studies stands, newest first (one query)."""
    study = OuterRef("pk")
    submitted = Assignment.objects.filter(
        batch__study=study,
        state=AssignmentState.SUBMITTED,
        repeat_of__isnull=True,
        membership__excluded_at__isnull=True,
    )
    annotators = Membership.objects.filter(study=study, role=MembershipRole.ANNOTATOR)
    counted = studies.order_by("-created_at").annotate(
        batch_count=_of_each(Batch.objects.filter(study=study)),
        source_count=_of_each(Study.sources.through.objects.filter(study=study)),
        filled_count=_of_each(
            BatchComment.objects.filter(batch__study=study), by="batch__study"
        ),
        place_count=_of_each(
            Batch.objects.filter(study=study), number=Sum("place_count")
        ),
        submitted_count=_of_each(submitted, by="batch__study"),
        annotator_count=_of_each(annotators),
    )
    return [
        StudyRow(
            study,
            StudyCounts(
                batches=study.batch_count,
                sources=study.source_count,
                filled=study.filled_count,
                places=study.place_count,
                submitted=study.submitted_count,
                annotators=study.annotator_count,
            ),
        )
        for study in counted
    ]


def _of_each(
    rows: QuerySet[_Row], *, by: str = "study", number: Aggregate | None = None
) -> Coalesce:
    """A number over the rows of each study; by default how many there are."""
    numbers = rows.order_by().values(by).values_list(number or Count("pk"))
    return Coalesce(Subquery(numbers, output_field=IntegerField()), 0)
