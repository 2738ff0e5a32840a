"""Two rounds side by side."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import (
    Avg,
    BooleanField,
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast, Length, NullIf

from generation.models import (
    Attempt,
    GenerationJob,
    GenerationRound,
    JobState,
)


@dataclass(frozen=True, slots=True)
class ModelNumbers:
    """What one model did in one round."""

    done: int
    failed: int
    flagged: int
    # Means over the comments: characters, tokens (None where no engine counts them).
    length: float | None
    tokens: float | None


@dataclass(frozen=True, slots=True)
class ComparedModel:
    """One model in both rounds; None where it took no part."""

    title: str
    now: ModelNumbers | None
    before: ModelNumbers | None
    # Videos that both wrote about, and those among them with the very same text.
    shared: int
    same: int


def compare_rounds(
    now: GenerationRound, before: GenerationRound
) -> list[ComparedModel]:
    """Model by model, by title (three queries)."""
    numbers = {one.pk: _numbers(one) for one in (now, before)}
    pairs = _pairs(now, before)
    titles = sorted({*numbers[now.pk], *numbers[before.pk]})
    return [
        ComparedModel(
            title,
            numbers[now.pk].get(title),
            numbers[before.pk].get(title),
            *pairs.get(title, (0, 0)),
        )
        for title in titles
    ]


def _numbers(generation_round: GenerationRound) -> Mapping[str, ModelNumbers]:
    last = Attempt.objects.filter(job=OuterRef("pk"), comment__isnull=False)
    tokens = last.order_by("-number").values("token_count")[:1]
    is_done = Q(state=JobState.DONE)
    rows = (
        GenerationJob.objects.filter(round_source__round=generation_round)
        .annotate(tokens=Cast(Subquery(tokens), FloatField()))
        .order_by()
        .values_list("source__title")
        .annotate(
            done=Count("pk", filter=is_done),
            failed=Count("pk", filter=Q(state=JobState.FAILED)),
            flagged=Count("pk", filter=is_done & Q(flags__len__gt=0)),
            length=Avg(Length("comment__text")),
            mean_tokens=Avg(NullIf("tokens", 0.0)),
        )
    )
    return {title: ModelNumbers(*counts) for title, *counts in rows}


def _pairs(
    now: GenerationRound, before: GenerationRound
) -> Mapping[str, tuple[int, int]]:
    rows = (
        shared_jobs(now, before)
        .order_by()
        .values_list("source__title")
        .annotate(
            shared=Count("pk"),
            same=Count("pk", filter=Q(comment__text=F("earlier_text"))),
        )
    )
    return {title: (shared, same) for title, shared, same in rows}


def shared_jobs(
    now: GenerationRound, before: GenerationRound
) -> QuerySet[GenerationJob]:
    """Jobs of the round whose model wrote about the video in the earlier one too.

    Each has `earlier_text` and `earlier_flags`.
    """
    earlier = GenerationJob.objects.filter(
        round_source__round=before,
        source=OuterRef("source"),
        video=OuterRef("video"),
        comment__isnull=False,
    )
    return (
        GenerationJob.objects.filter(round_source__round=now, comment__isnull=False)
        .annotate(
            earlier_text=Subquery(earlier.values("comment__text")[:1]),
            earlier_flags=Subquery(earlier.values("flags")[:1]),
        )
        .filter(earlier_text__isnull=False)
        .select_related("source", "video", "comment")
        .order_by("source", "pk")
    )


def rounds_to_compare_with(
    generation_round: GenerationRound,
) -> QuerySet[GenerationRound]:
    """Earlier rounds in which one of the models wrote too; first those of the study."""
    is_same = Q(study=generation_round.study_id) & Q(study__isnull=False)
    sources = generation_round.sources.values("source")
    return (
        GenerationRound.objects.filter(
            sources__source__in=sources, created_at__lt=generation_round.created_at
        )
        .select_related("study")
        .annotate(is_same_study=ExpressionWrapper(is_same, BooleanField()))
        .order_by("-is_same_study", "-created_at", "-pk")
        .distinct()
    )
