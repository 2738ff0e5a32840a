"""Recording what a source learned from, and keeping it out of what it learned."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from annotation.errors import AnnotationError
from annotation.models import Batch, BatchComment, LearnedStudy, LearnedVideo, Study
from corpus.models import Source, Video


@transaction.atomic
def record_learning(
    *, source: Source, study: Study, videos: Iterable[Video], start: Source | None
) -> None:
    """Record that a source was trained on a study's judgments.

    Args:
        source: The trained one.
        study: Whose judgments.
        videos: Those that it learned from, or that chose its checkpoint.
        start: What it was before; it passes on what it learned itself.

    Raises:
        AnnotationError: The study, or another with these videos, holds it already.
    """
    studies = {study.pk}
    known = {video.pk for video in videos}
    if start is not None:
        studies |= {*_studies(start)}
        known |= {*_videos(start)}
    placed = BatchComment.objects.filter(source=source)
    is_part = (
        Study.sources.through.objects.filter(source=source, study__in=studies).exists()
        or placed.filter(batch__study__in=studies).exists()
        or placed.filter(batch__video__in=known).exists()
    )
    if is_part:
        raise AnnotationError(
            _(
                "%(source)s is part of a study that it learned from, or of one with "
                "the same videos. Record the trained checkpoint as a source of its own."
            )
            % {"source": source.title}
        )
    LearnedStudy.objects.bulk_create(
        (LearnedStudy(source=source, study_id=pk) for pk in sorted(studies)),
        ignore_conflicts=True,
    )
    LearnedVideo.objects.bulk_create(
        (LearnedVideo(source=source, video_id=pk) for pk in sorted(known)),
        ignore_conflicts=True,
    )


def _studies(source: Source) -> list[int]:
    rows = LearnedStudy.objects.filter(source=source)
    return [*rows.values_list("study", flat=True)]


def _videos(source: Source) -> list[int]:
    rows = LearnedVideo.objects.filter(source=source)
    return [*rows.values_list("video", flat=True)]


def refuse_pupils(study: Study) -> None:
    """A study never evaluates a source that learned from it or from its videos.

    Raises:
        AnnotationError: It would; the message says what to take out.
    """
    sources = study.declared_sources
    pupil = LearnedStudy.objects.filter(study=study, source__in=sources).first()
    if pupil is not None:
        raise AnnotationError(
            _(
                "%(source)s was trained on this study's judgments, so this study can't "
                "evaluate it. Create a follow-up study."
            )
            % {"source": pupil.source.title}
        )
    learnt = LearnedVideo.objects.filter(
        source__in=sources, video__in=Batch.objects.filter(study=study).values("video")
    )
    if (first := learnt.select_related("source", "video").first()) is not None:
        raise AnnotationError(
            _(
                "%(source)s was trained on judgments of %(number)s of these videos, "
                "such as %(video)s. Choose other videos, or leave the source out."
            )
            % {
                "source": first.source.title,
                "number": learnt.values("video").distinct().count(),
                "video": first.video.label,
            }
        )
