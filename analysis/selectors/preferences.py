"""What may be trained on of a study, and what the files say beside judgments."""

from dataclasses import dataclass

import numpy as np

from analysis.errors import AnalysisError
from analysis.judgments.arrays import Judgments
from analysis.models import (
    EvaluationOnly,
    PreferenceExport,
    TrainingConsent,
)
from analysis.preferences.counts import LeftOut
from analysis.preferences.kinds import Kind
from analysis.preferences.readings import CommentFacts, kept_rows
from analysis.selectors.database import judgments_of
from annotation.models import (
    BatchComment,
    DocumentKind,
    Membership,
    Study,
    StudyDocument,
)
from pages.phrases import phrase as _


@dataclass(frozen=True)
class ConsentVersion:
    """A version of the consent text: whether it names training, by record."""

    document: StudyDocument
    is_recorded: bool


def consent_versions(study: Study) -> list[ConsentVersion]:
    """All versions of the consent text, newest first."""
    recorded = {*_recorded(study)}
    documents = study.documents.filter(kind=DocumentKind.CONSENT).order_by("-version")
    return [ConsentVersion(one, one.version in recorded) for one in documents]


def _recorded(study: Study) -> list[int]:
    rows = TrainingConsent.objects.filter(
        document__study=study, document__kind=DocumentKind.CONSENT
    )
    return sorted(rows.values_list("document__version", flat=True))


def refusal_of(study: Study) -> str:
    """Why nothing of the study may be trained on; empty where it may."""
    if not study.is_of_comments:
        return _("This study asks about items: it has no judgments of comments.")
    if EvaluationOnly.objects.filter(study=study).exists():
        return _("This study is for evaluation only: nothing is exported.")
    if not _recorded(study):
        return _(
            "No version of the consent text is recorded as naming training. If the "
            "text that annotators agreed to says that answers may be used to train "
            "models, record its version."
        )
    return ""


def allowed_judgments(study: Study) -> tuple[Judgments, LeftOut]:
    """Judgments that may be trained on, and what is left out.

    Raises:
        AnalysisError: None may, and why.
    """
    if refusal := refusal_of(study):
        raise AnalysisError(refusal)
    judgments = judgments_of(study)
    agreed = {*_agreed_codes(study)}
    benchmark = {*benchmark_videos(study)}
    may = np.array([one in agreed for one in judgments.annotators], dtype=bool)
    free = np.array([one not in benchmark for one in judgments.videos], dtype=bool)
    present = np.unique(judgments.annotator)
    left_out = LeftOut(
        annotators=int((~may[present]).sum()),
        benchmark_videos=tuple(sorted(benchmark)),
    )
    allowed = kept_rows(judgments, may[judgments.annotator] & free[judgments.video])
    if not len(allowed):
        raise AnalysisError(_nothing(judgments, left_out))
    return allowed, left_out


def _nothing(judgments: Judgments, left_out: LeftOut) -> str:
    if not len(judgments):
        return _("There are no judgments yet.")
    return _(
        "No judgment may be trained on: %(annotators)s annotators agreed to no text "
        "that names training, and %(videos)s videos are of a benchmark.",
        annotators=left_out.annotators,
        videos=len(left_out.benchmark_videos),
    )


def _agreed_codes(study: Study) -> list[str]:
    """Annotators who agreed to a text that is recorded as naming training."""
    members = Membership.objects.filter(
        study=study, consent__training_consent__isnull=False
    )
    return [*members.values_list("code", flat=True)]


def benchmark_videos(study: Study) -> list[str]:
    """Labels of the study's videos that are in a selection marked as a benchmark."""
    batches = study.batches.filter(video__selections__is_benchmark=True)
    return sorted(
        {batch.video.label for batch in batches.select_related("video").distinct()}
    )


def comment_facts(study: Study) -> dict[str, CommentFacts]:
    """By label, every comment of sealed batches."""
    rows = BatchComment.objects.filter(
        batch__study=study, batch__sealed_at__isnull=False
    ).select_related("batch__video", "source", "comment")
    return {
        row.comment.label: CommentFacts(
            video=row.batch.video.label,
            platform=row.batch.video.platform,
            title=row.batch.video.title,
            source=row.source.key,
            is_human=row.source.is_human,
            text=row.comment.text,
        )
        for row in rows.order_by("pk").iterator(chunk_size=5000)
    }


def newest_export(study: Study, kind: Kind) -> PreferenceExport | None:
    """The one asked for last, whatever became of it."""
    asked = PreferenceExport.objects.filter(study=study, kind=kind).defer("pack")
    return asked.order_by("-requested_at").first()


def recorded_versions(study: Study) -> str:
    """Versions of the consent text that name training, such as "1, 3"."""
    return ", ".join(map(str, _recorded(study)))
