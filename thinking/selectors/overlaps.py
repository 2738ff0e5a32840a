"""Which studies would tell each other's annotators too much."""

from django.db.models import Exists, OuterRef, QuerySet

from annotation.models import Batch, Study, StudyKind, StudyState
from tasks.catalogue import COMMENT_TASKS
from thinking.models import Build, Item


def studies_that_tell(study: Study) -> QuerySet[Study]:
    """Studies of the other kind that show people's comments on the same videos.

    Every option of a comment task was written by a person, under the item's video or
    under another one of its build. So a whole build counts, not one item.
    """
    return _item_studies(study) if study.is_of_comments else _comment_studies(study)


def _item_studies(study: Study) -> QuerySet[Study]:
    items = Item.objects.filter(build=OuterRef("pk"))
    videos = Batch.objects.filter(study=study).values("video")
    builds = Build.objects.filter(
        Exists(items.filter(task__in=COMMENT_TASKS)),
        Exists(items.filter(video__in=videos)),
    )
    return Study.objects.filter(item_study__build__in=builds)


def _comment_studies(study: Study) -> QuerySet[Study]:
    """Those that are not over."""
    items = Item.objects.filter(build__item_studies__study=study)
    if not items.filter(task__in=COMMENT_TASKS).exists():
        return Study.objects.none()
    batches = Batch.objects.filter(
        study=OuterRef("pk"), video__in=items.values("video")
    )
    return Study.objects.filter(Exists(batches), kind=StudyKind.COMMENTS).exclude(
        state=StudyState.CLOSED
    )
