"""A run of a judge: started, cancelled, over; what failed, once more; its judge."""

from collections import defaultdict
from dataclasses import asdict

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from analysis.models import JudgeKind, ReportState
from analysis.models.judges import LONGEST_NAME
from analysis.services.judges import Wanted, compute_judge, request_judge
from annotation.models import Study
from generation.models import JobState
from generation.models.jobs import ACTIVE
from generation.models.rounds import round_seed
from generation.registry import Entry
from generation.services.endings import cancel_all, queue_again
from judges.asking import PROMPT_VERSIONS, READING_VERSION, Mode, together
from judges.errors import JudgeError
from judges.models import JudgeJob, JudgeRun, RunState
from judges.selectors.instructions import instructions_of
from judges.selectors.previews import Manner, askable_batches, why_not_asked

_JOBS_AT_ONCE = 2000


@transaction.atomic
def start_run(
    *, study: Study, entry: Entry, manner: Manner, actor: User | None = None
) -> JudgeRun:
    """Let a model of the registry guess what people would say in a study.

    Batches whose video has no usable file are left out where frames are to be shown.

    Raises:
        JudgeError: The model can't be asked so, there is nothing to ask, or the same
            is being asked already.
    """
    if problem := why_not_asked(study, entry, manner):
        raise JudgeError(problem)
    open_runs = JudgeRun.objects.filter(
        study=study,
        entry=entry.key,
        view=manner.view,
        mode=manner.mode,
        state=RunState.OPEN,
    )
    if open_runs.exists():
        raise JudgeError(_("This model is being asked already. Wait for it to finish."))
    told = instructions_of(study)
    run = JudgeRun.objects.create(
        study=study,
        entry=entry.key,
        title=entry.title,
        queue=entry.queue,
        view=manner.view,
        mode=manner.mode,
        samples=manner.samples,
        prompt_version=PROMPT_VERSIONS[Mode(manner.mode)],
        instructions=asdict(told),
        prompt_hash=told.digest(Mode(manner.mode)),
        seed=round_seed() if manner.seed is None else manner.seed,
        created_by=actor,
    )
    JudgeJob.objects.bulk_create(
        (
            JudgeJob(run=run, batch_id=batch, sample=sample)
            for batch in askable_batches(study, manner.view).values_list(
                "pk", flat=True
            )
            for sample in range(manner.samples)
        ),
        batch_size=_JOBS_AT_ONCE,
    )
    return run


@transaction.atomic
def cancel_run(*, run: JudgeRun) -> int:
    """End a run: what is left is not asked, and there is no judge; how many jobs."""
    locked = _lock(run)
    if locked.is_over:
        raise JudgeError(_("The run is over. Nothing was changed."))
    left = cancel_all(locked.jobs.all())
    _move(locked, RunState.CANCELLED)
    return left


@transaction.atomic
def retry_run(*, run: JudgeRun) -> int:
    """Queue the failed batches of a run again; how many there are."""
    locked = _lock(run)
    if locked.state == RunState.CANCELLED:
        raise JudgeError(_("The run was cancelled. Start a new one."))
    count = queue_again(locked.jobs.filter(state=JobState.FAILED))
    if not count:
        raise JudgeError(_("No batch of this run has failed."))
    _move(locked, RunState.OPEN)
    return count


@transaction.atomic
def finish_run_if_over(*, run: JudgeRun) -> bool:
    """End a run in which nothing is left to ask; its judge waits to be fitted then."""
    locked = _lock(run)
    if locked.is_over or locked.jobs.filter(state__in=ACTIVE).exists():
        return False
    _move(locked, RunState.DONE)
    _request(locked)
    return True


@transaction.atomic
def fit_again(*, run: JudgeRun) -> bool:
    """Let a judge be fitted on the run's guesses and the judgments of now.

    Returns:
        False where that judge is there already: no judgment is newer.

    Raises:
        JudgeError: The run isn't done, or gave no guess.
    """
    locked = _lock(run)
    if locked.state != RunState.DONE:
        raise JudgeError(_("The run isn't done. Wait for it to finish."))
    return _request(locked)


def fit_waiting(*, run: JudgeRun) -> None:
    """Fit the run's judge if it waits; nothing otherwise."""
    run.refresh_from_db()
    if run.judge is not None and run.judge.state == ReportState.WAITING:
        compute_judge(stored_id=run.judge.pk)


def _request(run: JudgeRun) -> bool:
    given = guesses_of(run)
    if not given:
        return False
    wanted = Wanted(
        kind=JudgeKind.ASKED,
        name=run.title[:LONGEST_NAME],
        given=given,
        provenance=_provenance(run, len(given)),
    )
    judge, is_new = request_judge(study=run.study, wanted=wanted, again=True)
    run.judge = judge
    run.save(update_fields=["judge"])
    return is_new


def guesses_of(run: JudgeRun) -> dict[str, float]:
    """The mean guess of each comment over the samples, by label, where there is one."""
    samples: dict[int, list[dict[str, float | None]]] = defaultdict(list)
    done = run.jobs.filter(state=JobState.DONE).order_by("pk")
    for batch, chances in done.values_list("batch", "chances"):
        samples[batch].append(chances or {})
    found: dict[str, float] = {}
    for each in samples.values():
        labels = sorted({label for one in each for label in one})
        means = together([[one.get(label) for label in labels] for one in each])
        found |= {
            label: mean
            for label, mean in zip(labels, means, strict=True)
            if mean is not None
        }
    return found


def _provenance(run: JudgeRun, guessed: int) -> dict[str, object]:
    """What the card tells of it."""
    jobs = run.jobs.filter(state=JobState.DONE).order_by("-finished_at")
    engine: dict[str, object] = next(iter(jobs.values_list("engine", flat=True)), {})
    said = [
        one
        for chances in jobs.values_list("chances", flat=True)
        for one in (chances or {}).values()
    ]
    return {
        "entry": run.entry,
        "entry_digest": engine.get("entry_digest", ""),
        "engine": engine.get("engine", ""),
        "checkpoint": engine.get("checkpoint", ""),
        "revision": engine.get("revision", ""),
        "content_hash": engine.get("content_hash", ""),
        "prompt_version": run.prompt_version,
        "prompt_hash": run.prompt_hash,
        "reading_version": READING_VERSION,
        "view": run.view,
        "mode": run.mode,
        "samples": run.samples,
        "seed": run.seed,
        "asked": len(said),
        "unread": said.count(None),
        "unanswered_batches": run.jobs.exclude(state=JobState.DONE).count(),
        "guessed": guessed,
    }


def _lock(run: JudgeRun) -> JudgeRun:
    return JudgeRun.objects.select_for_update(of=("self",)).get(pk=run.pk)


def _move(run: JudgeRun, state: RunState) -> None:
    run.state = state
    run.finished_at = None if state == RunState.OPEN else timezone.now()
    run.save(update_fields=["state", "finished_at"])
