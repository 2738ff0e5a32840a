"""What the seal of a study fixed, at a glance."""

from dataclasses import dataclass

from annotation.models import Study, StudyDocument
from annotation.selectors.studies.documents import newest_documents
from corpus.models import Source


@dataclass(frozen=True, slots=True)
class Protocol:
    """What annotators of a study are shown; its settings are the study's own."""

    video_count: int
    # In the order in which they were declared.
    sources: tuple[Source, ...]
    documents: tuple[StudyDocument, ...]
    training_count: int
    question_count: int
    check_count: int
    # Human comments that were left out although they are usable.
    held_back_count: int


def protocol_of(study: Study) -> Protocol:
    """The protocol of a study (seven queries)."""
    return Protocol(
        video_count=study.batches.count(),
        sources=tuple(study.declared_sources),
        documents=tuple(newest_documents(study)),
        training_count=study.training_items.count(),
        question_count=study.comprehension_questions.count(),
        check_count=study.attention_checks.count(),
        held_back_count=study.held_back.count(),
    )
