"""Comments of AI sources from an upload into a draft."""

from typing import BinaryIO

from django.db import transaction

from accounts.models import User
from annotation.comment_files import RowError
from annotation.models import Study, StudyEvent
from annotation.services.batches import add_sources, fill_batches
from annotation.services.comments import import_comments
from annotation.services.events import record_event
from annotation.services.locks import lock_draft

IMPORTED = "comments imported"
CHECKED = "comments checked"
# Refused rows that the log keeps, of however many.
KEPT_ERRORS = 1_000


@transaction.atomic
def import_into_study(  # noqa: PLR0913 (keyword-only, as the form asks)
    *,
    study: Study,
    actor: User,
    file: BinaryIO,
    file_name: str,
    create_sources: bool,
    adds_sources: bool,
    dry_run: bool,
) -> StudyEvent:
    """Import a file's comments, and fill a draft's batches with them.

    Args:
        study: a draft.
        actor: who sent the file.
        file: opened for reading bytes.
        file_name: what the person calls it.
        create_sources: make the AI sources that do not exist yet.
        adds_sources: let the study test every source that the file names.
        dry_run: look at everything and store nothing but the log's entry.

    Returns:
        The log's entry: its detail counts what was done, and holds the first of the
        refused rows.

    Raises:
        UnreadableFileError: the file as a whole is no list of comments.
        AnnotationError: the study is no draft any more.
    """
    lock_draft(study, to="import comments for it")
    refused: list[RowError] = []

    def keep(error: RowError) -> None:
        if len(refused) < KEPT_ERRORS:
            refused.append(error)

    result = import_comments(
        file=file, create_sources=create_sources, dry_run=dry_run, on_error=keep
    )
    if not dry_run:
        if adds_sources:
            add_sources(study=study, sources=result.sources, actor=actor)
        else:
            fill_batches(study=study, actor=actor)
    return record_event(
        study=study,
        actor=actor,
        action=CHECKED if dry_run else IMPORTED,
        file=file_name,
        rows=result.row_count,
        added=result.added_count,
        unchanged=result.unchanged_count,
        refused=result.refused_count,
        sources=sorted(source.title for source in result.sources),
        new_sources=sorted(source.title for source in result.created_sources),
        errors=[error.as_json() for error in refused],
    )
