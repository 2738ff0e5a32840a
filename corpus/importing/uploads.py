"""Imports of uploaded files: what is kept, run once, with progress and refused lines.

For every kind of `FileImport`. The truth is in its row: a message to a worker is a
wake-up, and one that is lost, or comes twice, does no harm.
"""

import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError
from django.utils import timezone

from corpus.errors import CorpusError, ImportCancelledError, TooManyRefusedError
from corpus.importing.error_file import ErrorFile, RefusedLine
from corpus.locks import held
from corpus.models import FileImport, ImportState, UploadedTable
from pages.phrases import phrase_as_json

# Of the refused lines, how many a page shows; the file has all.
SHOWN_ERRORS = 50

_ImportT = TypeVar("_ImportT", bound=FileImport)


class Refusals:
    """The refused lines of one run: the first for the page, all in a file."""

    def __init__(self, file: ErrorFile) -> None:
        self._file = file
        self.first: list[dict[str, object]] = []

    def add(self, error: RefusedLine) -> None:
        """Keep one more.

        Raises:
            TooManyRefusedError: the file is no such list at all.
        """
        most = settings.IMPORT_MAX_REFUSED_LINES
        if self._file.count >= most:
            msg = (
                f"More than {most:,} lines were refused: this seems to be "
                "another kind of file. Look at the first of them."
            )
            raise TooManyRefusedError(msg)
        self._file.write(error)
        if len(self.first) < SHOWN_ERRORS:
            words = {"words": phrase_as_json(error.reason)}
            self.first.append({**error.as_json(), **words})

    def fields(self) -> dict[str, object]:
        """What the import's row says about them."""
        self._file.flush()
        return {"errors": self.first, "has_errors_file": self._file.count > 0}


def import_folder(file_import: FileImport | UploadedTable) -> Path:
    return Path(settings.MEDIA_ROOT) / "imports" / str(file_import.public_id)


def kept_upload(file_import: FileImport | UploadedTable) -> Path:
    """Where the uploaded file lies until the import is done."""
    return import_folder(file_import) / "upload"


def errors_path(file_import: FileImport) -> Path:
    """Where the refused lines lie, if `has_errors_file`."""
    return import_folder(file_import) / "errors.jsonl"


def keep(upload: "UploadedFile[bytes]", path: Path) -> None:
    """Store an upload until a worker takes it up."""
    path.parent.mkdir(parents=True, exist_ok=True)
    upload.seek(0)
    with path.open("wb") as file:
        shutil.copyfileobj(upload, file)


def file_name_of(upload: "UploadedFile[bytes]") -> str:
    """What the person calls the file, for pages."""
    return Path(upload.name or "upload").name[:255]


def run_once(
    file_import: _ImportT,
    work: Callable[[_ImportT, Refusals], None],
    failures: tuple[type[Exception], ...] = (),
) -> None:
    """Do the work of an import; the caller holds its lock, and read it after.

    One that is over is left alone, so a second message does no harm. The work ends
    with `finish`; where it raises `failures`, the row says why.
    """
    states = (ImportState.WAITING, ImportState.RUNNING)
    if not _move(file_import, states, ImportState.RUNNING):
        return
    caught: tuple[type[Exception], ...] = (OSError, DatabaseError, CorpusError)
    update(file_import, error="", bytes_read=0)
    with ErrorFile(errors_path(file_import)) as error_file:
        refusals = Refusals(error_file)
        try:
            work(file_import, refusals)
        except ImportCancelledError:
            update(file_import, **refusals.fields())
            remove_uploads(file_import)
        except (*caught, *failures) as error:
            reason = str(error) or type(error).__name__
            fields = refusals.fields() | {"state": ImportState.FAILED, "error": reason}
            update(file_import, finished_at=timezone.now(), **fields)
        else:
            if not file_import.keeps_upload:
                remove_uploads(file_import)


def finish(file_import: FileImport, **fields: object) -> None:
    """Say that all is done, in the transaction of the work where it has one.

    Raises:
        ImportCancelledError: somebody cancelled it in the last moment.
    """
    if not _move(file_import, (ImportState.RUNNING,), ImportState.DONE):
        raise ImportCancelledError
    update(file_import, finished_at=timezone.now(), **fields)


def cancel_import(*, file_import: FileImport) -> None:
    """End an import that waits or is at work; one that is over stays as it is.

    A worker that is at it stops at the next look; what it stored until then stays if
    its kind of import stores piece by piece.
    """
    states = (ImportState.WAITING, ImportState.RUNNING)
    if not _move(file_import, states, ImportState.CANCELLED):
        return
    update(file_import, finished_at=timezone.now())
    with held(type(file_import), file_import.pk) as is_held:
        if is_held:
            remove_uploads(file_import)


def _move(
    file_import: FileImport, states: Collection[ImportState], state: ImportState
) -> bool:
    """Change the state if it is one of these by now."""
    rows = type(file_import)._default_manager  # noqa: SLF001
    moved = rows.filter(pk=file_import.pk, state__in=states).update(state=state)
    if moved:
        file_import.state = state
    return moved > 0


def start_again(file_import: FileImport) -> None:
    """Let an import that failed, or whose worker died, wait for a worker again."""
    rows = type(file_import)._default_manager  # noqa: SLF001
    failed = rows.filter(pk=file_import.pk, state=ImportState.FAILED)
    failed.update(state=ImportState.WAITING, error="", finished_at=None)


def unfinished(model: type[FileImport]) -> list[int]:
    """Ids of the imports that wait for a worker, or lost theirs, or are at work."""
    states = (ImportState.WAITING, ImportState.RUNNING)
    waiting = model._default_manager.filter(state__in=states)  # noqa: SLF001
    return [*waiting.order_by("pk").values_list("pk", flat=True)]


def update(file_import: FileImport, **fields: object) -> None:
    """Write these fields alone, so that pages that poll see them at once."""
    for name, value in fields.items():
        setattr(file_import, name, value)
    file_import.save(update_fields=list(fields))


def remove_uploads(file_import: FileImport) -> None:
    """Delete everything but the refused lines."""
    kept_upload(file_import).unlink(missing_ok=True)
    (import_folder(file_import) / "clips.zip").unlink(missing_ok=True)
    shutil.rmtree(import_folder(file_import) / "clips", ignore_errors=True)


def remove_folder(file_import: FileImport | UploadedTable) -> None:
    """Delete all that is kept of an import whose row is gone."""
    shutil.rmtree(import_folder(file_import), ignore_errors=True)
