"""manage.py import_comments FILE: comments of AI sources into the corpus."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import ngettext

from annotation.errors import AnnotationError
from annotation.models import Study
from annotation.rules.imports import RowError, UnreadableFileError
from annotation.services.imports.comments import CommentImport, import_comments
from annotation.services.studies.batches import add_sources
from corpus.importing.error_file import ErrorFile


class Command(BaseCommand):
    help = (
        "Import comments of AI sources from a CSV or JSON Lines file with the columns "
        "video (platform:id), source and text. Importing a file again changes nothing. "
        "Rows that can't be used are reported and skipped; the exit status is then 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--create-sources",
            action="store_true",
            help="create AI sources that don't exist yet",
        )
        parser.add_argument(
            "--study",
            metavar="KEY",
            help="add the file's sources to this draft and fill its batches",
        )
        parser.add_argument(
            "--errors",
            type=Path,
            help="file for rejected rows, as JSON Lines "
            "(default: FILE.errors.jsonl in the current folder)",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="report, but change nothing"
        )

    def handle(
        self,
        *_args: object,
        file: Path,
        study: str | None,
        errors: Path | None,
        **options: bool,
    ) -> None:
        chosen = _draft(study) if study else None
        error_file = ErrorFile(errors or Path(f"{file.name}.errors.jsonl"))
        try:
            result = self._import(file, chosen, error_file, options)
        except OSError as error:
            msg = f"{error.filename}: {error.strerror}"
            raise CommandError(msg) from error
        except (UnreadableFileError, AnnotationError) as error:
            msg = f"{file}: {error}"
            raise CommandError(msg) from error
        for line in _summary(result, is_dry_run=options["dry_run"]):
            self.stdout.write(line)
        if result.refused_count:
            msg = ngettext(
                "%(count)d row was rejected; see %(path)s.",
                "%(count)d rows were rejected; see %(path)s.",
                result.refused_count,
            ) % {"count": result.refused_count, "path": error_file.path}
            raise CommandError(msg)

    @transaction.atomic
    def _import(
        self,
        path: Path,
        study: Study | None,
        error_file: ErrorFile,
        options: dict[str, bool],
    ) -> CommentImport:
        def refuse(error: RowError) -> None:
            error_file.write(error)
            self.stderr.write(str(error))

        with path.open("rb") as file, error_file:
            result = import_comments(
                file=file,
                study=study,
                create_sources=options["create_sources"],
                dry_run=options["dry_run"],
                on_error=refuse,
            )
        if study is not None and not options["dry_run"]:
            add_sources(study=study, sources=result.sources)
        return result


def _draft(key: str) -> Study:
    study = Study.objects.filter(key=key).first()
    if study is None:
        msg = f"No study has the key {key}."
        raise CommandError(msg)
    return study


def _summary(result: CommentImport, *, is_dry_run: bool) -> Sequence[str]:
    rows = (
        f"{result.row_count} rows: {result.added_count} added, "
        f"{result.unchanged_count} already stored, {result.refused_count} rejected."
    )
    sources = (
        f"{len(result.sources)} sources, {len(result.created_sources)} of them new."
    )
    end = ["This was a dry run: nothing was stored."] if is_dry_run else []
    return [rows, sources, *end]
