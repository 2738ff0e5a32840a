"""Videos of a study that can never make a full batch, and why."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from annotation.models import Batch, Study
from corpus.models import MediaState, Origin, Video


@dataclass(frozen=True, slots=True)
class IneligibleVideo:
    """A video to take out: no import of AI comments mends what it lacks."""

    video: Video
    reason: str


def ineligible_videos(study: Study) -> list[IneligibleVideo]:
    """The study's videos with too few comments of people or without a clip to play.

    Clips that are still being processed are waited for.
    """
    human_count = Count(
        "batch_comments", filter=Q(batch_comments__source__origin=Origin.HUMAN)
    )
    batches = (
        study.batches.annotate(human_count=human_count)
        .filter(
            Q(human_count__lt=study.human_comment_count)
            | Q(video__media__isnull=True)
            | Q(video__media__state=MediaState.FAILED)
        )
        .select_related("video__media")
        .order_by("pk")
    )
    return [
        IneligibleVideo(batch.video, _reason(batch, batch.human_count, study))
        for batch in batches
    ]


def _reason(batch: Batch, human_count: int, study: Study) -> str:
    wanted = study.human_comment_count
    if human_count < wanted:
        return _("usable human comments: %(count)d of %(wanted)d") % {
            "count": human_count,
            "wanted": wanted,
        }
    media = getattr(batch.video, "media", None)
    return _("no file") if media is None else media.error
