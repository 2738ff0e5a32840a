"""Reads of judge runs: how far they are, what was said, what it cost."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Max, QuerySet, Sum
from django.utils.functional import Promise

from annotation.models import Study
from generation.costs import Cost, counted_cost
from generation.engines.base import Reason
from generation.errors import RegistryError
from generation.installation import known_entry
from generation.models import REASON_LABELS, JobState
from generation.models.jobs import ACTIVE
from generation.registry import Entry
from judges.asking import Mode
from judges.models import JudgeRun, RunState
from judges.selectors.instructions import instructions_of
from judges.selectors.previews import Manner


class Failure(NamedTuple):
    """Batches that failed for one reason, and what the latest says."""

    label: str | Promise
    job_count: int
    message: str


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes:
        total, done, left, failed: Batches, each sample counted.
        asked, unread: Comments in the replies so far, and those without a readable
            number.
        cost: So far; None where the registry has no entry any more.
    """

    total: int
    done: int
    left: int
    failed: int
    failures: list[Failure]
    asked: int
    unread: int
    cost: Cost | None

    @property
    def percent(self) -> float:
        return 100 * (self.total - self.left) / self.total if self.total else 100.0

    @property
    def unread_pct(self) -> float:
        return 100 * self.unread / self.asked if self.asked else 0.0


def runs_of(study: Study) -> QuerySet[JudgeRun]:
    """A study's runs, the newest first, with their judges."""
    return JudgeRun.objects.filter(study=study).select_related("judge", "created_by")


def run_like(study: Study, entry: Entry, manner: Manner) -> JudgeRun | None:
    """The newest run of the same model, asked in the same manner and words."""
    runs = runs_of(study).exclude(state=RunState.CANCELLED)
    if manner.seed is not None:
        runs = runs.filter(seed=manner.seed)
    return runs.filter(
        entry=entry.key,
        view=manner.view,
        mode=manner.mode,
        samples=manner.samples,
        prompt_hash=instructions_of(study).digest(Mode(manner.mode)),
    ).first()


def run_progress(run: JudgeRun) -> Progress:
    """Count a run's batches and what was read in the replies."""
    counts = dict(run.jobs.order_by().values_list("state").annotate(Count("pk")))
    failed = run.jobs.filter(state=JobState.FAILED).order_by()
    by_reason = failed.values_list("error_reason").annotate(Count("pk"), Max("error"))
    done = run.jobs.filter(state=JobState.DONE)
    said = [
        one
        for chances in done.values_list("chances", flat=True).iterator(chunk_size=2000)
        for one in (chances or {}).values()
    ]
    return Progress(
        total=sum(counts.values()),
        done=counts.get(JobState.DONE, 0),
        left=sum(counts.get(state, 0) for state in ACTIVE),
        failed=counts.get(JobState.FAILED, 0),
        failures=[
            Failure(REASON_LABELS[Reason(reason)], count, message)
            for reason, count, message in by_reason.order_by("error_reason")
        ],
        asked=len(said),
        unread=said.count(None),
        cost=_cost(run),
    )


def _cost(run: JudgeRun) -> Cost | None:
    try:
        entry = known_entry(run.entry)
    except RegistryError:
        return None
    if not entry.is_charged:
        return None
    sums = run.jobs.aggregate(
        read=Sum("prompt_token_count"), written=Sum("token_count")
    )
    return counted_cost(entry, sums["read"] or 0, sums["written"] or 0)
