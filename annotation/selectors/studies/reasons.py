"""What stands in the way of a study's next transition, in words that say what to do."""

from collections.abc import Iterator

from annotation.models import Study
from annotation.selectors.studies.documents import missing_kinds
from annotation.selectors.studies.readiness import Readiness, readiness_of


def reasons_against_seal(study: Study, readiness: Readiness | None = None) -> list[str]:
    """Why a draft cannot be sealed yet; empty if it can."""
    readiness = readiness or readiness_of(study)
    if not readiness.batch_count:
        return ["It has no videos yet: choose some."]
    return [
        *_source_reasons(readiness),
        *_text_reasons(readiness),
        *_media_reasons(readiness),
        *_check_reasons(study),
    ]


def _source_reasons(readiness: Readiness) -> Iterator[str]:
    kinds = {item.source.is_human for item in readiness.sources}
    if False not in kinds:
        yield "It tests no AI source yet: choose at least one."
    if True not in kinds:
        yield "The corpus has no comments of people yet: import videos with comments."


def _text_reasons(readiness: Readiness) -> Iterator[str]:
    for item in readiness.sources:
        if item.missing_count:
            yield (
                f"{item.source.title}: {item.missing_count} of {item.wanted_count} "
                "comments missing."
            )
    if readiness.equal_text_count:
        yield (
            f"Batches with the same text twice: {readiness.equal_text_count}. "
            "Import another text for one of the sources, or take the video out."
        )


def _media_reasons(readiness: Readiness) -> Iterator[str]:
    if readiness.waiting_media_count:
        yield (
            f"Videos still being processed: {readiness.waiting_media_count}. "
            "Wait a little."
        )
    if readiness.failed_media_count:
        yield (
            f"Videos that cannot be played: {readiness.failed_media_count}. "
            "Take them out."
        )
    if readiness.no_media_count:
        yield f"Videos without a file: {readiness.no_media_count}. Take them out."


def _check_reasons(study: Study) -> Iterator[str]:
    written = study.attention_checks.count()
    if study.attention_checks_per_batch > written:
        yield (
            f"Attention checks in each batch: {study.attention_checks_per_batch}; "
            f"written: {written}. Write more under Preparation."
        )
    for check in study.attention_checks.all():
        if not check.fits(study.instrument):
            yield (
                f"The attention check \u201c{check}\u201d expects an answer that the "
                "study's instrument does not have. Change it under Preparation."
            )


def reasons_against_opening(study: Study) -> list[str]:
    """Why a sealed study cannot be opened yet; empty if it can."""
    return [
        f"It has no {kind.label.lower()} text yet: write one."
        for kind in missing_kinds(study)
    ]
