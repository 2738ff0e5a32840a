"""What came of a job, stored once: its comment, or why there is none."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from annotation.services.studies.pools import renew_in_pool
from corpus.cleaning import CleanComment, clean_comment
from corpus.eligibility import ineligible_reason
from corpus.models import Comment
from generation.engines.base import Answer, EngineError, Identity, Reason
from generation.models import Attempt, GenerationJob, RoundSource
from generation.registry import Entry
from generation.services.claims import Claim
from generation.services.endings import fail_all, fail_or_wait, finish
from generation.services.next_attempts import NextAttempt


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes an attempt: an engine, on a worker."""

    identity: Identity
    worker: str


@dataclass(frozen=True, slots=True)
class Written:
    """A text of a model after cleaning, with what is wrong with it."""

    text: str
    cleaning_version: int
    flags: tuple[str, ...]
    flags_version: int


@transaction.atomic
def store_answer(
    *,
    attempt: NextAttempt,
    claim: Claim[GenerationJob],
    maker: Maker,
    answer: Answer,
    written: Written | None,
) -> bool:
    """Store an answer and end the job, or let it wait for another attempt.

    Args:
        attempt: What went in.
        claim: The attempt's job must still be held by it.
        maker: Who made it.
        answer: What came out.
        written: Of the answer's text; None beside an error.

    Returns:
        Whether the job was still this worker's; if not, nothing is stored.
    """
    mine = claim.held.select_for_update().filter(pk=attempt.job.pk).first()
    if mine is None:
        return False
    made = Attempt(
        job=mine,
        **attempt.fields,
        engine=made_by(attempt.entry, maker.identity),
        worker=maker.worker,
        raw_text=storable(answer.text),
        batch_size=answer.batch_size,
        token_count=answer.token_count,
        prompt_token_count=answer.prompt_token_count,
        seconds=answer.seconds,
    )
    error = answer.error
    if written is not None:
        _describe(made, written)
        error = _store_comment(made, mine, written)
    if error is None:
        _finish(mine, made)
    else:
        made.error_reason, made.error = error.reason, error.message
        fail_or_wait(mine, error)
    made.save()
    mine.save()
    return True


def made_by(entry: Entry, identity: Identity) -> dict[str, Any]:
    """The engine as it is stored beside what it wrote."""
    return {"entry": entry.key, "entry_digest": entry.digest, **asdict(identity)}


def _describe(attempt: Attempt, written: Written) -> None:
    attempt.text = storable(written.text)
    attempt.cleaning_version = written.cleaning_version
    attempt.flags = [*written.flags]
    attempt.flags_version = written.flags_version


def storable(text: str) -> str:
    """PostgreSQL stores every character but one."""
    return text.replace("\0", "\ufffd")


def _store_comment(
    attempt: Attempt, job: GenerationJob, written: Written
) -> EngineError | None:
    """Make the comment, cleaned exactly as those of people are; or say why not."""
    clean = clean_comment(written.text)
    if ineligible_reason(clean.text):
        message = _(
            "The comment is too long or has markup around it, as no comment in a study "
            "may."
        )
        return EngineError(Reason.INELIGIBLE, message, retryable=True)
    if not clean.is_usable:
        words = str(clean.unusable_reason).replace("_", " ")
        message = _("The answer contains no comment (%(reason)s).") % {"reason": words}
        return EngineError(Reason.EMPTY, message, retryable=True)
    attempt.comment = _comment(job, clean, attempt.raw_text)
    # Null where the study was deleted meanwhile.
    if (study := job.round_source.round.study_id) is not None:
        renew_in_pool(study_id=study, comment=attempt.comment.pk)
    return None


# A text that the source has written about the video before is not stored twice; in the
# study's pool it counts as written now.
_INSERT = """
INSERT INTO corpus_comment (
    video_id, source_id, text, text_received, fingerprint, unusable_reason, created_at
) VALUES (%s, %s, %s, %s, %s, '', clock_timestamp())
ON CONFLICT (video_id, source_id, fingerprint)
DO UPDATE SET created_at = corpus_comment.created_at
RETURNING id
"""


def _comment(job: GenerationJob, clean: CleanComment, raw: str) -> Comment:
    texts = (clean.text, raw, clean.fingerprint)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, (job.video_id, job.source_id, *texts))
        (key,) = cursor.fetchone()
    return Comment.objects.get(pk=key)


def _finish(job: GenerationJob, attempt: Attempt) -> None:
    job.comment = attempt.comment
    job.flags = attempt.flags
    finish(job)


def fail_waiting(*, round_source: RoundSource, error: EngineError) -> int:
    """End all that waits of a model that cannot run; how many jobs."""
    return fail_all(GenerationJob.objects.filter(round_source=round_source), error)
