"""Background work of studies; each task is safe to run twice."""

from celery import shared_task

from annotation.models import StudyImport
from annotation.services.imports.study_imports import (
    run_study_import as run_study_import_service,
)
from corpus.importing.uploads import unfinished


@shared_task  # type: ignore[untyped-decorator]
def run_study_import(import_id: int) -> None:
    """Run one import of comments that was uploaded."""
    run_study_import_service(import_id=import_id)


@shared_task  # type: ignore[untyped-decorator]
def wake_up() -> None:
    """Send the messages for all that waits, in case theirs were lost."""
    for import_id in unfinished(StudyImport):
        run_study_import.delay(import_id)
