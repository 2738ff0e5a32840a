"""Creating studies in which people answer the items of a sealed build."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.models import ComprehensionQuestion, DocumentKind, Study, StudyKind
from annotation.services.studies.study import StudyContent, create_study, free_key
from tasks.batching import Askable, batches_hash, batches_of, chosen_items
from thinking.documents import default_questions, default_text
from thinking.errors import NoItemsError, NotSealedError
from thinking.models import BATCH_SIZE, BatchItem, Build, ItemBatch, ItemStudy


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemStudyPlan:
    """What an item study is like."""

    title: str
    redundancy: int = 3
    batch_size: int = BATCH_SIZE
    # Of each task; None for all.
    items_per_task: int | None = None
    batches_per_person: int | None = None
    seed: int = 1
    moves_options: bool = False
    language: str = ""


@transaction.atomic
def create_item_study(
    *, build: Build, plan: ItemStudyPlan, actor: User | None
) -> ItemStudy:
    """A draft whose batches are cut; texts and questions can still be changed.

    Items about videos that can't be played are left out: people answer what they see.

    Raises:
        NotSealedError: the build is not sealed.
        NoItemsError: none of its videos can be played.
        django.core.exceptions.ValidationError: a value is out of range.
    """
    if not build.is_sealed:
        raise NotSealedError(
            _("Seal the build first: only sealed builds are answered.")
        )
    batches = _batches(build, plan)
    study = Study(
        key=free_key(slugify(plan.title)[:60] or "items"),
        title=plan.title,
        kind=StudyKind.ITEMS,
        redundancy=plan.redundancy,
        batches_per_annotator=plan.batches_per_person,
        language=plan.language,
    )
    content = StudyContent(
        documents={
            kind: default_text(kind, plan.language, "labels" if build.labels else "")
            for kind in DocumentKind
        },
        questions=[
            ComprehensionQuestion(text=text, choices=choices, right_choice=right)
            for text, choices, right in default_questions(plan.language)
        ],
    )
    create_study(study=study, content=content, actor=actor)
    item_study = ItemStudy(
        study=study,
        build=build,
        batch_size=plan.batch_size,
        items_per_task=plan.items_per_task,
        seed=plan.seed,
        moves_options=plan.moves_options,
        batches_sha256=_hash_of(build, batches),
    )
    item_study.full_clean()
    item_study.save()
    _write(item_study, batches)
    return item_study


def _batches(build: Build, plan: ItemStudyPlan) -> list[list[Askable]]:
    playable = build.items.filter(video__media__state="ready")
    rows = playable.order_by("pk").values_list("pk", "task", "video")
    items = chosen_items(
        [Askable(*row) for row in rows],
        most_per_task=plan.items_per_task,
        seed=plan.seed,
    )
    if not items:
        raise NoItemsError(
            _("No video of this build can be played here. Import their clips.")
        )
    return batches_of(items, size=plan.batch_size, seed=plan.seed)


def _hash_of(build: Build, batches: list[list[Askable]]) -> str:
    ids = dict(build.items.values_list("pk", "item_id"))
    return batches_hash([ids[item.name] for item in batch] for batch in batches)


def _write(item_study: ItemStudy, batches: list[list[Askable]]) -> None:
    rows = ItemBatch.objects.bulk_create(
        ItemBatch(item_study=item_study, number=number)
        for number in range(1, len(batches) + 1)
    )
    BatchItem.objects.bulk_create(
        BatchItem(item_study=item_study, batch=row, slot=slot, item_id=item.name)
        for row, batch in zip(rows, batches, strict=True)
        for slot, item in enumerate(batch, 1)
    )
