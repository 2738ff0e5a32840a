"""Builds are made from a selection, and sealed."""

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from corpus.exporting import records_of
from corpus.models import Video, VideoSelection
from tasks import builds, report
from tasks.catalogue import Task
from tasks.items import Item as BuiltItem
from tasks.items import video_key
from thinking.errors import BuildIsSealedError, NoItemsError, SealNeedsReasonError
from thinking.models import Build, Item

_ITEMS_AT_ONCE = 2000


def make_build(
    *,
    selection: VideoSelection,
    seed: int,
    split: str = "benchmark",
    created_by: User | None = None,
) -> tuple[Build, bool]:
    """Build the items of a selection's videos, or find the same build again.

    Returns:
        The build, and whether it is new.

    Raises:
        NoItemsError: The videos yield none.
    """
    with transaction.atomic():
        videos = {}
        records = []
        for video, record in records_of(selection.videos.all()):
            videos[video_key(record)] = video
            records.append(record)
        made, built = builds.make_build(records, seed=seed, split=split)
        if not made.items:
            raise NoItemsError(
                _("The videos of %(selection)s yield no items.")
                % {"selection": selection}
            )
        there = Build.objects.filter(name=made.name).first()
        if there is not None:
            return there, False
        found = report.report_of(made, built)
        build = Build.objects.create(
            name=made.name,
            selection=selection,
            seed=seed,
            split=split,
            rules_version=made.rules_version,
            prompt_version=made.prompt_version,
            cleaning_version=made.cleaning_version,
            sha256=made.sha256,
            corpus_sha256=made.corpus_sha256,
            records=made.records,
            counts=made.counts,
            report=found.as_json(),
            missing={task.value: built.missing[task] for task in Task},
            is_flagged=bool(found.flagged),
            created_by=created_by,
        )
        Item.objects.bulk_create(_rows(build, made, videos), batch_size=_ITEMS_AT_ONCE)
    return build, True


@transaction.atomic
def seal_build(*, build: Build, reason: str = "") -> Build:
    """Fix the build for good.

    Raises:
        BuildIsSealedError: It is sealed.
        SealNeedsReasonError: It is flagged, and no reason is given.
    """
    build = Build.objects.select_for_update().get(pk=build.pk)
    if build.is_sealed:
        raise BuildIsSealedError(_("This build is sealed already."))
    if build.is_flagged and not reason.strip():
        raise SealNeedsReasonError(
            _(
                "Some items can be answered without the video. Say why you use this "
                "build all the same."
            )
        )
    build.sealed_at = timezone.now()
    build.seal_reason = reason.strip()
    build.save(update_fields=["sealed_at", "seal_reason"])
    return build


def _rows(build: Build, made: builds.Build, videos: dict[str, Video]) -> Iterator[Item]:
    for item in made.items:
        yield _row(build, item, videos[item.video])


def _row(build: Build, item: BuiltItem, video: Video) -> Item:
    return Item(
        build=build,
        item_id=item.item_id,
        task=item.task,
        video=video,
        options=[*item.options],
        answer=item.answer,
        provenance=item.provenance,
        relaxed=[*item.relaxed],
        note=item.note,
    )
