"""A round's way: opened, paused and resumed, over; and what failed, once more."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from accounts.models import User
from annotation.models import Study
from annotation.services.imports.comments import source_key
from annotation.services.studies.batches import add_sources, fill_batches
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
from generation.selectors.previews import batches_to_write, jobs_at_it, preview_round


@transaction.atomic
def open_round(
    *,
    study: Study,
    entries: Iterable[Entry],
    scope: RoundScope,
    actor: User | None = None,
) -> GenerationRound:
    """Start a round: its jobs wait for workers, its sources stand in the study.

    Raises:
        GenerationError: a model fits on no worker, or nothing is left to write.
        AnnotationError: the study is no draft any more.
    """
    lock_draft(study, to="let models write its comments")
    chosen = list(entries)
    if problems := preview_round(study=study, entries=chosen, scope=scope).problems:
        raise GenerationError("\n".join(problems))
    generation_round = GenerationRound.objects.create(
        study=study, scope=scope, created_by=actor
    )
    for entry in chosen:
        _add_model(generation_round, entry)
    count = jobs_of(generation_round).count()
    if not count:
        msg = (
            "Nothing is left to write: these models have commented every video of the "
            "study that has a file, or another round is at it."
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


def _add_model(generation_round: GenerationRound, entry: Entry) -> None:
    """One model's jobs; what another round is writing is left to it."""
    source = entry_source(entry)
    row = RoundSource.objects.create(
        round=generation_round, source=source, entry=entry.key, queue=entry.queue
    )
    study = generation_round.study
    assert study is not None  # noqa: S101 (it was just given)
    batches = batches_to_write(study, source, RoundScope(generation_round.scope))
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
    source, _ = Source.objects.get_or_create(
        key=source_key(entry.key), defaults={"title": entry.title[:120]}
    )
    if source.is_human:
        msg = f"{entry.key} is the key of the pool of people: rename the entry."
        raise GenerationError(msg)
    return source


def jobs_of(generation_round: GenerationRound) -> QuerySet[GenerationJob]:
    return GenerationJob.objects.filter(round_source__round=generation_round)


@transaction.atomic
def pause_round(*, generation_round: GenerationRound) -> None:
    """Begin no more jobs; those in work are finished."""
    _lock(generation_round, RoundState.OPEN, to="pause it")
    _step(generation_round, RoundState.PAUSED)


@transaction.atomic
def resume_round(*, generation_round: GenerationRound) -> None:
    """Go on with a paused round."""
    _lock(generation_round, RoundState.PAUSED, to="resume it")
    _step(generation_round, RoundState.OPEN)


@transaction.atomic
def cancel_round(*, generation_round: GenerationRound, actor: User | None) -> None:
    """End a round: what is written stays, what is in work is thrown away."""
    _lock(generation_round, RoundState.OPEN, RoundState.PAUSED, to="cancel it")
    count = (
        jobs_of(generation_round)
        .filter(state__in=ACTIVE)
        .update(
            state=JobState.CANCELLED,
            claim=None,
            leased_until=None,
            finished_at=timezone.now(),
        )
    )
    _step(generation_round, RoundState.CANCELLED)
    _fill_study(generation_round)
    _tell_study(generation_round, actor, "generation round cancelled", left_out=count)


@transaction.atomic
def retry_failures(*, generation_round: GenerationRound) -> int:
    """Let the failed jobs be done anew; how many there are.

    Raises:
        GenerationError: none failed, or the round was cancelled.
    """
    failed = jobs_of(generation_round).filter(state=JobState.FAILED)
    return _again(generation_round, failed, {}, nothing="No job of the round failed.")


@transaction.atomic
def regenerate_flagged(*, generation_round: GenerationRound) -> int:
    """Let flagged jobs be done anew with another seed; how many there are.

    Raises:
        GenerationError: none is flagged that was not done anew often enough.
    """
    flagged = flagged_again(generation_round)
    nothing = (
        "No comment of the round is flagged that was not written anew "
        f"{MAX_REGENERATIONS} times."
    )
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
        to="run jobs of it again",
    )
    if generation_round.study is None or not generation_round.study.is_draft:
        msg = "Its study is no draft any more: start a round for a copy of the study."
        raise GenerationError(msg)
    busy = GenerationJob.objects.filter(
        source=OuterRef("source"), video=OuterRef("video"), state__in=ACTIVE
    )
    # The ids first: what is asked of the rows changes with the update.
    chosen = [*jobs.exclude(Exists(busy)).values_list("pk", flat=True)]
    count = GenerationJob.objects.filter(pk__in=chosen).update(
        **more,
        state=JobState.WAITING,
        error="",
        error_reason="",
        try_count=0,
        lost_count=0,
        due_at=None,
        finished_at=None,
    )
    if not count:
        raise GenerationError(nothing)
    if generation_round.state == RoundState.DONE:
        _step(generation_round, RoundState.OPEN)
    return count


@transaction.atomic
def finish_if_over(*, generation_round: GenerationRound) -> bool:
    """End a round in which nothing is left to do, and fill its study's batches."""
    locked = GenerationRound.objects.select_for_update().get(pk=generation_round.pk)
    generation_round.state = locked.state
    if locked.is_over or jobs_of(locked).filter(state__in=ACTIVE).exists():
        return False
    _step(generation_round, RoundState.DONE)
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
        fill_batches(study=study)


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


def _lock(generation_round: GenerationRound, *allowed: RoundState, to: str) -> None:
    """Lock the round's row and read its state anew; refuse a state not allowed."""
    locked = GenerationRound.objects.select_for_update().get(pk=generation_round.pk)
    generation_round.state = locked.state
    if locked.state not in allowed:
        states = " or ".join(RoundState(state).label.lower() for state in allowed)
        now = locked.get_state_display().lower()
        msg = f"{locked} is {now}; it must be {states} to {to}."
        raise GenerationError(msg)


def _step(generation_round: GenerationRound, state: RoundState) -> None:
    generation_round.state = state
    over = state in (RoundState.DONE, RoundState.CANCELLED)
    generation_round.finished_at = timezone.now() if over else None
    generation_round.save(update_fields=["state", "finished_at"])
