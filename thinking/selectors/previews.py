"""What a run would ask and cost, before it is started."""

from dataclasses import dataclass
from datetime import timedelta
from statistics import fmean

from django.db.models import Count, Max, Min, QuerySet
from django.utils.translation import gettext as _

from corpus.models import MediaState
from generation.costs import Cost, counted_cost
from generation.models import JobState
from generation.registry import Entry
from generation.selectors.workers import workers_of
from tasks.answering import Mode, View
from tasks.mmla.prompts import Wording
from thinking.models import AnswerJob, Build, Item
from thinking.selectors.builds import asked_item

# A letter, or a dimension with its label, and what is said around it.
MOST_NEW_TOKENS = 16
MOST_LABEL_TOKENS = 32
_TOKENS_PER_WORD = 1.5
# Items whose length tells that of all.
_SAMPLE = 200


@dataclass(frozen=True)
class Manner:
    """How a model is asked.

    Attributes:
        rotations: In how many orders of its options each item is asked.
        seed: Of all that chance decides; None: a random one.
        wording: Which published prompt, for builds of MMLA.
    """

    mode: Mode = Mode.LETTER
    view: View = View.VIDEO
    rotations: int = 1
    seed: int | None = None
    wording: Wording = Wording.PAPER


@dataclass(frozen=True)
class RunPreview:
    """A run that may be started.

    Attributes:
        question_count: Items times orders.
        left_out_count: Items about videos without a file.
        problem: Why it can't be started; empty if it can.
        estimate: On one worker, by the model's latest run; None before the first.
        cost: At most, where its server charges; else None.
    """

    entry: Entry
    question_count: int
    left_out_count: int
    problem: str
    estimate: timedelta | None
    cost: Cost | None


def preview_run(*, build: Build, entry: Entry, manner: Manner) -> RunPreview:
    """Count what a run would ask."""
    item_count = askable(build, manner.view).count()
    count = item_count * build.order_count(manner.rotations)
    pace = _latest_pace(entry)
    return RunPreview(
        entry=entry,
        question_count=count,
        left_out_count=build.item_count - item_count,
        problem=why_not_asked(build, entry, manner),
        estimate=None if pace is None else pace * count,
        cost=_cost(build, entry, manner, count) if entry.is_charged else None,
    )


def _cost(build: Build, entry: Entry, manner: Manner, question_count: int) -> Cost:
    """At most: every answer as long as allowed."""
    items = askable(build, manner.view)
    lengths = [
        len(asked_item(item).prompt_at(0).split())
        for item in items.order_by("?")[:_SAMPLE]
    ]
    words = fmean(lengths) if lengths else 0.0
    per_frame = int(entry.options.get("input_tokens_per_frame", 0))
    frames = 0 if manner.view is View.NONE else entry.frames_policy.most_frames
    each_in = round(words * _TOKENS_PER_WORD) + per_frame * frames
    each_out = most_new_tokens(build) + entry.decoding.reasoning_tokens
    return counted_cost(entry, question_count * each_in, question_count * each_out)


def _latest_pace(entry: Entry) -> timedelta | None:
    """Time a question took in the entry's latest run that answered any."""
    done = AnswerJob.objects.filter(run__entry=entry.key, state=JobState.DONE)
    latest = done.aggregate(latest=Max("run"))["latest"]
    if latest is None:
        return None
    span = done.filter(run=latest).aggregate(
        began=Min("started_at"), ended=Max("finished_at"), count=Count("pk")
    )
    if span["began"] is None:
        return None
    elapsed: timedelta = span["ended"] - span["began"]
    return elapsed / int(span["count"])


def askable(build: Build, view: View) -> QuerySet[Item]:
    """The items whose video can be shown, or all where none is."""
    if view is View.NONE:
        return build.items.all()
    return build.items.filter(video__media__state=MediaState.READY)


def most_new_tokens(build: Build) -> int:
    """Room for an answer, beside hidden thought."""
    return MOST_LABEL_TOKENS if build.labels else MOST_NEW_TOKENS


def why_not_asked(build: Build, entry: Entry, manner: Manner) -> str:
    """Why the model can't be asked in this manner; empty if it can."""
    if build.labels and manner.mode is Mode.LIKELIHOOD:
        return _("labels have no letters. Ask for what it says.")
    if manner.view is View.NONE and not entry.kind.takes_no_video:
        return _("its engine can't be asked without a video. Choose black frames.")
    if manner.mode is Mode.TEXTS and manner.rotations > 1:
        return _("texts are scored without their places. Ask in one order.")
    if manner.mode is not Mode.LETTER:
        if not entry.kind.scores:
            return _("its engine does not tell likelihoods. Ask for a letter.")
        if entry.decoding.reasoning_tokens:
            return _("it thinks before it answers. Ask for a letter.")
    refusals = [worker.refusal(entry.key) for worker in workers_of(entry.queue)]
    return refusals[0] if refusals and all(refusals) else ""
