"""Imports from the web page: uploads kept, run once, with their progress stored."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, connection
from django.utils import timezone

from accounts.models import User
from corpus.errors import CorpusError
from corpus.importing.clip_archives import extract_clips
from corpus.importing.clips import ClipFolder
from corpus.importing.error_file import ErrorFile
from corpus.importing.importer import ImportCounts, ImportListener, import_records
from corpus.models import CorpusImport, ImportState
from corpus.record_files import RecordFile
from corpus.records import LineError

# Of the refused lines, how many a page shows; the file has all.
SHOWN_ERRORS = 50

# The first half of the advisory lock that a running import holds; its key the second.
_RUN_LOCK = 0x696D_7074


def create_import(
    *,
    records: "UploadedFile[bytes]",
    clips: "UploadedFile[bytes] | None",
    created_by: User,
) -> CorpusImport:
    """Keep the uploaded files and make the row that the import reports to."""
    corpus_import = CorpusImport(
        file_name=Path(records.name or "records.jsonl").name[:255],
        byte_count=records.size or 0,
        created_by=created_by,
    )
    folder = import_folder(corpus_import)
    folder.mkdir(parents=True)
    corpus_import.upload = _keep(records, folder / "records")
    if clips:
        corpus_import.clips = _keep(clips, folder / "clips.zip")
    corpus_import.save()
    return corpus_import


def import_folder(corpus_import: CorpusImport) -> Path:
    return Path(settings.MEDIA_ROOT) / "imports" / str(corpus_import.public_id)


def errors_path(corpus_import: CorpusImport) -> Path:
    """Where the refused lines lie; there is a file if `errors_file` is not empty."""
    return import_folder(corpus_import) / "errors.jsonl"


def _keep(upload: "UploadedFile[bytes]", path: Path) -> str:
    """Store an upload; its path relative to the folder of imports."""
    with path.open("wb") as file:
        shutil.copyfileobj(upload, file)
    return f"{path.parent.name}/{path.name}"


def run_import(*, import_id: int, queue_media: Callable[[Sequence[int]], None]) -> None:
    """Run an import that waits, or one whose worker died; from the beginning.

    One that runs elsewhere or is done is left alone, so a second call does no harm.
    """
    with _held(import_id) as is_held:
        corpus_import = CorpusImport.objects.get(pk=import_id)
        if not is_held or corpus_import.state == ImportState.DONE:
            return
        _update(corpus_import, state=ImportState.RUNNING, error="", errors=[])
        try:
            _run(corpus_import, queue_media)
        except (OSError, DatabaseError, CorpusError) as error:
            _update(corpus_import, state=ImportState.FAILED, error=str(error))
        else:
            _update(corpus_import, state=ImportState.DONE, upload="", clips="")
            _remove_uploads(import_folder(corpus_import))


@contextmanager
def _held(import_id: int) -> Iterator[bool]:
    """Hold the import's lock; PostgreSQL lets go of it when the worker dies."""
    key = [_RUN_LOCK, import_id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        is_held = bool(cursor.fetchone()[0])
        try:
            yield is_held
        finally:
            if is_held:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)


def _update(corpus_import: CorpusImport, **fields: object) -> None:
    """Write these fields alone, so that pages that poll see them at once."""
    if fields.get("state") in (ImportState.DONE, ImportState.FAILED):
        fields["finished_at"] = timezone.now()
    for name, value in fields.items():
        setattr(corpus_import, name, value)
    corpus_import.save(update_fields=list(fields))


def _run(
    corpus_import: CorpusImport, queue_media: Callable[[Sequence[int]], None]
) -> None:
    folder = import_folder(corpus_import)
    clips = _unpacked(corpus_import, folder)
    with (
        RecordFile(folder / "records") as records,
        ErrorFile(errors_path(corpus_import)) as error_file,
    ):

        def refuse(error: LineError) -> None:
            error_file.write(error)
            if len(corpus_import.errors) < SHOWN_ERRORS:
                corpus_import.errors.append(error.as_json())

        def report(counts: ImportCounts) -> None:
            _update(
                corpus_import,
                bytes_read=records.bytes_read,
                counts=counts.as_json(),
                errors=corpus_import.errors,
            )

        listener = ImportListener(error=refuse, progress=report, media=queue_media)
        report(import_records(lines=records, clips=clips, listener=listener))
        if error_file.count:
            path = f"{folder.name}/{error_file.path.name}"
            _update(corpus_import, errors_file=path)


def _unpacked(corpus_import: CorpusImport, folder: Path) -> ClipFolder | None:
    if not corpus_import.clips:
        return None
    clips = folder / "clips"
    # Videos hardly compress: an archive that grows more than this is no such archive.
    extract_clips(folder / "clips.zip", clips, max_bytes=2 * settings.UPLOAD_MAX_BYTES)
    return ClipFolder(clips)


def _remove_uploads(folder: Path) -> None:
    (folder / "records").unlink(missing_ok=True)
    (folder / "clips.zip").unlink(missing_ok=True)
    shutil.rmtree(folder / "clips", ignore_errors=True)
