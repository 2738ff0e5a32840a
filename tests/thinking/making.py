"""Selections and builds for the tests of thinking."""

from corpus.cleaning import clean_comment
from corpus.models import Comment, Video, VideoSelection
from tests.factories import human_source
from tests.tasks.records import corpus
from thinking.models import Build
from thinking.services.builds import make_build


def make_selection(key: str = "bench") -> VideoSelection:
    """Fifteen videos in five categories, each good for all seven tasks."""
    selection = VideoSelection.objects.create(key=key, title=key)
    source = human_source()
    for record in corpus():
        video, is_new = Video.objects.get_or_create(
            platform=record.platform,
            external_id=record.external_id,
            defaults={
                "title": record.title,
                "description": record.description,
                "tags": [*record.tags],
                "topic": record.topic,
                "category": record.category,
            },
        )
        selection.videos.add(video)
        if is_new:
            Comment.objects.bulk_create(
                Comment(
                    video=video,
                    source=source,
                    text=comment.text,
                    text_received=comment.text,
                    fingerprint=clean_comment(comment.text).fingerprint,
                    like_count=comment.like_count,
                )
                for comment in record.comments
            )
    return selection


def make_item_build(seed: int = 1) -> Build:
    """The build of the selection `bench`."""
    selection = VideoSelection.objects.filter(key="bench").first() or make_selection()
    build, _ = make_build(selection=selection, seed=seed)
    return build


def make_flagged_build() -> Build:
    """A build that says of itself that it can be answered without the video."""
    build = make_item_build()
    build.pk = None
    build.name = f"{build.name}-flagged"
    build.is_flagged = True
    build.report = {
        "flagged": ["CaM: longest option is right in 60.0 % of items"],
        "tasks": [],
        "shortcuts": [],
        "options_only": [],
    }
    build.save(force_insert=True)
    return build
