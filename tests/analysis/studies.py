"""Studies with judgments in the database, for the tests of reports."""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from annotation.instrument import Verdict
from annotation.models import (
    Assignment,
    AssignmentState,
    BatchComment,
    Judgment,
    Membership,
    Presentation,
    Study,
)
from corpus.models import Video
from tests.factories import join, make_open_study

Answer = tuple[str | None, int | None]
Judge = Callable[[BatchComment, int], Answer]


def plausible(comment: BatchComment, annotator: int) -> Answer:
    """People and models mostly told apart, with some error by everybody."""
    is_slip = (comment.pk * 7 + annotator * 3) % 5 == 0
    says_human = comment.source.is_human != is_slip
    return (Verdict.HUMAN, 4) if says_human else (Verdict.AI, 1)


def submit(
    membership: Membership,
    batch_comments: list[BatchComment],
    judge: Judge,
    *,
    number: int,
    annotator: int = 0,
    state: AssignmentState = AssignmentState.SUBMITTED,
    repeat_of: Assignment | None = None,
) -> Assignment:
    """One assignment with its answers, by rows alone."""
    now = timezone.now()
    batch = batch_comments[0].batch
    place = None
    if repeat_of is None:
        batch.places_taken += 1
        batch.save(update_fields=["places_taken"])
        place = batch.places_taken
    assignment = Assignment.objects.create(
        batch=batch,
        membership=membership,
        number=number,
        place=place,
        repeat_of=repeat_of,
        leased_until=now,
    )
    presentations = Presentation.objects.bulk_create(
        Presentation(assignment=assignment, position=position, batch_comment=comment)
        for position, comment in enumerate(batch_comments, 1)
    )
    answers = [
        (presentation, *judge(comment, annotator))
        for presentation, comment in zip(presentations, batch_comments, strict=True)
    ]
    Judgment.objects.bulk_create(
        Judgment(
            presentation=presentation,
            verdict=verdict,
            realism_score=score,
            key=uuid.uuid4(),
            answered_at=now,
            received_at=now,
            first_answer_seconds=1.0,
            full_answer_seconds=None
            if verdict is None or score is None
            else 1.25 + presentation.position / 10,
        )
        for presentation, verdict, score in answers
        if verdict is not None or score is not None
    )
    assignment.state = state
    assignment.submitted_at = now if state == AssignmentState.SUBMITTED else None
    assignment.save()
    return assignment


@dataclass(frozen=True)
class Judged:
    """A study, its annotators, and their assignments."""

    study: Study
    annotators: list[Membership]
    assignments: list[Assignment]


def make_judged_study(
    *,
    videos: int | Iterable[Video] = 3,
    annotators: int = 3,
    judge: Judge = plausible,
    **fields: Any,  # noqa: ANN401  (of the study)
) -> Judged:
    """An open study in which every annotator has judged every batch."""
    study = make_open_study(videos=videos, redundancy=annotators, **fields)
    people = [join(study) for _ in range(annotators)]
    assignments = []
    for number, batch in enumerate(study.batches.all(), 1):
        comments = list(batch.batch_comments.select_related("source", "batch"))
        assignments += [
            submit(person, comments, judge, number=number, annotator=place)
            for place, person in enumerate(people)
        ]
    return Judged(study, people, assignments)
