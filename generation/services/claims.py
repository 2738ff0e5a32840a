"""Who works on which job: claims with a lease, and what becomes of lost ones."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from generation.engines.base import Reason
from generation.models import GenerationJob, Job, JobState, RoundSource, RoundState

Kind = TypeVar("Kind", bound=Job)

# Workers that may vanish with a job before the job is taken for the cause.
MAX_LOST = 3
# How often a worker renews a claim within one lease: some renewals may fail.
BEATS_A_LEASE = 4


@dataclass(frozen=True, slots=True)
class Claim(Generic[Kind]):
    """Jobs of one kind that one worker has taken, and the token that proves it."""

    token: UUID
    jobs: tuple[Kind, ...]

    @property
    def held(self) -> QuerySet[Kind]:
        """Those of them that are still this worker's."""
        jobs = jobs_like(self.jobs[0])
        return jobs.filter(claim=self.token, state=JobState.RUNNING)


def jobs_like(job: Kind) -> QuerySet[Kind]:
    """All jobs of a job's kind."""
    return type(job)._default_manager.all()  # noqa: SLF001 (Django's own name)


def lease() -> timedelta:
    """How long a worker that says nothing keeps its jobs."""
    return timedelta(seconds=settings.GENERATION_LEASE_SECONDS)


def claim_jobs(*, round_source: RoundSource, limit: int) -> Claim[GenerationJob] | None:
    """Take the next jobs of a model; None if there are none to take now."""
    return claim_of(waiting=waiting_jobs(round_source), limit=limit)


@transaction.atomic
def claim_of(*, waiting: QuerySet[Kind], limit: int) -> Claim[Kind] | None:
    """Take the first of what waits; None if there is nothing to take now.

    A job that a worker vanished with is taken alone, after all others: if it is what
    kills workers, no other job suffers again.

    Args:
        waiting: In the order of taking, those that were lost last.
        limit: How many at most.
    """
    locked = waiting.select_for_update(skip_locked=True, of=("self",))
    jobs = [*locked[:limit]]
    if jobs and jobs[0].lost_count:
        jobs = jobs[:1]
    chosen = [job for job in jobs if not job.lost_count] or jobs
    if not chosen:
        return None
    now = timezone.now()
    claim = Claim(uuid4(), tuple(chosen))
    jobs_like(chosen[0]).filter(pk__in=[job.pk for job in chosen]).update(
        state=JobState.RUNNING,
        claim=claim.token,
        leased_until=now + lease(),
        started_at=now,
        error="",
        error_reason="",
    )
    return claim


def waiting_jobs(round_source: RoundSource) -> QuerySet[GenerationJob]:
    """What a worker may take of a model now, in order."""
    jobs = GenerationJob.objects.filter(
        round_source=round_source, round_source__round__state=RoundState.OPEN
    )
    return due(jobs).select_related("video__media")


def due(jobs: QuerySet[Kind]) -> QuerySet[Kind]:
    """Those that can be taken now, in the order of taking."""
    is_due = Q(due_at__isnull=True) | Q(due_at__lte=timezone.now())
    return jobs.filter(is_due, state=JobState.WAITING).order_by("lost_count", "pk")


def renew(*, claim: Claim[Kind]) -> int:
    """Keep a claim; how many of its jobs are still held (none after a cancel)."""
    return claim.held.update(leased_until=timezone.now() + lease())


def give_up(*, claim: Claim[Kind]) -> int:
    """Return what is still held of a claim: its worker could not go on."""
    return _take_back(claim.held)


def unheard_of(jobs: QuerySet[Kind]) -> QuerySet[Kind]:
    """Those in progress whose worker has missed two of its signs of life."""
    missed = timezone.now() + lease() - 2 * lease() / BEATS_A_LEASE
    return jobs.filter(state=JobState.RUNNING, leased_until__lt=missed)


def reap() -> int:
    """Take back the jobs of workers that vanished; how many there were."""
    return reap_of(GenerationJob.objects.all())


def reap_of(jobs: QuerySet[Kind]) -> int:
    """The same of any jobs."""
    gone = jobs.filter(state=JobState.RUNNING, leased_until__lt=timezone.now())
    return _take_back(gone)


@transaction.atomic
def _take_back(jobs: QuerySet[Kind]) -> int:
    """Let jobs wait again, or fail those that too many workers vanished with."""
    lost = [*jobs.select_for_update(skip_locked=True).values_list("pk", "lost_count")]
    again = [pk for pk, count in lost if count + 1 < MAX_LOST]
    hopeless = [pk for pk, count in lost if count + 1 >= MAX_LOST]
    common = {"claim": None, "leased_until": None, "lost_count": F("lost_count") + 1}
    _rows(jobs, again).update(**common, state=JobState.WAITING)
    _rows(jobs, hopeless).update(
        **common,
        state=JobState.FAILED,
        error_reason=Reason.CRASHED,
        error=_("%(n)s workers stopped responding while working on it.")
        % {"n": MAX_LOST},
        finished_at=timezone.now(),
    )
    return len(lost)


def _rows(jobs: QuerySet[Kind], ids: Collection[int]) -> QuerySet[Kind]:
    """By their ids alone: their state changes with the update."""
    return jobs.model._default_manager.filter(pk__in=ids)  # noqa: SLF001
