"""The demo's two studies: one judged by simulated annotators, one still a draft."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.utils import timezone

from accounts.models import User
from annotation.models import (
    AttentionCheck,
    ComprehensionQuestion,
    DocumentKind,
    Study,
    TrainingItem,
)
from annotation.services.people.memberships import add_annotator
from annotation.services.studies.events import record_event
from annotation.services.studies.lifecycle import open_study, seal_study
from annotation.services.studies.study import StudyContent, create_study
from corpus.importing.importer import human_source
from corpus.models import Source, Video
from demo import material
from demo.judging import judge_study
from demo.simulate import HUMAN_PLAUSIBILITY, SEED, simulated_annotators
from generation.installation import known_entry
from generation.services.rounds import entry_source

STUDY_KEY: Final = "demo"
DRAFT_KEY: Final = "demo-draft"
WRITING_MODEL: Final = "mimic-chat-nano"
"""The model that the draft waits for: its weights came with the project."""
PRACTICE_CLIP: Final = "cat_shelf"
"""The clip that the draft's practice comments are about."""
SIMULATED_ANNOTATORS: Final = 8
FREE_PLACES: Final = 2
"""Places of each batch that are left for people."""
BEGAN_BEFORE: Final = timedelta(days=6)
"""How long ago the simulated annotators began."""


def make_open_study(*, researcher: User, annotator: User) -> None:
    """The open study: judged by simulated annotators, with places left for people."""
    study = create_study(
        study=Study(
            key=STUDY_KEY,
            title="Demo study (simulated annotators)",
            redundancy=SIMULATED_ANNOTATORS + FREE_PLACES,
            shows_metadata=True,
            is_simulated=True,
        ),
        content=_content([source.key for source in material.demo_sources()]),
        actor=researcher,
    )
    study = open_study(study=seal_study(study=study, actor=None), actor=None)
    add_annotator(study=study, user=annotator, actor=researcher)
    _simulate(study)


def _simulate(study: Study) -> None:
    """Fill the open study with judgments, and date its beginning before them."""
    began_at = timezone.now() - BEGAN_BEFORE
    sources = material.demo_sources()
    judge_study(
        study=study,
        annotators=simulated_annotators(SIMULATED_ANNOTATORS),
        plausibilities={source.key: source.plausibility for source in sources}
        | {human_source().key: HUMAN_PLAUSIBILITY},
        began_at=began_at,
    )
    dated = Study.objects.filter(pk=study.pk)
    dated.update(created_at=began_at, sealed_at=began_at, opened_at=began_at)
    study.batches.update(sealed_at=began_at)
    study.events.update(created_at=began_at)
    record_event(
        study=study,
        actor=None,
        action="judgments simulated",
        annotators=SIMULATED_ANNOTATORS,
        seed=SEED,
    )


def make_draft(*, researcher: User) -> None:
    """The study that is still being filled: what readiness looks like."""
    study = Study(
        key=DRAFT_KEY,
        title="Demo draft (one model has yet to write)",
        attention_checks_per_batch=1,
    )
    keys = [source.key for source in material.demo_sources()]
    model = entry_source(known_entry(WRITING_MODEL))
    extra = material.content("draft")
    clip = Video.objects.get(
        platform=material.PLATFORM, external_id=material.external_id(PRACTICE_CLIP)
    )
    content = _content(
        [*keys, model.key],
        training_items=[TrainingItem(video=clip, **item) for item in extra["training"]],
        attention_checks=[
            AttentionCheck(
                text=check["text"],
                expected_verdict=check["verdict"],
                expected_score=check["score"],
            )
            for check in extra["checks"]
        ],
        questions=[
            ComprehensionQuestion(
                text=question["text"],
                choices=question["choices"],
                right_choice=question["right"],
            )
            for question in extra["questions"]
        ],
    )
    create_study(study=study, content=content, actor=researcher)


def _content(
    source_keys: Sequence[str],
    *,
    training_items: Sequence[TrainingItem] = (),
    attention_checks: Sequence[AttentionCheck] = (),
    questions: Sequence[ComprehensionQuestion] = (),
) -> StudyContent:
    videos = Video.objects.filter(platform=material.PLATFORM).order_by("pk")
    return StudyContent(
        videos=[*videos.values_list("pk", flat=True)],
        sources=[*Source.objects.filter(key__in=source_keys)],
        documents={
            DocumentKind.GUIDELINES: material.document("guidelines"),
            DocumentKind.CONSENT: material.document("consent"),
        },
        training_items=training_items,
        attention_checks=attention_checks,
        questions=questions,
    )
