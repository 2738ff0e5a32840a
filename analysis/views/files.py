"""Files that a report and its judgments can be taken away as."""

import io
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analysis.export.dataset_folder import write_dataset
from analysis.export.everything import everything
from analysis.export.heds.sheet import Datasheet
from analysis.export.long_table import csv_blocks, jsonl_blocks, write_parquet
from analysis.models import StoredReport
from analysis.pages.figures import FigureView
from analysis.pages.single_file import single_page
from analysis.reporting.paper_table import PAPER_FORMATS
from analysis.reporting.rendering import FORMATS
from annotation.models import Study

_LABELS: Mapping[str, str | Promise] = {
    "md": "Markdown",
    "tex": "LaTeX",
    "parquet": "Parquet",
    "jsonl": "JSON Lines",
    "huggingface.zip": _("Hugging Face dataset"),
    "paper-table.zip": _("table for a paper"),
}


@dataclass(frozen=True)
class FileKind:
    """A kind of file: its suffix, content type, and what it is good for."""

    suffix: str
    content_type: str
    use: Promise

    @property
    def label(self) -> str | Promise:
        """What people call the format."""
        return _LABELS.get(self.suffix, self.suffix.upper())


REPORT_FILES: Mapping[str, FileKind] = {
    "json": FileKind("json", "application/json", _("all results, for programs")),
    "csv": FileKind("csv", "text/csv; charset=utf-8", _("one result per line")),
    "md": FileKind("md", "text/markdown; charset=utf-8", _("tables as text")),
    "html": FileKind(
        "html",
        "text/html; charset=utf-8",
        _("this page as one file; print it to get a PDF"),
    ),
    "latex": FileKind("tex", "application/x-tex", _("tables for a paper")),
    "paper": FileKind(
        "paper-table.zip",
        "application/zip",
        _("the main table of a paper as LaTeX, Markdown and CSV"),
    ),
}
JUDGMENT_FILES: Mapping[str, FileKind] = {
    "csv": FileKind("csv", "text/csv; charset=utf-8", _("for spreadsheets")),
    "parquet": FileKind(
        "parquet", "application/vnd.apache.parquet", _("for data frames")
    ),
    "jsonl": FileKind("jsonl", "application/x-ndjson", _("one object per line")),
    "huggingface": FileKind(
        "huggingface.zip",
        "application/zip",
        _("a dataset folder for the Hugging Face Hub"),
    ),
}
DATASHEET_FILES: Mapping[str, FileKind] = {
    "json": FileKind("json", "application/json", _("for the public form's upload")),
    "md": FileKind(
        "md", "text/markdown; charset=utf-8", _("the questions left for people")
    ),
}
_STREAMS: Mapping[str, Callable[[Study], Iterator[bytes]]] = {
    "csv": csv_blocks,
    "jsonl": jsonl_blocks,
}


def report_file(study: Study, stored: StoredReport, style: str) -> HttpResponse:
    """The report as a file of one of `REPORT_FILES`, other than the page."""
    kind = REPORT_FILES[style]
    content: str | bytes
    if style == "paper":
        content = _zipped_paper_table(stored)
    else:
        content = FORMATS[style](stored.report)
    return _report_named(study, kind, content)


def page_file(
    study: Study, stored: StoredReport, figures: Mapping[str, FigureView]
) -> HttpResponse:
    """The page as one file."""
    content = single_page(study, stored, figures)
    return _report_named(study, REPORT_FILES["html"], content)


def _report_named(study: Study, kind: FileKind, content: str | bytes) -> HttpResponse:
    name = f"{study.key}-report.{kind.suffix}"
    return HttpResponse(
        content,
        content_type=kind.content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _zipped_paper_table(stored: StoredReport) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for suffix, made in PAPER_FORMATS.items():
            packed.writestr(f"paper-table.{suffix}", made(stored.report))
    return file.getvalue()


def judgments_file(study: Study, style: str) -> HttpResponseBase:
    """The long table as a file of one of `JUDGMENT_FILES`, streamed."""
    kind = JUDGMENT_FILES[style]
    name = f"{study.key}-judgments.{kind.suffix}"
    if style in _STREAMS:
        return StreamingHttpResponse(
            _STREAMS[style](study),
            content_type=kind.content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
    file = tempfile.TemporaryFile()  # noqa: SIM115  (the response closes it)
    if style == "huggingface":
        _zip_dataset(study, file)
    else:
        write_parquet(study, file)
    file.seek(0)
    return FileResponse(
        file, as_attachment=True, filename=name, content_type=kind.content_type
    )


def datasheet_file(study: Study, sheet: Datasheet, style: str) -> HttpResponse:
    """The datasheet as a file of one of `DATASHEET_FILES`."""
    kind = DATASHEET_FILES[style]
    name = f"{study.key}-heds.{kind.suffix}"
    return HttpResponse(
        sheet.upload() if style == "json" else sheet.to_do(),
        content_type=kind.content_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def everything_file(study: Study) -> StreamingHttpResponse:
    """Everything collected as a zip, streamed."""
    name = f"{study.key}-everything.zip"
    return StreamingHttpResponse(
        everything(study),
        content_type="application/zip",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _zip_dataset(study: Study, file: IO[bytes]) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="dataset-") as name,
        ZipFile(file, "w", ZIP_STORED) as packed,  # Parquet is compressed already
    ):
        folder = Path(name) / study.key
        write_dataset(study, folder)
        for path in sorted(folder.rglob("*.*")):
            packed.write(path, path.relative_to(name))
