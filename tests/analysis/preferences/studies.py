"""Studies whose annotators agreed to a text, for exports."""

import numpy as np
from scipy.special import expit

from annotation.instrument import Verdict
from annotation.models import Batch, BatchComment, DocumentKind, Study
from tests.analysis.judge.studies import text_of
from tests.analysis.studies import submit
from tests.factories import (
    human_source,
    join,
    make_comment,
    make_document,
    make_source,
    make_study,
    make_video,
    open_study,
)

_LEVELS = (1.0, 0.5, -0.4, -1.2)


def make_consented_study(
    *, videos: int = 20, annotators: int = 6, platforms: int = 2
) -> Study:
    """A study in which everybody judged everything, and agreed to version 1."""
    rng = np.random.default_rng(3)
    sources = [human_source(), *(make_source() for _ in range(3))]
    study = make_study(
        videos=[], ai_sources=sources[1:], humans=1, redundancy=annotators
    )
    looks: dict[int, float] = {}
    for number in range(videos):
        video = make_video(platform=f"site{number % platforms}")
        batch = Batch.objects.create(study=study, video=video)
        for place, source in enumerate(sources):
            text, odds = text_of(rng, batch.pk)
            comment = make_comment(video, source, text)
            row = BatchComment.objects.create(
                batch=batch, comment=comment, source=source, slot=1
            )
            looks[row.pk] = 1.5 * (odds + _LEVELS[place])
    study = open_study(study)
    consent = make_document(study, DocumentKind.CONSENT)
    for person in range(annotators):
        member = join(study)
        member.consent = consent
        member.save(update_fields=["consent"])

        def answers(comment: BatchComment, _annotator: int) -> tuple[str, int]:
            says = rng.random() < expit(looks[comment.pk])
            return (Verdict.HUMAN, 4) if says else (Verdict.AI, 1)

        for number, batch in enumerate(study.batches.order_by("pk"), start=1):
            comments = list(batch.batch_comments.select_related("source", "batch"))
            submit(member, comments, answers, number=number, annotator=person)
    return study
