"""Background work of the corpus; each task is safe to run twice."""

from collections.abc import Sequence

from celery import shared_task

from corpus.importing.uploads import run_import as run_import_service
from corpus.media_processing import process_media as process_media_service


def queue_media(media_ids: Sequence[int]) -> None:
    """Let workers process media, one task each."""
    for media_id in media_ids:
        process_media.delay(media_id)


@shared_task  # type: ignore[untyped-decorator]
def run_import(import_id: int) -> None:
    """Run one import that was uploaded."""
    run_import_service(import_id=import_id, queue_media=queue_media)


@shared_task  # type: ignore[untyped-decorator]
def process_media(media_id: int) -> None:
    """Make the playback file and the poster of one video."""
    process_media_service(media_id=media_id)
