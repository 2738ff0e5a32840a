"""What was answered to a build, as the analysis takes it."""

from collections.abc import Iterator, Sequence

import numpy as np

from analysis.thinking.answers import (
    Answered,
    BuildFacts,
    Items,
    PersonReply,
    Run,
    RunFacts,
)
from analysis.thinking.bundle import RunReplies, in_order, place_of, runs_of
from analysis.thinking.labels.answers import (
    LabelAnswers,
    LabelRun,
    facts_of_labels,
    utterances_of,
)
from analysis.thinking.labels.bundle import label_runs_of
from tasks.catalogue import Task
from tasks.mmla.sets import LabelSet
from tasks.parsing import Outcome, Reading
from thinking.models import AnswerRun, Build, PersonAnswer, WorkState
from thinking.selectors.builds import label_build
from thinking.selectors.runs import imported_replies

_CHUNK = 5000


def answered(build: Build) -> Answered:
    """Every run that counts, as it was read when its replies came (a query a run)."""
    rows = [*build.items.values_list("pk", "item_id", "task", "video", "answer")]
    numbers = {row[0]: number for number, row in enumerate(rows)}
    return Answered(
        build=BuildFacts(
            name=build.name,
            sha256=build.sha256,
            rules_version=build.rules_version,
            is_flagged=build.is_flagged,
            best_blind_pct=in_order(build.report.get("best_blind_pct", {})),
        ),
        items=_items(rows),
        runs=tuple(
            one
            for facts, run in counted_runs_of(build)
            for one in _runs(facts, run, numbers)
        ),
        people=person_replies(build),
    )


def label_answers(build: Build) -> LabelAnswers:
    """The same of a build of MMLA (a query a run)."""
    pure = label_build(build)
    keys = build.items.order_by("pk").values_list("pk", flat=True)
    numbers = {key: number for number, key in enumerate(keys)}
    return LabelAnswers(
        build=facts_of_labels(pure),
        items=utterances_of(pure),
        runs=tuple(
            one
            for facts, run in counted_runs_of(build)
            for one in _label_runs(facts, run, pure.labels, numbers)
        ),
        people=person_replies(build),
    )


def _label_runs(
    facts: RunFacts, run: AnswerRun, labels: LabelSet, numbers: dict[int, int]
) -> list[LabelRun]:
    columns = [*_columns(run, numbers)]
    item, rotation, place, _said, likelihoods = (
        zip(*columns, strict=True) if columns else ((), (), (), (), ())
    )
    return label_runs_of(
        facts,
        labels,
        item=item,
        rotation=rotation,
        place=place,
        likelihoods=likelihoods,
    )


def person_replies(build: Build) -> tuple[PersonReply, ...]:
    """What people submitted in studies of the build, but for who is excluded."""
    rows = (
        PersonAnswer.objects.filter(
            assignment__batch__item_study__build=build,
            assignment__state=WorkState.SUBMITTED,
            assignment__membership__excluded_at=None,
        )
        .order_by("assignment__membership__code", "assignment", "position")
        .values_list(
            "assignment__membership__code",
            "item__item_id",
            "rotation",
            "place",
            "view_seconds",
            "knows_video",
            "assignment__looked_up",
        )
    )
    return tuple(
        PersonReply(code, item, rotation, place, seconds, knows, looked_up)
        for code, item, rotation, place, seconds, knows, looked_up in rows.iterator(
            _CHUNK
        )
        if place is not None  # none is missing: the batch is submitted
    )


def counted_runs_of(build: Build) -> list[tuple[RunFacts, AnswerRun]]:
    """The runs that were not left out, numbered in the order of their sources."""
    runs = build.runs.filter(set_aside_at=None).select_related("source")
    ordered = runs.order_by("source__key", "pk")
    return [(_facts(number, run), run) for number, run in enumerate(ordered, 1)]


def run_replies(build: Build) -> list[RunReplies]:
    """The same runs with every reply as received, for a bundle."""
    return [
        RunReplies(facts, imported_replies(run))
        for facts, run in counted_runs_of(build)
    ]


def _facts(number: int, run: AnswerRun) -> RunFacts:
    return RunFacts(
        number=number,
        source=run.source.key,
        title=run.source.title,
        mode=run.mode,
        view=run.view,
        rotations=run.rotations,
        note=run.note,
        wording=run.wording,
    )


def _items(rows: Sequence[tuple[int, str, str, int, int]]) -> Items:
    tasks = {task.value: place for place, task in enumerate(Task)}
    videos: dict[int, int] = {}
    columns = [
        (item_id, tasks[task], videos.setdefault(video, len(videos)), answer)
        for _, item_id, task, video, answer in rows
    ]
    ids, task, video, answer = zip(*columns, strict=True)
    return Items(
        ids=ids,
        task=np.array(task, dtype=np.int64),
        video=np.array(video, dtype=np.int64),
        answer=np.array(answer, dtype=np.int64),
    )


def _runs(facts: RunFacts, run: AnswerRun, numbers: dict[int, int]) -> list[Run]:
    columns = [*_columns(run, numbers)]
    item, rotation, place, probabilities, likelihoods = (
        zip(*columns, strict=True) if columns else ((), (), (), (), ())
    )
    return runs_of(
        facts,
        item=item,
        rotation=rotation,
        place=place,
        probabilities=probabilities,
        likelihoods=likelihoods,
    )


def _columns(
    run: AnswerRun, numbers: dict[int, int]
) -> Iterator[tuple[int, int, int, Sequence[float], Sequence[Sequence[float]]]]:
    rows = run.replies.order_by("item", "rotation").values_list(
        "item_id", "rotation", "place", "outcome", "probabilities", "likelihoods"
    )
    for item, rotation, place, outcome, said, likelihoods in rows.iterator(_CHUNK):
        shown = place_of(Reading(place, Outcome(outcome)))
        yield numbers[item], rotation, shown, said or (), likelihoods or ()
