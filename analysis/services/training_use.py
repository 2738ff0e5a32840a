"""Recording whether a study's judgments may be trained on."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from analysis.errors import AnalysisError
from analysis.models import EvaluationOnly, TrainingConsent
from annotation.models import DocumentKind, Study
from annotation.services.studies.events import record_event
from pages.phrases import phrase as _


@transaction.atomic
def record_training_consent(
    *, study: Study, version: int, actor: User | None
) -> TrainingConsent:
    """Record that a version of the consent text names training.

    Raises:
        AnalysisError: There is no such version.
    """
    document = study.documents.filter(
        kind=DocumentKind.CONSENT, version=version
    ).first()
    if document is None:
        raise AnalysisError(
            _(
                "The study has no version %(version)s of a consent text.",
                version=version,
            )
        )
    recorded, is_new = TrainingConsent.objects.get_or_create(
        document=document,
        defaults={"recorded_by": actor, "recorded_at": timezone.now()},
    )
    if is_new:
        record_event(
            study=study,
            actor=actor,
            action="training consent recorded",
            version=version,
        )
    return recorded


@transaction.atomic
def take_back_training_consent(
    *, study: Study, version: int, actor: User | None
) -> None:
    """Take the record back: what was written already stays where it was taken."""
    gone, _what = TrainingConsent.objects.filter(
        document__study=study,
        document__kind=DocumentKind.CONSENT,
        document__version=version,
    ).delete()
    if gone:
        record_event(
            study=study,
            actor=actor,
            action="training consent taken back",
            version=version,
        )


@transaction.atomic
def set_evaluation_only(
    *, study: Study, is_evaluation_only: bool, actor: User | None
) -> None:
    """Say that nobody may train on the study's judgments, or that they may again."""
    marked = EvaluationOnly.objects.filter(study=study)
    if marked.exists() == is_evaluation_only:
        return
    if is_evaluation_only:
        EvaluationOnly.objects.create(
            study=study, recorded_by=actor, recorded_at=timezone.now()
        )
    else:
        marked.delete()
    record_event(
        study=study,
        actor=actor,
        action="evaluation only" if is_evaluation_only else "training allowed again",
    )
