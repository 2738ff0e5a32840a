"""What a study tells its annotators, and its batches as a judge sees them."""

from dataclasses import dataclass
from random import Random

from django.utils.translation import override

from analysis.selectors.judges import counted_comments
from annotation.models import Batch, BatchComment, DocumentKind, Study
from annotation.rules.studies.wording import filled, localised
from annotation.selectors.studies.documents import newest_documents
from judges.asking import BatchShown, Instructions
from judges.models import RunView


@dataclass(frozen=True)
class Sheet:
    """A batch in one order: what is shown, and whose each text is."""

    shown: BatchShown
    labels: tuple[str, ...]


def instructions_of(study: Study) -> Instructions:
    """The newest guidelines and the instrument's words, in the study's language."""
    with override(study.language or "en"):
        instrument = localised(study.instrument)
        texts = {one.kind: one.text for one in newest_documents(study)}
        return Instructions(
            guidelines=filled(texts.get(DocumentKind.GUIDELINES, ""), study.instrument),
            question=instrument.question,
            verdicts=tuple((one.label, one.meaning) for one in instrument.verdicts),
            human=instrument.labels["human"],
        )


def sheet_of(
    study: Study, batch: Batch, comments: list[BatchComment], *, view: str, order: str
) -> Sheet:
    """A batch as a judge sees it.

    Args:
        study: Whose it is.
        batch: With its video.
        comments: Those that count, with their comments.
        view: Of the run.
        order: Shuffles the comments: the same text, the same order.
    """
    rows = sorted(comments, key=lambda row: row.pk)
    Random(order).shuffle(rows)  # noqa: S311 (no secret)
    is_told = study.shows_metadata
    humans = sum(row.source.is_human for row in rows)
    shown = BatchShown(
        texts=tuple(row.comment.text for row in rows),
        title=batch.video.title if is_told else "",
        description=batch.video.description if is_told else "",
        human_count=humans if study.tells_human_count else None,
        shows_video=view == RunView.FRAMES,
    )
    return Sheet(shown, tuple(row.comment.label for row in rows))


def comments_by_batch(study: Study, batches: set[int]) -> dict[int, list[BatchComment]]:
    """Those that count, by their batch."""
    rows = counted_comments(study).filter(batch__in=batches)
    found: dict[int, list[BatchComment]] = {batch: [] for batch in batches}
    for row in rows.select_related("comment", "source"):
        found[row.batch_id].append(row)
    return found
