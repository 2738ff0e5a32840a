"""What a judge looks at in the database, and what its gates ask of a study."""

from collections import defaultdict

import numpy as np
from django.db.models import Q, QuerySet

from analysis.judge.gates import ALL, BY_HAND, PROBABILITIES, RANDOM, Facts
from analysis.judge.guess_files import Guess
from analysis.judge.material import Material, material_of
from analysis.judgments.arrays import FloatArray
from analysis.models import (
    JudgeGuess,
    JudgePupil,
    ReportState,
    StudyJudge,
    VideoChance,
    VideoChoice,
)
from analysis.selectors.database import judgments_of
from analysis.selectors.studies import exclusions_of
from annotation.models import Batch, BatchComment, Study, Withdrawal
from corpus.models import Origin

# How a model's comment came about; comments from a file have none of it.
_SETTINGS = tuple(
    f"comment__attempts__{field}"
    for field in (
        *("prompt_hash", "frames_policy", "decoding"),
        *("engine__revision", "engine__dtype"),
    )
)
_WITHDRAWN = Q(withdrawal__counts=False) | Q(batch__withdrawal__counts=False)


def newest_judge(study: Study) -> StudyJudge | None:
    """The judge fitted last."""
    done = StudyJudge.objects.filter(study=study, state=ReportState.DONE)
    return done.order_by("-fitted_at").first()


def done_judges(study: Study) -> QuerySet[StudyJudge]:
    """The study's judges with a card, the newest first."""
    done = StudyJudge.objects.filter(study=study, state=ReportState.DONE)
    return done.order_by("-fitted_at").defer("given")


def chosen_judge(study: Study, number: str) -> StudyJudge | None:
    """The judge of that number if it is the study's and done, else the newest."""
    done = StudyJudge.objects.filter(study=study, state=ReportState.DONE)
    one = done.filter(pk=number).first() if number.isdecimal() else None
    return one or newest_judge(study)


def judges_with_estimates(study: Study) -> QuerySet[StudyJudge, int]:
    """Numbers of the judges that are done and whose estimates are."""
    done = StudyJudge.objects.filter(study=study, state=ReportState.DONE)
    with_estimates = done.filter(estimates__state=ReportState.DONE)
    return with_estimates.values_list("pk", flat=True)


def asked_judge(study: Study) -> StudyJudge | None:
    """The judge asked for last, perhaps not fitted yet."""
    return StudyJudge.objects.filter(study=study).order_by("-requested_at").first()


def counted_comments(study: Study) -> QuerySet[BatchComment]:
    """The comments in sealed batches whose judgments count, batch by batch."""
    sealed = BatchComment.objects.filter(
        batch__study=study, batch__sealed_at__isnull=False
    )
    return sealed.exclude(_WITHDRAWN).order_by("batch", "pk")


def study_material(study: Study) -> tuple[Material, dict[str, int]]:
    """All comments in sealed batches, and by label where each stands in its batch.

    What was withdrawn so that it doesn't count is left out, as it is of the results.
    """
    rows = counted_comments(study).select_related("batch__video", "source", "comment")
    comments, places, titles = {}, {}, {}
    for row in rows.iterator(chunk_size=5000):
        label = row.comment.label
        comments[label] = (row.batch.video.label, row.source.key, row.comment.text)
        places[label] = row.pk
        titles[row.batch.video.label] = row.batch.video.title
    return material_of(judgments_of(study), comments, titles), places


def guesses_for(judge: StudyJudge, material: Material) -> FloatArray:
    """(comments,) what the judge guesses; NaN where it does not know the comment."""
    rows = JudgeGuess.objects.filter(judge=judge).values_list(
        "batch_comment__comment_id", "chance"
    )
    known = {f"c{comment}": chance for comment, chance in rows.iterator()}
    return np.array([known.get(label, np.nan) for label in material.comments])


def guess_lines(judge: StudyJudge) -> list[Guess]:
    """The judge's guesses as lines of a file."""
    rows = JudgeGuess.objects.filter(judge=judge).select_related(
        "batch_comment__batch__video", "batch_comment__source", "batch_comment__comment"
    )
    return [
        Guess(
            video=row.batch_comment.batch.video.label,
            comment=row.batch_comment.comment.label,
            source=row.batch_comment.source.key,
            chance=row.chance,
            judge=judge.name,
            version=judge.version,
        )
        for row in rows.order_by("pk").iterator(chunk_size=5000)
    ]


def choice_of(study: Study, material: Material) -> str:
    """How the videos that people judged were chosen, as the gates name it."""
    recorded = VideoChoice.objects.filter(study=study).first()
    if recorded is not None:
        known = recorded.chances.filter(batch__sealed_at__isnull=False).count()
        is_whole = recorded.kind != PROBABILITIES or known >= len(material.videos)
        return recorded.kind if is_whole else BY_HAND
    return ALL if material.is_judged.all() else RANDOM


def chances_of(study: Study, material: Material) -> FloatArray | None:
    """(videos,) known probabilities of being judged; None where all are equal."""
    rows = VideoChance.objects.filter(
        choice__study=study, choice__kind=PROBABILITIES
    ).select_related("batch__video")
    known = {row.batch.video.label: row.chance for row in rows}
    if not known:
        return None
    return np.array([known.get(label, 1.0) for label in material.videos])


def facts_of(judge: StudyJudge, material: Material) -> Facts:
    """What the gates ask."""
    study = judge.study
    left_out = sorted(one.annotator for one in exclusions_of(study))
    return Facts(
        choice=choice_of(study, material),
        versions=(judge.version,),
        has_card=judge.card is not None,
        is_cross_fitted=judge.is_cross_fitted,
        same_exclusions=left_out == sorted(judge.excluded_annotators),
        other_settings=_other_settings(study, material),
        pupils=frozenset(
            JudgePupil.objects.filter(study=study, kind=judge.kind).values_list(
                "source__key", flat=True
            )
        ),
    )


def left_out_videos(study: Study) -> list[str]:
    """Videos whose judgments don't count."""
    rows = Withdrawal.objects.filter(study=study, counts=False, batch__isnull=False)
    return sorted(
        row.batch.video.label
        for row in rows.select_related("batch__video")
        if row.batch is not None
    )


def _other_settings(study: Study, material: Material) -> frozenset[str]:
    """Sources whose comments came about differently under judged and other videos.

    The rooms above record how (`Comment.attempts`); what came from a file has none.
    """
    seen = {material.videos[number] for number in np.flatnonzero(material.is_judged)}
    judged = {
        batch.video_id
        for batch in Batch.objects.filter(study=study).select_related("video")
        if batch.video.label in seen
    }
    rows = (
        BatchComment.objects.filter(batch__study=study, batch__sealed_at__isnull=False)
        .exclude(_WITHDRAWN | Q(source__origin=Origin.HUMAN))
        .values_list("batch__video", "source__key", *_SETTINGS)
    )
    found: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for video, source, *settings in rows.iterator(chunk_size=5000):
        found[source][video in judged].add(repr(settings))
    return frozenset(
        source
        for source, (others, those) in found.items()
        if others and those and others != those
    )
