"""What a run would ask and cost, before it is started."""

from dataclasses import dataclass
from statistics import fmean

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from annotation.models import Batch, Study
from corpus.models import MediaState
from generation.costs import Cost, counted_cost
from generation.registry import Entry
from generation.selectors.workers import workers_of
from judges.asking import (
    BatchShown,
    Instructions,
    question_about,
    question_about_one,
    room_for,
)
from judges.models import MOST_SAMPLES, RunMode, RunView
from judges.selectors.instructions import (
    comments_by_batch,
    instructions_of,
    sheet_of,
)

_TOKENS_PER_WORD = 1.5
# Batches whose length tells that of all.
_SAMPLE = 50


@dataclass(frozen=True)
class Manner:
    """How a model is asked.

    Attributes:
        samples: How often each batch is asked about, each time in another order.
        seed: Of the orders, and of the model's own chance; None: a random one.
    """

    view: RunView = RunView.TEXT
    mode: RunMode = RunMode.SAID
    samples: int = 1
    seed: int | None = None


@dataclass(frozen=True)
class RunPreview:
    """A run that may be started.

    Attributes:
        question_count: Batches times samples.
        left_out_count: Batches whose video has no usable file.
        problem: Why it can't be started; empty if it can.
        cost: At most, where its server charges; else None.
        example: The whole prompt of one batch.
    """

    entry: Entry
    question_count: int
    left_out_count: int
    problem: str
    cost: Cost | None
    example: str


def preview_run(*, study: Study, entry: Entry, manner: Manner) -> RunPreview:
    """Count what a run would ask."""
    batches = askable_batches(study, manner.view)
    count = batches.count()
    prompts = _prompts(study, manner)
    return RunPreview(
        entry=entry,
        question_count=count * manner.samples,
        left_out_count=study.batches.filter(sealed_at__isnull=False).count() - count,
        problem=why_not_asked(study, entry, manner),
        cost=_cost(entry, manner, prompts, count) if entry.is_charged else None,
        example=prompts[0][0] if prompts else "",
    )


def _prompts(study: Study, manner: Manner) -> list[tuple[str, int]]:
    """Of some batches: the prompt and how many comments are in it."""
    told = instructions_of(study)
    batches = [*askable_batches(study, manner.view).select_related("video")[:_SAMPLE]]
    comments = comments_by_batch(study, {batch.pk for batch in batches})
    found = []
    for batch in batches:
        rows = comments[batch.pk]
        sheet = sheet_of(study, batch, rows, view=manner.view, order=f"{batch.pk}")
        found.append((_prompt(told, sheet.shown, manner.mode), len(rows)))
    return found


def _prompt(told: Instructions, shown: BatchShown, mode: RunMode) -> str:
    """The question about a batch, or that about its first comment."""
    if mode == RunMode.SAID:
        return question_about(told, shown)
    return question_about_one(told, shown, next(iter(shown.texts), ""))


def _cost(
    entry: Entry, manner: Manner, prompts: list[tuple[str, int]], batch_count: int
) -> Cost:
    """At most: every answer as long as allowed."""
    if not prompts:
        return counted_cost(entry, 0, 0)
    words = fmean(len(prompt.split()) for prompt, _count in prompts)
    per_frame = int(entry.options.get("input_tokens_per_frame", 0))
    frames = entry.frames_policy.most_frames if manner.view == RunView.FRAMES else 0
    room = fmean(room_for(count) for _prompt, count in prompts)
    each_in = words * _TOKENS_PER_WORD + per_frame * frames
    each_out = room + entry.decoding.reasoning_tokens
    count = batch_count * manner.samples
    return counted_cost(entry, round(count * each_in), round(count * each_out))


def askable_batches(study: Study, view: str) -> QuerySet[Batch]:
    """Sealed batches that count, with a usable file where frames are shown."""
    sealed = study.batches.filter(sealed_at__isnull=False).exclude(
        withdrawal__counts=False
    )
    if view == RunView.FRAMES:
        sealed = sealed.filter(video__media__state=MediaState.READY)
    return sealed.order_by("pk")


def why_not_asked(study: Study, entry: Entry, manner: Manner) -> str:
    """Why the model can't be asked in this manner; empty if it can."""
    if problem := _why_not_about(study) or _why_not_so(entry, manner):
        return problem
    if not askable_batches(study, manner.view).exists():
        return _("No video of this study has a file that can be read.")
    refusals = [worker.refusal(entry.key) for worker in workers_of(entry.queue)]
    return refusals[0] if refusals and all(refusals) else ""


def _why_not_about(study: Study) -> str:
    if not study.is_of_comments:
        return _("Only studies of comments have judges.")
    if study.is_draft:
        return _("Seal the study first: a judge guesses about sealed batches.")
    return ""


def _why_not_so(entry: Entry, manner: Manner) -> str:
    if manner.view == RunView.TEXT and not entry.kind.takes_no_video:
        return _("Its engine can't be asked without a video. Show frames as well.")
    if not 1 <= manner.samples <= MOST_SAMPLES:
        return _("Ask 1 to %(most)s times.") % {"most": MOST_SAMPLES}
    if manner.mode == RunMode.LIKELIHOOD:
        return _why_no_likelihoods(entry, manner)
    return ""


def _why_no_likelihoods(entry: Entry, manner: Manner) -> str:
    if not entry.kind.scores:
        return _("Its engine does not tell likelihoods. Ask for a number.")
    if entry.decoding.reasoning_tokens:
        return _("It thinks before it answers. Ask for a number.")
    if manner.samples > 1:
        return _("Likelihoods are the same each time. Ask once.")
    return ""
