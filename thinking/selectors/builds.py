"""Reads of builds and their items for pages and files."""

from collections.abc import Iterator

from django.db.models import QuerySet

from tasks import builds
from tasks.catalogue import Task
from tasks.items import Item as BuiltItem
from tasks.items import Provenance, item_line
from thinking.models import Build, Item

_CHUNK = 2000


def listed_builds() -> QuerySet[Build]:
    """Newest first, without the large fields."""
    return Build.objects.select_related("selection", "created_by").defer(
        "records", "report", "missing"
    )


def item_lines(build: Build) -> Iterator[str]:
    """The items as canonical JSON Lines: over them the build's hash was taken."""
    for item in build.items.iterator(chunk_size=_CHUNK):
        yield item_line(built_item(item))


def built_item(item: Item) -> BuiltItem:
    """The row as the pure item that it was made from."""
    provenance = tuple(Provenance(*pair) for pair in item.provenance)
    return BuiltItem(
        task=Task(item.task),
        video=provenance[item.answer].video,
        options=tuple(item.options),
        answer=item.answer,
        provenance=provenance,
        relaxed=tuple(item.relaxed),
        note=item.note,
    )


def pure_build(build: Build) -> builds.Build:
    """The row and its items as the pure build that they were made from."""
    return builds.Build(
        seed=build.seed,
        split=build.split,
        tasks=tuple(Task(task) for task in build.counts),
        records=build.records,
        items=tuple(
            built_item(item) for item in build.items.iterator(chunk_size=_CHUNK)
        ),
        rules_version=build.rules_version,
        prompt_version=build.prompt_version,
        cleaning_version=build.cleaning_version,
    )
