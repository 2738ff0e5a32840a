"""Who works on which job: claims with a lease, and what becomes of lost ones."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from generation.engines.base import Reason
from generation.models import GenerationJob, JobState, RoundSource, RoundState

# Workers that may vanish with a job before the job is taken for the cause.
MAX_LOST = 3
# How often a worker renews a claim within one lease: some renewals may fail.
BEATS_A_LEASE = 4


@dataclass(frozen=True, slots=True)
class Claim:
    """Jobs that one worker has taken, and the token that proves it."""

    token: UUID
    jobs: tuple[GenerationJob, ...]

    @property
    def held(self) -> QuerySet[GenerationJob]:
        """Those of them that are still this worker's."""
        return GenerationJob.objects.filter(claim=self.token, state=JobState.RUNNING)


def lease() -> timedelta:
    """How long a worker that says nothing keeps its jobs."""
    return timedelta(seconds=settings.GENERATION_LEASE_SECONDS)


@transaction.atomic
def claim_jobs(*, round_source: RoundSource, limit: int) -> Claim | None:
    """Take the next jobs of a model; None if there are none to take now.

    A job that a worker vanished with is taken alone, after all others: if it is what
    kills workers, no other job suffers again.
    """
    waiting = waiting_jobs(round_source)
    locked = waiting.select_for_update(skip_locked=True, of=("self",))
    jobs = [*locked[:limit]]
    if jobs and jobs[0].lost_count:
        jobs = jobs[:1]
    chosen = [job for job in jobs if not job.lost_count] or jobs
    if not chosen:
        return None
    now = timezone.now()
    claim = Claim(uuid4(), tuple(chosen))
    GenerationJob.objects.filter(pk__in=[job.pk for job in chosen]).update(
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
    return (
        GenerationJob.objects.filter(
            Q(due_at__isnull=True) | Q(due_at__lte=timezone.now()),
            round_source=round_source,
            state=JobState.WAITING,
            round_source__round__state=RoundState.OPEN,
        )
        .select_related("video__media")
        .order_by("lost_count", "pk")
    )


def renew(*, claim: Claim) -> int:
    """Keep a claim; how many of its jobs are still held (none after a cancel)."""
    return claim.held.update(leased_until=timezone.now() + lease())


def give_up(*, claim: Claim) -> int:
    """Return what is still held of a claim: its worker could not go on."""
    return _take_back(claim.held)


def unheard_of(jobs: QuerySet[GenerationJob]) -> QuerySet[GenerationJob]:
    """Those in progress whose worker has missed two of its signs of life."""
    missed = timezone.now() + lease() - 2 * lease() / BEATS_A_LEASE
    return jobs.filter(state=JobState.RUNNING, leased_until__lt=missed)


def reap() -> int:
    """Take back the jobs of workers that vanished; how many there were."""
    gone = GenerationJob.objects.filter(
        state=JobState.RUNNING, leased_until__lt=timezone.now()
    )
    return _take_back(gone)


@transaction.atomic
def _take_back(jobs: QuerySet[GenerationJob]) -> int:
    """Let jobs wait again, or fail those that too many workers vanished with."""
    lost = [*jobs.select_for_update(skip_locked=True).values_list("pk", "lost_count")]
    again = [pk for pk, count in lost if count + 1 < MAX_LOST]
    hopeless = [pk for pk, count in lost if count + 1 >= MAX_LOST]
    common = {"claim": None, "leased_until": None, "lost_count": F("lost_count") + 1}
    _rows(again).update(**common, state=JobState.WAITING)
    _rows(hopeless).update(
        **common,
        state=JobState.FAILED,
        error_reason=Reason.CRASHED,
        error=_("%(n)s workers stopped responding while working on it.")
        % {"n": MAX_LOST},
        finished_at=timezone.now(),
    )
    return len(lost)


def _rows(ids: Collection[int]) -> QuerySet[GenerationJob]:
    return GenerationJob.objects.filter(pk__in=ids)
