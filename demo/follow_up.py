"""A follow-up study of the demo, judged by the simulated annotators."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from annotation.models import BatchComment, Study
from annotation.services.studies.events import record_event
from annotation.services.studies.lifecycle import close_study, open_study, seal_study
from corpus.importing.importer import human_source
from demo import material
from demo.judging import judge_study
from demo.simulate import (
    HUMAN_PLAUSIBILITY,
    SEED,
    plausibility_of,
    simulated_annotators,
)
from demo.studies import SIMULATED_ANNOTATORS

_BEGAN_BEFORE = timedelta(days=6)


@transaction.atomic
def simulate_study(study: Study) -> Study:
    """Seal, open, judge and close a draft; it says from then on that nobody judged.

    Raises:
        AnnotationError: The draft is not ready, or is no draft.
    """
    study.is_simulated = True
    study.save(update_fields=["is_simulated"])
    study = open_study(study=seal_study(study=study, actor=None), actor=None)
    known = {source.key: source.plausibility for source in material.demo_sources()}
    judge_study(
        study=study,
        annotators=simulated_annotators(SIMULATED_ANNOTATORS),
        plausibilities=_written(study)
        | known
        | {human_source().key: HUMAN_PLAUSIBILITY},
        began_at=timezone.now() - _BEGAN_BEFORE,
    )
    record_event(
        study=study,
        actor=None,
        action="judgments simulated",
        annotators=SIMULATED_ANNOTATORS,
        seed=SEED,
    )
    return close_study(study=study, actor=None)


def _written(study: Study) -> dict[str, float]:
    """By source, how human its texts look on average."""
    texts: dict[str, list[str]] = {}
    rows = BatchComment.objects.filter(batch__study=study)
    for key, text in rows.values_list("source__key", "comment__text"):
        texts.setdefault(key, []).append(text)
    return {
        key: sum(map(plausibility_of, own)) / len(own) for key, own in texts.items()
    }
