"""Whether an item study's rows keep the rules that no constraint can hold."""

from collections.abc import Iterator

from annotation.models import Study
from annotation.rules.studies.findings import Finding
from annotation.selectors.studies.integrity import broken_statements
from tasks.asking import CHOICE_ORDERS
from tasks.batching import batches_hash, drawn_order, drawn_rotation
from thinking.models import BatchItem, BuildKind, ItemAssignment, ItemStudy
from thinking.selectors.builds import label_build, pure_build
from thinking.selectors.integrity_rules import (
    ITEM_BATCHES,
    ITEM_BUILD,
    ITEM_ORDER,
    ITEM_RULES,
)


def broken_item_rules(study: Study) -> Iterator[Finding]:
    """What is wrong with its build, batches and answers; nothing if all is well."""
    yield from broken_statements(study, ITEM_RULES)
    found = ItemStudy.objects.select_related("build").filter(study=study).first()
    if found is None:
        return
    build = found.build
    pure = label_build if build.kind == BuildKind.LABELS else pure_build
    if pure(build).sha256 != build.sha256:
        yield Finding(ITEM_BUILD, f"build {build}")
    batches = _items_by_batch(found)
    ids = [[item_id for _pk, item_id in batch] for batch in batches.values()]
    if batches_hash(ids) != found.batches_sha256:
        yield Finding(ITEM_BATCHES, f"study {study.key}")
    for assignment in _wrongly_asked(found, batches):
        yield Finding(ITEM_ORDER, f"item assignment {assignment.public_id}")


# Primary key and id of each item, by the key of its batch.
_Batches = dict[int, list[tuple[int, str]]]


def _items_by_batch(item_study: ItemStudy) -> _Batches:
    batches: _Batches = {}
    rows = BatchItem.objects.filter(item_study=item_study).order_by(
        "batch__number", "slot"
    )
    for batch, item, item_id in rows.values_list("batch", "item__pk", "item__item_id"):
        batches.setdefault(batch, []).append((item, item_id))
    return batches


def _wrongly_asked(
    item_study: ItemStudy, batches: _Batches
) -> Iterator[ItemAssignment]:
    """Assignments whose items or orders of options are not what their seed makes."""
    orders = item_study.build.order_count(CHOICE_ORDERS)
    assignments = (
        ItemAssignment.objects.filter(batch__item_study=item_study)
        .order_by("pk")
        .prefetch_related("answers")
    )
    for assignment in assignments.iterator(chunk_size=500):
        seed = assignment.seed
        items = [item for item, _id in batches.get(assignment.batch_id, [])]
        wanted = [
            (
                position,
                item,
                drawn_rotation(seed, position, orders)
                if item_study.moves_options
                else 0,
            )
            for position, item in enumerate(drawn_order(items, seed), 1)
        ]
        asked = [
            (answer.position, answer.item_id, answer.rotation)
            for answer in assignment.answers.all()
        ]
        if sorted(asked) != wanted:
            yield assignment
