"""Whether a draft's batches are full, and what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from annotation.models import Batch, BatchComment, Study
from annotation.rules.studies.readiness import FilledComment
from corpus.eligibility import ineligible_reason
from corpus.models import MediaState, Origin, Source

MATRIX_PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class SourceReadiness:
    """How many of one source's places in the study's batches are filled."""

    source: Source
    # Places in each batch: several for people, one for an AI source.
    places: int
    batch_count: int
    filled_count: int

    @property
    def wanted_count(self) -> int:
        return self.places * self.batch_count

    @property
    def missing_count(self) -> int:
        return self.wanted_count - self.filled_count


@dataclass(frozen=True, slots=True)
class Readiness:
    """The state of a study's batches in numbers."""

    batch_count: int
    full_count: int
    sources: tuple[SourceReadiness, ...]
    # Batches whose video cannot be played: still in processing, failed, or no file.
    waiting_media_count: int
    failed_media_count: int
    no_media_count: int
    # Batches in which two comments say the same.
    equal_text_count: int
    # Batches with a text that the rule for everybody leaves out (corpus.eligibility).
    ineligible_text_count: int

    @property
    def missing_count(self) -> int:
        return sum(source.missing_count for source in self.sources)

    @property
    def lacking_count(self) -> int:
        """Batches that lack comments."""
        return self.batch_count - self.full_count

    @property
    def unplayable_count(self) -> int:
        return self.waiting_media_count + self.failed_media_count + self.no_media_count


def study_sources(study: Study) -> list[tuple[Source, int]]:
    """The study's sources, people first, with their places in each batch."""
    human = Source.objects.filter(origin=Origin.HUMAN).first()
    people = [(human, study.human_comment_count)] if human else []
    return people + [(source, 1) for source in study.sources.order_by("key")]


def batch_size(study: Study) -> int:
    """Comments in each full batch of the study."""
    return study.human_comment_count + study.sources.count()


def readiness_of(study: Study) -> Readiness:
    """Count what a study's batches hold and what they lack (seven queries)."""
    sources = study_sources(study)
    filled = dict(
        BatchComment.objects.filter(batch__study=study)
        .values_list("source")
        .annotate(Count("pk"))
    )
    batches = study.batches.aggregate(
        total=Count("pk"),
        waiting=Count("pk", filter=Q(video__media__state=MediaState.PENDING)),
        failed=Count("pk", filter=Q(video__media__state=MediaState.FAILED)),
        no_media=Count("pk", filter=Q(video__media__isnull=True)),
    )
    return Readiness(
        batch_count=batches["total"],
        full_count=_full_count(study, sources),
        sources=tuple(
            SourceReadiness(source, places, batches["total"], filled.get(source.pk, 0))
            for source, places in sources
        ),
        waiting_media_count=batches["waiting"],
        failed_media_count=batches["failed"],
        no_media_count=batches["no_media"],
        equal_text_count=_batches_with_equal_texts(study).count(),
        ineligible_text_count=_ineligible_text_count(study) if study.is_draft else 0,
    )


def _size(sources: list[tuple[Source, int]]) -> int:
    return sum(places for _, places in sources)


def _full_count(study: Study, sources: list[tuple[Source, int]]) -> int:
    """Batches with every comment; none is full as long as nothing is compared."""
    if not any(not source.is_human for source, _ in sources):
        return 0
    counted = study.batches.annotate(filled_count=Count("batch_comments"))
    return counted.filter(filled_count__gte=_size(sources)).count()


def _ineligible_text_count(study: Study) -> int:
    """How many batches hold a text that came in before the rule of today."""
    texts = BatchComment.objects.filter(batch__study=study).order_by()
    rows = texts.values_list("batch", "comment__text").iterator(chunk_size=5_000)
    return len({batch for batch, text in rows if ineligible_reason(text)})


def _batches_with_equal_texts(study: Study) -> QuerySet[BatchComment, int]:
    return (
        BatchComment.objects.filter(batch__study=study)
        .order_by()
        .values("batch", "comment__fingerprint")
        .annotate(count=Count("pk"))
        .filter(count__gt=1)
        .values_list("batch", flat=True)
        .distinct()
    )


# --- Batches by sources -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One source in one batch."""

    source: Source
    places: int
    filled_count: int

    @property
    def is_full(self) -> bool:
        return self.filled_count >= self.places

    @property
    def missing_count(self) -> int:
        return max(self.places - self.filled_count, 0)

    @property
    def mark(self) -> str:
        """What the cell says: a tick or a dash, or numbers where there are several."""
        if self.places == 1:
            return "✓" if self.is_full else "–"
        if self.is_full:
            return str(self.filled_count)
        return f"{self.filled_count}/{self.places}"


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One batch against all sources of its study."""

    batch: Batch
    cells: tuple[MatrixCell, ...]
    # Why the video cannot be shown; empty if it can.
    media_problem: str

    @property
    def missing_count(self) -> int:
        return sum(cell.missing_count for cell in self.cells)

    @property
    def lacking_cells(self) -> list[MatrixCell]:
        return [cell for cell in self.cells if not cell.is_full]


@dataclass(frozen=True, slots=True)
class Matrix:
    """One page of a study's batches x sources."""

    page: Page[Batch]
    rows: tuple[MatrixRow, ...]


def readiness_matrix(study: Study, *, page: int | str, only_missing: bool) -> Matrix:
    """One page of the matrix, with or without the batches that are ready."""
    sources = study_sources(study)
    batches = study.batches.select_related("video__media").order_by("pk")
    if only_missing:
        batches = _lacking(batches, sources)
    found = Paginator(batches, MATRIX_PAGE_SIZE).get_page(page)
    return Matrix(found, _rows([*found], sources))


def lacking_rows(study: Study) -> tuple[MatrixRow, ...]:
    """Every batch that lacks comments or a video that can be played."""
    sources = study_sources(study)
    batches = study.batches.select_related("video__media").order_by("pk")
    return _rows([*_lacking(batches, sources)], sources)


def _lacking(
    batches: QuerySet[Batch], sources: list[tuple[Source, int]]
) -> QuerySet[Batch]:
    return batches.alias(filled_count=Count("batch_comments")).exclude(
        filled_count__gte=_size(sources), video__media__state=MediaState.READY
    )


def _rows(
    batches: list[Batch], sources: list[tuple[Source, int]]
) -> tuple[MatrixRow, ...]:
    filled = {
        (batch, source): count
        for batch, source, count in BatchComment.objects.filter(
            batch__in=[batch.pk for batch in batches]
        )
        .order_by()
        .values_list("batch", "source")
        .annotate(Count("pk"))
    }
    return tuple(
        MatrixRow(
            batch,
            tuple(
                MatrixCell(source, places, filled.get((batch.pk, source.pk), 0))
                for source, places in sources
            ),
            _media_problem(batch),
        )
        for batch in batches
    )


def _media_problem(batch: Batch) -> str:
    media = getattr(batch.video, "media", None)
    if media is None:
        return _("no file")
    if media.state == MediaState.PENDING:
        return _("being processed")
    return media.error if media.state == MediaState.FAILED else ""


# --- Texts, for the warnings --------------------------------------------------------


def filled_comments(study: Study) -> Iterator[FilledComment]:
    """Every comment that stands in a batch of the study, batch by batch."""
    rows = (
        BatchComment.objects.filter(batch__study=study)
        .order_by("batch", "pk")
        .values_list(
            "batch",
            "batch__video__title",
            "source__key",
            "source__title",
            "source__origin",
            "comment__text",
            "comment__fingerprint",
        )
    )
    for batch, video, key, title, origin, text, fingerprint in rows.iterator():
        yield FilledComment(
            batch=batch,
            video=video,
            source_key=key,
            source_title=title,
            is_human=origin == Origin.HUMAN,
            text=text,
            fingerprint=bytes(fingerprint),
        )
