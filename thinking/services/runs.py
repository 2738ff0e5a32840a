"""A run that workers carry out: started, cancelled, over; what failed, once more."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from generation.models import JobState
from generation.models.jobs import ACTIVE
from generation.models.rounds import round_seed
from generation.registry import Entry
from generation.services.endings import cancel_all, queue_again
from generation.services.rounds import entry_source
from tasks.answering import View
from thinking.errors import NotSealedError, RunError
from thinking.models import AnswerJob, AnswerRun, Build, RunState
from thinking.selectors.previews import Manner, askable, why_not_asked

_JOBS_AT_ONCE = 2000


@transaction.atomic
def start_run(
    *, build: Build, entry: Entry, manner: Manner, actor: User | None = None
) -> AnswerRun:
    """Let a model of the registry answer the items of a sealed build.

    Items about videos without a readable file are left out where the video, or its
    measures, are to be shown.

    Raises:
        NotSealedError: The build can still go.
        RunError: The model can't be asked so, or there is nothing to ask.
        GenerationError: The model's key is the human pool's.
    """
    if not build.is_sealed:
        raise NotSealedError(
            _("Seal the build first: only sealed builds are answered.")
        )
    if problem := why_not_asked(build, entry, manner):
        raise RunError(f"{entry.title}: {problem}")
    items = askable(build, manner.view)
    if manner.view is View.OTHER and items.values("video").distinct().count() == 1:
        raise RunError(_("There is no other video to show."))
    run = AnswerRun.objects.create(
        build=build,
        source=entry_source(entry),
        mode=manner.mode,
        view=manner.view,
        rotations=manner.rotations,
        wording=manner.wording if build.labels else "",
        seed=round_seed() if manner.seed is None else manner.seed,
        state=RunState.OPEN,
        entry=entry.key,
        queue=entry.queue,
        created_by=actor,
    )
    jobs = AnswerJob.objects.bulk_create(
        (
            AnswerJob(run=run, item_id=item, rotation=shift)
            for item in items.order_by("pk").values_list("pk", flat=True)
            for shift in range(build.order_count(manner.rotations))
        ),
        batch_size=_JOBS_AT_ONCE,
    )
    if not jobs:
        raise RunError(_("No video of this build has a file that can be read."))
    return run


@transaction.atomic
def cancel_run(*, run: AnswerRun) -> int:
    """End a run: its replies stay, what is left is not asked; how many."""
    locked = _lock(run)
    if locked.is_over:
        raise RunError(_("The run is over. Nothing was changed."))
    left = cancel_all(locked.jobs.all())
    _move(locked, RunState.CANCELLED)
    return left


@transaction.atomic
def retry_run(*, run: AnswerRun) -> int:
    """Queue the failed questions of a run again; how many there are."""
    locked = _lock(run)
    if locked.state == RunState.CANCELLED:
        raise RunError(_("The run was cancelled. Start a new one."))
    count = queue_again(locked.jobs.filter(state=JobState.FAILED))
    if not count:
        raise RunError(_("No question of this run has failed."))
    _move(locked, RunState.OPEN)
    return count


@transaction.atomic
def finish_run_if_over(*, run: AnswerRun) -> bool:
    """End a run in which nothing is left to ask."""
    locked = _lock(run)
    if locked.is_over or locked.jobs.filter(state__in=ACTIVE).exists():
        return False
    _move(locked, RunState.DONE)
    return True


def _lock(run: AnswerRun) -> AnswerRun:
    return AnswerRun.objects.select_for_update().get(pk=run.pk)


def _move(run: AnswerRun, state: RunState) -> None:
    run.state = state
    run.finished_at = None if state == RunState.OPEN else timezone.now()
    run.save(update_fields=["state", "finished_at"])
