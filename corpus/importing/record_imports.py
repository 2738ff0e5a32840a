"""Imports of records from the web page, with clips from an archive or the server."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from accounts.models import User
from corpus.importing.clip_archives import extract_clips
from corpus.importing.clips import ClipFolder
from corpus.importing.importer import ImportCounts, ImportListener, import_records
from corpus.importing.server_folders import server_folder
from corpus.importing.uploads import (
    Refusals,
    file_name_of,
    finish,
    import_folder,
    keep,
    kept_upload,
    run_once,
    update,
)
from corpus.importing.watch import Watch
from corpus.locks import held
from corpus.models import CorpusImport
from corpus.record_files import RecordFile
from corpus.records import LineError


def create_import(
    *,
    records: "UploadedFile[bytes]",
    clips: "UploadedFile[bytes] | None" = None,
    clips_folder: str = "",
    created_by: User,
) -> CorpusImport:
    """Keep the uploaded files and make the row that the import reports to.

    Args:
        records: the records file.
        clips: a zip file of their clips.
        clips_folder: or where the clips lie, relative to IMPORT_ROOT.
        created_by: who sent them.
    """
    corpus_import = CorpusImport(
        file_name=file_name_of(records),
        byte_count=records.size or 0,
        has_archive=clips is not None,
        clips_folder=clips_folder,
        created_by=created_by,
    )
    keep(records, kept_upload(corpus_import))
    if clips:
        keep(clips, _archive(corpus_import))
    corpus_import.save()
    return corpus_import


def run_import(*, import_id: int, queue_media: Callable[[Sequence[int]], None]) -> None:
    """Run an import that waits, or one whose worker died; from the beginning.

    One that runs elsewhere or is over is left alone, so a second call does no harm.
    """
    with held(CorpusImport, import_id) as is_held:
        if is_held:
            corpus_import = CorpusImport.objects.get(pk=import_id)
            run_once(corpus_import, partial(_run, queue_media))


def _run(
    queue_media: Callable[[Sequence[int]], None],
    corpus_import: CorpusImport,
    refusals: Refusals,
) -> None:
    watch = Watch(corpus_import)
    clips = _clips(corpus_import, watch)
    with RecordFile(
        kept_upload(corpus_import),
        max_bytes=settings.UPLOAD_MAX_UNPACKED_BYTES,
        max_lines=settings.IMPORT_MAX_LINES,
        at_line=watch.check_time,
    ) as records:

        def so_far(counts: ImportCounts) -> dict[str, object]:
            read = {"bytes_read": records.bytes_read, "counts": counts.as_json()}
            return read | refusals.fields()

        def refuse(error: LineError) -> None:
            watch.check()
            refusals.add(error)

        def tell(counts: ImportCounts) -> None:
            watch.check()
            update(corpus_import, **so_far(counts))

        listener = ImportListener(
            error=refuse,
            progress=tell,
            media=queue_media,
        )
        counts = import_records(lines=records, clips=clips, listener=listener)
        finish(corpus_import, **so_far(counts))


def _archive(corpus_import: CorpusImport) -> Path:
    return import_folder(corpus_import) / "clips.zip"


def _clips(corpus_import: CorpusImport, watch: Watch) -> ClipFolder | None:
    if corpus_import.clips_folder:
        return ClipFolder(server_folder(corpus_import.clips_folder))
    if not corpus_import.has_archive:
        return None
    folder = import_folder(corpus_import) / "clips"
    most = settings.UPLOAD_MAX_UNPACKED_BYTES
    extract_clips(_archive(corpus_import), folder, max_bytes=most, at_chunk=watch.check)
    return ClipFolder(folder)
