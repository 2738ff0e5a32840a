"""Builds of MMLA: utterances of one set and split, stored with their clips."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from django.db import transaction

from accounts.models import User
from corpus.importing.clips import Clip, ClipFolder, original_path, store_original
from corpus.media_files import stored
from corpus.models import MediaState, Video, VideoMedia
from tasks.mmla.builds import LabelBuild
from tasks.mmla.clip_files import ClipNames
from thinking.models import Build, BuildKind, Item

# What the videos of the corpus have as their platform.
PLATFORM: Final = "mmla"
_AT_ONCE: Final = 2000


@dataclass(frozen=True, slots=True)
class StoredLabels:
    """A build of MMLA in the database.

    Attributes:
        waiting_media: Clips that are still to be made playable.
    """

    build: Build
    is_new: bool
    clip_count: int
    waiting_media: list[int]


def store_label_build(
    *, build: LabelBuild, clips: ClipNames, created_by: User | None = None
) -> StoredLabels:
    """Store a build with those of its clips that can be read, or find it again.

    A second call brings in clips that were missing at the first. Items without a clip
    can be asked by their text alone.
    """
    with transaction.atomic():
        videos = _videos(build)
        stored_build = Build.objects.filter(name=build.name).first()
        is_new = stored_build is None
        if stored_build is None:
            stored_build = _build(build, created_by)
            Item.objects.bulk_create(
                _items(stored_build, build, videos), batch_size=_AT_ONCE
            )
    _attach(build, clips, videos)
    media = VideoMedia.objects.filter(video__in=videos.values())
    waiting = media.filter(state=MediaState.PENDING).order_by("pk")
    return StoredLabels(
        stored_build, is_new, media.count(), [*waiting.values_list("pk", flat=True)]
    )


def _build(build: LabelBuild, created_by: User | None) -> Build:
    manifest = build.manifest()
    return Build.objects.create(
        name=build.name,
        kind=BuildKind.LABELS,
        seed=0,  # nothing is left to chance
        split=build.split,
        rules_version=1,
        prompt_version=build.prompt_version,
        cleaning_version=0,  # the texts are as received
        sha256=build.sha256,
        corpus_sha256=build.sha256,
        records={},
        counts={build.labels.name: len(build.utterances)},
        report=manifest,
        is_flagged=False,
        created_by=created_by,
    )


def _videos(build: LabelBuild) -> dict[str, Video]:
    """A video a row, by the row's id: what is seen and heard, without what it means."""
    names = {
        one.row_id: f"{build.labels.name}/{build.split}/{one.row_id}"
        for one in build.utterances
    }
    Video.objects.bulk_create(
        (
            Video(
                platform=PLATFORM,
                external_id=name,
                title=f"{build.labels.name} {row_id}",
                language=build.labels.language,
            )
            for row_id, name in names.items()
        ),
        batch_size=_AT_ONCE,
        ignore_conflicts=True,
    )
    found = Video.objects.filter(
        platform=PLATFORM,
        external_id__startswith=f"{build.labels.name}/{build.split}/",
    )
    by_name = {video.external_id: video for video in found}
    return {row_id: by_name[name] for row_id, name in names.items()}


def _items(
    stored_build: Build, build: LabelBuild, videos: Mapping[str, Video]
) -> Iterator[Item]:
    labels = build.labels.labels
    for one in build.utterances:
        yield Item(
            build=stored_build,
            item_id=one.row_id,
            task=build.labels.name,
            video=videos[one.row_id],
            options=[*labels],
            answer=labels.index(one.label),
            provenance=[],
            utterance=one.text,
            clip=one.clip,
            cluster=one.cluster,
        )


def _attach(build: LabelBuild, clips: ClipNames, videos: Mapping[str, Video]) -> None:
    """Copy the clips of videos that have none, each in a transaction of its own."""
    there = {
        *VideoMedia.objects.filter(video__in=videos.values()).values_list(
            "video", flat=True
        )
    }
    missing = {
        one.clip: videos[one.row_id]
        for one in build.utterances
        if videos[one.row_id].pk not in there
    }
    with TemporaryDirectory(prefix="mmla-") as scratch:
        for name, path in clips.readable(missing, Path(scratch)):
            clip = ClipFolder(path.parent).clip(path.name)
            _store(clip, missing[name])


def _store(clip: Clip, video: Video) -> None:
    """The row last, so that it never promises a file that is not there."""
    media = VideoMedia(video=video, sha256=clip.sha256, byte_count=clip.byte_count)
    media.original = original_path(clip, media.name)
    try:
        store_original(clip, media.original)
        media.save()
    except BaseException:
        stored(media.original).unlink(missing_ok=True)
        raise
