"""Selections, builds and replies for the tests of thinking."""

from collections.abc import Sequence
from pathlib import Path

from corpus.cleaning import clean_comment
from corpus.models import Comment, Video, VideoSelection
from corpus.records import VideoRecord
from tasks.exchange.replies import ImportedReply, reply_line
from tests.factories import human_source
from tests.tasks.records import WORDS, corpus, record
from thinking.models import AnswerRun, Build
from thinking.services.builds import make_build, seal_build
from thinking.services.imports import ReplyFile, import_replies


def make_selection(
    key: str = "bench", records: Sequence[VideoRecord] | None = None
) -> VideoSelection:
    """Fifteen videos in five categories, each good for all seven tasks."""
    selection = VideoSelection.objects.create(key=key, title=key)
    source = human_source()
    for one in records or corpus():
        video, is_new = Video.objects.get_or_create(
            platform=one.platform,
            external_id=one.external_id,
            defaults={
                "title": one.title,
                "description": one.description,
                "tags": [*one.tags],
                "topic": one.topic,
                "category": one.category,
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
                for comment in one.comments
            )
    return selection


def make_large_selection(each: int = 3) -> VideoSelection:
    """The same with so many videos for each: 45 of them by default, 315 items."""
    records = [
        record(category, f"{word}{number}")
        for number in ("", "two", "three")[:each]
        for category in WORDS
        for word in WORDS[category]
    ]
    return make_selection(records=records)


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


def make_sealed_build(seed: int = 1) -> Build:
    """The same, fixed for good."""
    return seal_build(build=make_item_build(seed))


def reply_file(folder: Path, build: Build, **said: str) -> Path:
    """A file in which somebody answers "A" to every item, or as said by item."""
    path = folder / "replies.jsonl"
    path.write_text(
        "".join(
            reply_line(ImportedReply(item_id, said.get(item_id, "A")))
            for item_id in build.items.values_list("item_id", flat=True)
        ),
        encoding="utf-8",
    )
    return path


def make_run(folder: Path, source: str = "Model One", text: str = "A") -> AnswerRun:
    """A run in which every item of a sealed build has the same reply."""
    build = Build.objects.exclude(sealed_at=None).first() or make_sealed_build()
    said = dict.fromkeys(build.items.values_list("item_id", flat=True), text)
    path = reply_file(folder, build, **said)
    file = ReplyFile(path, path.name, source)
    return import_replies(build=build, file=file)[0]
