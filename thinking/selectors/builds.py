"""Reads of builds and their items for pages and files."""

from collections.abc import Iterator

from django.db.models import QuerySet

from tasks import builds
from tasks.asking import AskedItem, ChoiceItem
from tasks.catalogue import Task
from tasks.items import Item as BuiltItem
from tasks.items import Provenance, item_line
from tasks.mmla.builds import LabelBuild, label_item_line
from tasks.mmla.items import LabelItem
from tasks.mmla.prompts import Wording
from tasks.mmla.rows import Utterance
from tasks.mmla.sets import all_sets
from thinking.models import Build, BuildKind, Item

_CHUNK = 2000


def listed_builds() -> QuerySet[Build]:
    """Newest first, without the large fields."""
    return Build.objects.select_related("selection", "created_by").defer(
        "records", "report", "missing"
    )


def label_builds() -> list[Build]:
    """Of MMLA's test splits, in the order of the sets, the newest of a set first."""
    builds = Build.objects.filter(kind=BuildKind.LABELS, split="test").defer("report")
    order = [*all_sets()]
    return sorted(builds, key=lambda build: order.index(next(iter(build.counts))))


def item_lines(build: Build) -> Iterator[str]:
    """The items as JSON Lines; of the thinking tasks, the build's hash is over them."""
    for item in build.items.iterator(chunk_size=_CHUNK):
        if build.kind == BuildKind.LABELS:
            yield label_item_line(utterance_of(item), build.name)
        else:
            yield item_line(built_item(item))


def asked_item(item: Item, wording: str = "") -> AskedItem:
    """The row as it is asked, whatever its kind."""
    if not item.is_labelled:
        return ChoiceItem(built_item(item))
    words = Wording(wording or Wording.PAPER)
    return LabelItem(all_sets()[item.task], utterance_of(item), words)


def utterance_of(item: Item) -> Utterance:
    """The row of a build of MMLA as the pure row that it was made from."""
    return Utterance(
        row_id=item.item_id,
        text=item.utterance,
        label=item.options[item.answer],
        clip=item.clip,
        cluster=item.cluster,
    )


def label_build(build: Build) -> LabelBuild:
    """The row and its items as the pure build of MMLA that they were made from."""
    assert build.labels is not None  # noqa: S101 (callers know the kind)
    rows = build.items.order_by("pk").iterator(chunk_size=_CHUNK)
    return LabelBuild(
        build.labels,
        build.split,
        tuple(utterance_of(item) for item in rows),
        build.prompt_version,
    )


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
