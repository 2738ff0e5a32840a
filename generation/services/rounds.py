"""A round's way: opened, paused and resumed, over; and what failed, once more."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from annotation.models import PooledComment, Study
from annotation.services.imports.comments import source_key
from annotation.services.studies.batches import (
    add_sources,
    choose_sources,
    fill_batches,
)
from annotation.services.studies.events import record_event
from annotation.services.studies.locks import lock_draft
from corpus.models import Source
from generation.errors import GenerationError
from generation.models import (
    MAX_REGENERATIONS,
    GenerationJob,
    GenerationRound,
    JobState,
    RoundScope,
    RoundSource,
    RoundState,
)
from generation.models.jobs import ACTIVE
from generation.registry import Entry
from generation.selectors.costs import is_at_cost_limit
from generation.selectors.previews import (
    Only,
    batches_to_write,
    jobs_at_it,
    preview_round,
)
from generation.services.endings import cancel_all, queue_again


@dataclass(frozen=True)
class RoundLimits:
    """Where a round ends before everything is written.

    Attributes:
        only: Which videos each model may write about, of a round that is repeated.
        max_usd: What servers may charge in all; None: no limit.
    """

    only: Only = None
    max_usd: Decimal | None = None


_NO_LIMITS = RoundLimits()


@transaction.atomic
def open_round(
    *,
    study: Study,
    entries: Iterable[Entry],
    scope: RoundScope,
    seed: int | None = None,
    actor: User | None = None,
    limits: RoundLimits = _NO_LIMITS,
) -> GenerationRound:
    """Start a round: its jobs wait for workers, its models become the study's sources.

    Args:
        study: A draft.
        entries: The models.
        scope: Which videos.
        seed: Everything that chance decides follows from it; None: a random one.
        actor: Who starts it; None: the command line.
        limits: Where it ends before everything is written.

    Raises:
        GenerationError: a model fits on no worker, or nothing is left to write.
        AnnotationError: the study is no draft any more.
    """
    lock_draft(study)
    chosen = list(entries)
    only = limits.only
    preview = preview_round(study=study, entries=chosen, scope=scope, only=only)
    if preview.problems:
        raise GenerationError("\n".join(preview.problems))
    generation_round = GenerationRound.objects.create(
        study=study,
        scope=scope,
        created_by=actor,
        max_usd=limits.max_usd,
        **({} if seed is None else {"seed": seed}),
    )
    for entry in chosen:
        _add_model(generation_round, entry, None if only is None else only[entry.key])
    count = jobs_of(generation_round).count()
    if not count:
        msg = _(
            "There is nothing left to write: these models have commented on every "
            "video of the study that has a file, or another round is doing it."
        )
        raise GenerationError(msg)
    sources = [row.source for row in generation_round.sources.select_related("source")]
    add_sources(study=study, sources=sources, actor=actor)
    record_event(
        study=study,
        actor=actor,
        action="generation round started",
        round=generation_round.pk,
        models=[source.key for source in sources],
        comments=count,
    )
    return generation_round


def _add_model(
    generation_round: GenerationRound, entry: Entry, only: Collection[int] | None
) -> None:
    """One model's jobs; what another round is writing is left to it."""
    source = entry_source(entry)
    row = RoundSource.objects.create(
        round=generation_round, source=source, entry=entry.key, queue=entry.queue
    )
    study = generation_round.study
    assert study is not None  # noqa: S101 (it was just given)
    batches = batches_to_write(study, source, RoundScope(generation_round.scope), only)
    GenerationJob.objects.bulk_create(
        (
            GenerationJob(round_source=row, source=source, video_id=video)
            for video in batches.order_by("pk").values_list("video", flat=True)
        ),
        # A round that was started in this very moment.
        ignore_conflicts=True,
        batch_size=2_000,
    )
    # What that round wrote between the question and the jobs is missing no more.
    others = jobs_at_it(study, source).exclude(round_source=row)
    row.jobs.filter(video__in=others.values("video")).delete()


def entry_source(entry: Entry) -> Source:
    """The source of a registry entry, made where there is none.

    Raises:
        GenerationError: its key is the human pool's.
    """
    source, _is_new = Source.objects.get_or_create(
        key=source_key(entry.key), defaults={"title": entry.title[:120]}
    )
    if source.is_human:
        msg = _("%(key)s is the key of the human pool. Rename the model's file.") % {
            "key": entry.key
        }
        raise GenerationError(msg)
    return source


def jobs_of(generation_round: GenerationRound) -> QuerySet[GenerationJob]:
    return GenerationJob.objects.filter(round_source__round=generation_round)


@transaction.atomic
def pause_round(*, generation_round: GenerationRound) -> None:
    """Begin no more jobs; those in progress are finished."""
    _lock(generation_round, RoundState.OPEN)
    _move(generation_round, RoundState.PAUSED)


@transaction.atomic
def resume_round(
    *, generation_round: GenerationRound, max_usd: Decimal | None = None
) -> None:
    """Go on with a paused round.

    Args:
        generation_round: The round.
        max_usd: A new cost limit, in dollars; None: as it was.

    Raises:
        GenerationError: It isn't paused, or its cost limit allows no more.
    """
    _lock(generation_round, RoundState.PAUSED)
    if max_usd is not None:
        generation_round.max_usd = max_usd
        generation_round.save(update_fields=["max_usd"])
    if is_at_cost_limit(generation_round):
        msg = _(
            "The round is at its cost limit of $%(usd)s: its next comment might go "
            "past it. Enter a higher limit to go on."
        )
        raise GenerationError(msg % {"usd": f"{generation_round.max_usd:,.2f}"})
    _move(generation_round, RoundState.OPEN)


@transaction.atomic
def cancel_round(*, generation_round: GenerationRound, actor: User | None) -> None:
    """End a round: what is written stays, what is in progress is thrown away."""
    _lock(generation_round, RoundState.OPEN, RoundState.PAUSED)
    count = cancel_all(jobs_of(generation_round))
    _move(generation_round, RoundState.CANCELLED)
    _fill_study(generation_round)
    _drop_empty_sources(generation_round, actor)
    _tell_study(generation_round, actor, "generation round cancelled", left_out=count)


@transaction.atomic
def retry_failures(*, generation_round: GenerationRound) -> int:
    """Queue the failed jobs again; how many there are.

    Raises:
        GenerationError: none failed, or the round was cancelled.
    """
    failed = jobs_of(generation_round).filter(state=JobState.FAILED)
    return _again(
        generation_round, failed, {}, nothing=_("No job of this round has failed.")
    )


@transaction.atomic
def regenerate_flagged(*, generation_round: GenerationRound) -> int:
    """Queue flagged jobs again, with another seed; how many there are.

    Raises:
        GenerationError: none is flagged that may be regenerated once more.
    """
    flagged = flagged_again(generation_round)
    nothing = _(
        "There is nothing to regenerate: no comment of this round is flagged, or the "
        "flagged ones were regenerated %(n)s times already."
    ) % {"n": MAX_REGENERATIONS}
    more = {"regeneration_count": F("regeneration_count") + 1}
    return _again(generation_round, flagged, more, nothing=nothing)


def flagged_again(generation_round: GenerationRound) -> QuerySet[GenerationJob]:
    """Flagged jobs that may be run once more."""
    return jobs_of(generation_round).filter(
        state=JobState.DONE,
        flags__len__gt=0,
        regeneration_count__lt=MAX_REGENERATIONS,
    )


def _again(
    generation_round: GenerationRound,
    jobs: QuerySet[GenerationJob],
    more: Mapping[str, Any],
    *,
    nothing: str,
) -> int:
    _lock(
        generation_round,
        *(RoundState.OPEN, RoundState.PAUSED, RoundState.DONE),
    )
    if generation_round.study is None or not generation_round.study.is_draft:
        msg = _(
            "The study is no longer a draft. Copy the study and start a round for the "
            "copy."
        )
        raise GenerationError(msg)
    busy = GenerationJob.objects.filter(
        source=OuterRef("source"), video=OuterRef("video"), state__in=ACTIVE
    )
    # The ids first: what is asked of the rows changes with the update.
    chosen = [*jobs.exclude(Exists(busy)).values_list("pk", flat=True)]
    count = queue_again(GenerationJob.objects.filter(pk__in=chosen), **more)
    if not count:
        raise GenerationError(nothing)
    if generation_round.state == RoundState.DONE:
        _move(generation_round, RoundState.OPEN)
    return count


@transaction.atomic
def finish_if_over(*, generation_round: GenerationRound) -> bool:
    """End a round in which nothing is left to do, and fill its study's batches."""
    locked = GenerationRound.objects.select_for_update().get(pk=generation_round.pk)
    generation_round.state = locked.state
    if locked.is_over or jobs_of(locked).filter(state__in=ACTIVE).exists():
        return False
    _move(generation_round, RoundState.DONE)
    _fill_study(generation_round)
    made = jobs_of(locked).filter(state=JobState.DONE).count()
    failed = jobs_of(locked).filter(state=JobState.FAILED).count()
    _tell_study(
        generation_round, None, "generation round done", comments=made, failed=failed
    )
    return True


def _fill_study(generation_round: GenerationRound) -> None:
    """Put the new comments into the batches, which only those of a draft take."""
    study = generation_round.study
    if study is not None:
        study.refresh_from_db(fields=["state"])
    if study is not None and study.is_draft:
        is_for_all = generation_round.scope == RoundScope.ALL
        fill_batches(study=study, keeps_texts=not is_for_all)


def _drop_empty_sources(generation_round: GenerationRound, actor: User | None) -> None:
    """Take out of a draft those of the round's models that it has no comment of.

    A source that another round is writing for stays.
    """
    study = generation_round.study
    if study is None or not study.is_draft:
        return
    models = {row.source_id for row in generation_round.sources.all()}
    comments = PooledComment.objects.filter(Q(study=study) | Q(study=None))
    written = {*comments.values_list("comment__source", flat=True).distinct()}
    busy = GenerationJob.objects.filter(
        round_source__round__study=study, state__in=ACTIVE
    )
    empty = models - written - {*busy.values_list("source", flat=True)}
    left = [source for source in study.declared_sources if source.pk not in empty]
    choose_sources(study=study, sources=left, actor=actor)


def _tell_study(
    generation_round: GenerationRound, actor: User | None, action: str, **detail: object
) -> None:
    if generation_round.study is not None:
        record_event(
            study=generation_round.study,
            actor=actor,
            action=action,
            round=generation_round.pk,
            **detail,
        )


_REFUSALS: Mapping[RoundState, str | Promise] = {
    RoundState.OPEN: gettext_lazy("The round is running already."),
    RoundState.PAUSED: gettext_lazy("The round is paused already."),
    RoundState.DONE: gettext_lazy("The round is done. Nothing was changed."),
    RoundState.CANCELLED: gettext_lazy(
        "The round was cancelled. Start a new round for what is still missing."
    ),
}


def _lock(generation_round: GenerationRound, *allowed: RoundState) -> None:
    """Lock the round's row and read its state again; refuse a state not allowed."""
    locked = GenerationRound.objects.select_for_update().get(pk=generation_round.pk)
    generation_round.state = locked.state
    if locked.state not in allowed:
        raise GenerationError(_REFUSALS[RoundState(locked.state)])


def _move(generation_round: GenerationRound, state: RoundState) -> None:
    generation_round.state = state
    over = state in (RoundState.DONE, RoundState.CANCELLED)
    generation_round.finished_at = timezone.now() if over else None
    generation_round.save(update_fields=["state", "finished_at"])
