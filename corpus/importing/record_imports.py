"""Imports of records from the web page, with clips from an archive or the server."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from corpus.foreign.reading import ForeignRecords, Terms, UnreadableError
from corpus.foreign.tables import Mapped, Table
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
    remove_folder,
    run_once,
    update,
)
from corpus.importing.watch import Watch
from corpus.locks import held
from corpus.models import ColumnMapping, CorpusImport, UploadedTable
from corpus.record_files import RecordFile
from corpus.records import LineError


@dataclass(frozen=True, slots=True)
class TableSaid:
    """What an admin says of a table.

    Attributes:
        mapping: Columns by field.
        platform: Of videos whose row names none.
        terms: By whose leave the data are used.
        preset: The name to save the mapping under; empty: it isn't saved.
    """

    mapping: Mapped
    platform: str
    terms: Terms
    preset: str = ""


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


def keep_table(*, file: "UploadedFile[bytes]", created_by: User) -> UploadedTable:
    """Keep a table until its columns are named; earlier ones of the person are gone.

    Raises:
        UnreadableError: it is no table.
    """
    table = UploadedTable(
        file_name=file_name_of(file), byte_count=file.size or 0, created_by=created_by
    )
    keep(file, kept_upload(table))
    try:
        Table(kept_upload(table))
    except UnreadableError:
        remove_folder(table)
        raise
    for earlier in UploadedTable.objects.filter(created_by=created_by):
        remove_folder(earlier)
        earlier.delete()
    table.save()
    return table


@transaction.atomic
def import_table(
    *,
    table: UploadedTable,
    said: TableSaid,
    clips: "UploadedFile[bytes] | None" = None,
    clips_folder: str = "",
    actor: User,
) -> CorpusImport:
    """Make the import of a table whose columns are named; it takes the file over."""
    corpus_import = CorpusImport(
        public_id=table.public_id,
        file_name=table.file_name,
        byte_count=table.byte_count,
        has_archive=clips is not None,
        clips_folder=clips_folder,
        table={
            "mapping": dict(said.mapping),
            "platform": said.platform,
            "licence": said.terms.licence,
            "consent": said.terms.consent,
        },
        created_by=actor,
    )
    if clips:
        keep(clips, _archive(corpus_import))
    corpus_import.save()
    table.delete()
    if said.preset:
        ColumnMapping.objects.update_or_create(
            name=said.preset,
            defaults={"columns": dict(said.mapping), "created_by": actor},
        )
    return corpus_import


def run_import(*, import_id: int, queue_media: Callable[[Sequence[int]], None]) -> None:
    """Run an import that waits, or one whose worker died; from the beginning.

    One that runs elsewhere or is over is left alone, so a second call does no harm.
    """
    with held(CorpusImport, import_id) as is_held:
        if is_held:
            corpus_import = CorpusImport.objects.get(pk=import_id)
            run_once(corpus_import, partial(_run, queue_media), (UnreadableError,))


def _run(
    queue_media: Callable[[Sequence[int]], None],
    corpus_import: CorpusImport,
    refusals: Refusals,
) -> None:
    watch = Watch(corpus_import)
    clips = _clips(corpus_import, watch)
    with _records(corpus_import, watch) as records:

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


@contextmanager
def _records(
    corpus_import: CorpusImport, watch: Watch
) -> Iterator[RecordFile | ForeignRecords]:
    """The lines of the upload: of a records file, or of a table by its mapping."""
    if not corpus_import.table:
        with RecordFile(
            kept_upload(corpus_import),
            max_bytes=settings.UPLOAD_MAX_UNPACKED_BYTES,
            max_lines=settings.IMPORT_MAX_LINES,
            at_line=watch.check_time,
        ) as records:
            yield records
        return
    said = corpus_import.table
    table = Table(
        kept_upload(corpus_import),
        said["mapping"],
        platform=said["platform"],
        max_rows=settings.IMPORT_MAX_LINES,
        at_row=watch.check_time,
    )
    yield ForeignRecords(table, Terms(said["licence"], said["consent"]))


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
