"""Finding videos: by the names that people write, and for a study."""

from collections.abc import Iterable, Mapping

from django.db.models import Count, Q, QuerySet

from annotation.models import PooledComment, Study
from annotation.rules.studies.video_references import FILE_HASH, VideoReference
from corpus.models import Origin, Video

SEARCH_LIMIT = 50


def videos_named(
    references: Iterable[VideoReference], platforms: Iterable[str]
) -> Mapping[VideoReference, list[int]]:
    """The ids of the videos that each reference may mean: one, none or several.

    `platforms` are those of the corpus: with them, a bare id is found by the index.
    """
    found: dict[VideoReference, list[int]] = {ref: [] for ref in references}
    ids = {ref.external_id for ref in found if ref.platform != FILE_HASH}
    named = Video.objects.filter(platform__in=platforms, external_id__in=ids - {""})
    for pk, platform, external_id in named.values_list("pk", "platform", "external_id"):
        for name in (
            VideoReference(platform, external_id),
            VideoReference("", external_id),
        ):
            if name in found:
                found[name].append(pk)
    hashes = {ref.external_id for ref in found if ref.platform == FILE_HASH}
    by_file = Video.objects.filter(external_id="", content_sha256__in=hashes)
    for pk, digest in by_file.values_list("pk", "content_sha256"):
        found[VideoReference(FILE_HASH, digest)].append(pk)
    return found


def reference_to(video: Video) -> VideoReference:
    """How a form names a video, so that `videos_named` finds it again."""
    if video.external_id:
        return VideoReference(video.platform, video.external_id)
    return VideoReference(FILE_HASH, video.content_sha256)


def known_platforms() -> list[str]:
    """The platforms of the corpus's videos."""
    platforms = Video.objects.order_by().values_list("platform", flat=True)
    return [*platforms.distinct()]


def videos_to_add(study: Study, *, words: str) -> QuerySet[Video]:
    """Videos with these words in their title or id that the study has not, best first.

    At most `SEARCH_LIMIT`.
    """
    wanted = Q()
    for word in words.split():
        wanted &= (
            Q(title__icontains=word)
            | Q(external_id__icontains=word)
            | Q(category__icontains=word)
            | Q(platform=word.lower())
        )
    return (
        Video.objects.filter(wanted)
        .exclude(batches__study=study)
        .select_related("media")[:SEARCH_LIMIT]
    )


def coverage_of(study: Study) -> dict[int, int]:
    """For how many of its videos each AI source has a usable comment it may take."""
    covered = (
        PooledComment.objects.filter(
            Q(study=study) | Q(study__isnull=True),
            comment__video__batches__study=study,
            comment__source__origin=Origin.AI,
            comment__unusable_reason="",
        )
        .order_by()
        .values_list("comment__source")
        .annotate(Count("comment__video", distinct=True))
    )
    return dict(covered)
