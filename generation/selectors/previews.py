"""What a round would make and cost, before it is started."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, Max, Min, OuterRef, Q, QuerySet

from annotation.models import Batch, BatchComment, Study
from annotation.services.imports.comments import source_key
from corpus.models import MediaState, Source
from generation.costs import Cost, estimated_cost, prices_as_of, total_cost
from generation.models import GenerationJob, JobState, RoundScope, RoundState
from generation.models.jobs import ACTIVE
from generation.registry import Entry
from generation.selectors.workers import WorkerRow, workers_of


@dataclass(frozen=True, slots=True)
class ModelPreview:
    """One model's part in a round that may be started."""

    entry: Entry
    job_count: int
    # Videos that another round is writing about with this model.
    busy_count: int
    # Seconds a comment took in the model's latest round; None before the first.
    pace: timedelta | None
    # Why no running worker can run it; empty if one can, or none is running.
    problem: str
    worker_count: int
    # At most, where its server charges; else None.
    cost: Cost | None

    @property
    def estimate(self) -> timedelta | None:
        return None if self.pace is None else self.pace * self.job_count


@dataclass(frozen=True, slots=True)
class RoundPreview:
    """What a round would make."""

    study: Study
    scope: RoundScope
    models: tuple[ModelPreview, ...]
    # Videos of the study without a file that can be read.
    unreadable_count: int

    @property
    def job_count(self) -> int:
        return sum(model.job_count for model in self.models)

    @property
    def problems(self) -> list[str]:
        """Why the round cannot be started, model by model."""
        return [
            f"{model.entry.title}: {model.problem}"
            for model in self.models
            if model.problem
        ]

    @property
    def memory_gib(self) -> float:
        """Models are loaded one after the other: the largest counts."""
        return max((model.entry.memory_gib for model in self.models), default=0.0)

    @property
    def estimate(self) -> timedelta | None:
        """On one worker; None while a model with jobs was never run."""
        spans = [model.estimate for model in self.models if model.job_count]
        known = [span for span in spans if span is not None]
        return sum(known, timedelta()) if len(known) == len(spans) else None

    @property
    def is_charged(self) -> bool:
        """Whether a server charges for one of the models."""
        return any(model.cost for model in self.models)

    @property
    def prices_as_of(self) -> str:
        """How old the prices are at most; empty where a file doesn't say."""
        return prices_as_of(model.entry for model in self.models)

    @property
    def cost(self) -> Cost:
        """At most, of all models together."""
        return total_cost(model.cost for model in self.models if model.cost)


# Ids of videos by the key of the entry that writes about them; None: all.
Only = Mapping[str, Collection[int]] | None


def preview_round(
    *, study: Study, entries: Iterable[Entry], scope: RoundScope, only: Only = None
) -> RoundPreview:
    """Count what a round of these models would make (six queries a model)."""
    readable = readable_batches(study)
    return RoundPreview(
        study=study,
        scope=scope,
        models=tuple(
            _preview(study, entry, scope, None if only is None else only[entry.key])
            for entry in entries
        ),
        unreadable_count=study.batches.count() - readable.count(),
    )


def readable_batches(study: Study) -> QuerySet[Batch]:
    """Batches whose video has a file that was probed."""
    return study.batches.filter(video__media__state=MediaState.READY)


def batches_to_write(
    study: Study,
    source: Source | None,
    scope: RoundScope,
    only: Collection[int] | None = None,
) -> QuerySet[Batch]:
    """The batches whose video the source is to write about, without the busy ones."""
    batches = readable_batches(study)
    if only is not None:
        batches = batches.filter(video__in=only)
    if source is None:
        return batches
    if scope == RoundScope.MISSING:
        held = BatchComment.objects.filter(batch=OuterRef("pk"), source=source)
        batches = batches.exclude(Exists(held))
    return batches.exclude(Exists(_at_it(study, source)))


def _at_it(study: Study, source: Source) -> QuerySet[GenerationJob]:
    return jobs_at_it(study, source).filter(video=OuterRef("video"))


def jobs_at_it(study: Study, source: Source) -> QuerySet[GenerationJob]:
    """Jobs whose comment is on its way into the study.

    Batches are filled when a round is over: until then, what it has written is missing
    in them and yet must not be written twice.
    """
    is_going_on = Q(
        state=JobState.DONE,
        round_source__round__study=study,
        round_source__round__state__in=(RoundState.OPEN, RoundState.PAUSED),
    )
    return GenerationJob.objects.filter(
        Q(state__in=ACTIVE) | is_going_on, source=source
    )


def source_of(entry: Entry) -> Source | None:
    """The entry's source, once the model has written or a study has named it."""
    return Source.objects.filter(key=source_key(entry.key)).first()


def _preview(
    study: Study, entry: Entry, scope: RoundScope, only: Collection[int] | None
) -> ModelPreview:
    source = source_of(entry)
    busy = (
        readable_batches(study).filter(Exists(_at_it(study, source))).count()
        if source
        else 0
    )
    workers = workers_of(entry.queue)
    job_count = batches_to_write(study, source, scope, only).count()
    return ModelPreview(
        entry=entry,
        job_count=job_count,
        busy_count=busy,
        pace=latest_pace(source) if source else None,
        problem=_problem(entry, workers),
        worker_count=len(workers),
        cost=estimated_cost(entry, job_count) if entry.is_charged else None,
    )


def _problem(entry: Entry, workers: list[WorkerRow]) -> str:
    """Why none of the running workers can run it."""
    refusals = [worker.refusal(entry.key) for worker in workers]
    return refusals[0] if refusals and all(refusals) else ""


def latest_pace(source: Source) -> timedelta | None:
    """Time a comment took in the source's latest round that made any."""
    done = GenerationJob.objects.filter(source=source, comment__isnull=False)
    latest = done.aggregate(latest=Max("round_source"))["latest"]
    if latest is None:
        return None
    span = done.filter(round_source=latest).aggregate(
        began=Min("started_at"), ended=Max("finished_at"), count=Count("pk")
    )
    elapsed: timedelta = span["ended"] - span["began"]
    return elapsed / int(span["count"])
