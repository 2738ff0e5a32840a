"""Background work of the corpus; each task is safe to run twice.

The database says what is to be done: a message is a wake-up, and `wake_up` sends the
ones that were lost.
"""

from collections.abc import Sequence

from celery import shared_task

from corpus.importing.record_imports import run_import as run_import_service
from corpus.importing.uploads import unfinished
from corpus.media_processing import process_media as process_media_service
from corpus.media_processing import waiting_media
from corpus.models import CorpusImport

# Videos that one sweep wakes up: enough to keep the workers busy until the next one,
# few enough not to fill the broker while thousands wait for their turn.
_WOKEN_AT_ONCE = 20


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


@shared_task  # type: ignore[untyped-decorator]
def wake_up() -> None:
    """Send the messages for all that waits, in case theirs were lost."""
    for import_id in unfinished(CorpusImport):
        run_import.delay(import_id)
    queue_media(waiting_media()[:_WOKEN_AT_ONCE])
