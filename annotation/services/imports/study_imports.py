"""Comments of AI sources from an upload into a draft: kept, then run by a worker."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.translation import gettext as _

from accounts.models import User
from annotation.errors import AnnotationError
from annotation.models import Study, StudyImport
from annotation.rules.imports import RowError, UnreadableFileError
from annotation.services.imports.comments import CommentImport, import_comments
from annotation.services.studies.batches import add_sources, fill_batches
from annotation.services.studies.events import record_event
from annotation.services.studies.locks import lock_draft
from corpus.importing.uploads import (
    Refusals,
    file_name_of,
    finish,
    keep,
    kept_upload,
    remove_uploads,
    run_once,
)
from corpus.importing.watch import Watch
from corpus.locks import held
from corpus.models import ImportState

_TOLD = """
UPDATE annotation_studyimport SET bytes_read = %s, counts = %s WHERE id = %s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What a person chose beside the file (fields of `StudyImport`)."""

    creates_sources: bool = False
    adds_sources: bool = False
    is_dry_run: bool = False


@transaction.atomic
def create_study_import(
    *,
    study: Study,
    file: "UploadedFile[bytes]",
    options: ImportOptions,
    created_by: User,
) -> StudyImport:
    """Keep an uploaded file of comments and make the row that its import reports to.

    Files of earlier checks, which nobody imported, are deleted.

    Raises:
        AnnotationError: the study is no draft any more.
    """
    lock_draft(study)
    for check in study.imports.filter(is_dry_run=True, state=ImportState.DONE):
        remove_uploads(check)
    study_import = StudyImport(
        study=study,
        file_name=file_name_of(file),
        byte_count=file.size or 0,
        creates_sources=options.creates_sources,
        adds_sources=options.adds_sources,
        is_dry_run=options.is_dry_run,
        created_by=created_by,
    )
    keep(file, kept_upload(study_import))
    study_import.save()
    return study_import


@transaction.atomic
def import_checked_file(*, check: StudyImport, created_by: User) -> StudyImport:
    """Import the file that a check looked at, with what was chosen for the check.

    The import takes the file over, so a check is followed by one import at most.

    Raises:
        AnnotationError: the study is no draft any more, or the file is kept no longer.
    """
    lock_draft(check.study)
    if not has_kept_file(check):
        msg = _("This file is not kept any more. Upload it again.")
        raise AnnotationError(msg)
    study_import = StudyImport.objects.create(
        study=check.study,
        file_name=check.file_name,
        byte_count=check.byte_count,
        creates_sources=check.creates_sources,
        adds_sources=check.adds_sources,
        created_by=created_by,
    )
    target = kept_upload(study_import)
    target.parent.mkdir(parents=True, exist_ok=True)
    kept_upload(check).rename(target)
    return study_import


def has_kept_file(check: StudyImport) -> bool:
    """Whether the file of a check that is done can be imported."""
    is_done = check.is_dry_run and check.state == ImportState.DONE
    return is_done and kept_upload(check).exists()


def run_study_import(*, import_id: int) -> None:
    """Run an import that waits, or one whose worker died: then nothing was stored.

    One that runs elsewhere or is over is left alone, so a second call does no harm.
    """
    with held(StudyImport, import_id) as is_held:
        if is_held:
            imports = StudyImport.objects.select_related("study", "created_by")
            study_import = imports.get(pk=import_id)
            run_once(study_import, _run, (AnnotationError, UnreadableFileError))


def _run(study_import: StudyImport, refusals: Refusals) -> None:
    """Everything in one transaction, the row's own end included."""
    watch = Watch(study_import)

    def refuse(error: RowError) -> None:
        watch.check_time()
        refusals.add(error)

    with (
        kept_upload(study_import).open("rb") as file,
        _telling(study_import) as tell,
        transaction.atomic(),
    ):
        result = import_comments(
            file=file,
            study=study_import.study,
            create_sources=study_import.creates_sources,
            dry_run=study_import.is_dry_run,
            max_lines=settings.IMPORT_MAX_LINES,
            on_error=refuse,
            on_progress=lambda so_far: tell(file.tell(), so_far, watch),
        )
        _take_into_study(study_import, result)
        finish(
            study_import,
            bytes_read=study_import.byte_count,
            counts=_counts(result),
            **refusals.fields(),
        )


def _take_into_study(study_import: StudyImport, result: CommentImport) -> None:
    study, actor = study_import.study, study_import.created_by
    # Only now: whoever works on the draft meanwhile need not wait for the file.
    lock_draft(study)
    if not study_import.is_dry_run:
        if study_import.adds_sources:
            add_sources(study=study, sources=result.sources, actor=actor)
        else:
            fill_batches(study=study, actor=actor, keeps_texts=True)
    record_event(
        study=study,
        actor=actor,
        action="comments checked" if study_import.is_dry_run else "comments imported",
        file=study_import.file_name,
        **_counts(result),
    )


def _counts(result: CommentImport) -> dict[str, object]:
    return {
        "rows": result.row_count,
        "added": result.added_count,
        "unchanged": result.unchanged_count,
        "refused": result.refused_count,
        "sources": sorted(source.title for source in result.sources),
        "new_sources": sorted(source.title for source in result.created_sources),
    }


@contextmanager
def _telling(
    study_import: StudyImport,
) -> Iterator[Callable[[int, CommentImport, Watch], None]]:
    """Say how far the import is, while nobody else sees its transaction.

    On a connection of its own, so that the page that polls sees it at once.
    """
    other = connection.copy()
    try:
        yield partial(_tell, other, study_import.pk)
    finally:
        other.close()


def _tell(
    other: BaseDatabaseWrapper,
    import_id: int,
    bytes_read: int,
    so_far: CommentImport,
    watch: Watch,
) -> None:
    watch.check()
    with other.cursor() as cursor:
        cursor.execute(_TOLD, [bytes_read, json.dumps(_counts(so_far)), import_id])
