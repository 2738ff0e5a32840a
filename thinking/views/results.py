"""What was answered to a build: tables, pictures, files."""

from tempfile import TemporaryFile

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.downloads import download_for_researchers
from accounts.http import SignedInRequest, researcher_required
from analysis.thinking.bundle import write_bundle
from analysis.thinking.labels.bundle import write_label_bundle
from analysis.thinking.labels.overview import overview_tables
from analysis.thinking.labels.rendering import LABEL_FORMATS
from analysis.thinking.labels.tabulating import label_tables
from analysis.thinking.rendering import FORMATS
from thinking.access import build_or_404
from thinking.models import Build
from thinking.pages.results import (
    label_pictures,
    label_table_views,
    other_tables,
    pictures_of,
)
from thinking.selectors.answers import person_replies, run_replies
from thinking.selectors.builds import label_build, label_builds, pure_build
from thinking.selectors.results import (
    current_label_results,
    current_overview,
    current_results,
)

# Long, or not of this build: shown on request.
_FOLDED = ("published", "intervals")
_CONTENT_TYPES = {
    "json": "application/json",
    "csv": "text/csv",
    "md": "text/markdown",
    "latex": "application/x-latex",
}


@require_GET
@researcher_required
def build_results(request: SignedInRequest, name: str) -> HttpResponse:
    """Accuracies by task of everything that answered the build."""
    build = build_or_404(name)
    if build.labels:
        return _label_page(request, build)
    results = current_results(build)
    context = {
        "build": build,
        "results": results,
        "modes": pictures_of(results),
        "tables": other_tables(results),
        "set_aside_count": build.runs.exclude(set_aside_at=None).count(),
        "formats": [*FORMATS],
        "folded": _FOLDED,
    }
    return render(request, "thinking/results.html", context)


def _label_page(request: SignedInRequest, build: Build) -> HttpResponse:
    results = current_label_results(build)
    context = {
        "build": build,
        "results": results,
        "modes": label_pictures(results),
        "tables": label_table_views(label_tables(results)),
        "formats": [*LABEL_FORMATS],
        "folded": _FOLDED,
    }
    return render(request, "thinking/label_results.html", context)


@require_GET
@researcher_required
def mmla(request: SignedInRequest) -> HttpResponse:
    """All sets of MMLA: builds, accuracies by set, and what is published."""
    context = {
        "sets": label_builds(),
        "tables": label_table_views(
            table for table in overview_tables(current_overview()) if table.rows
        ),
        "folded": (),
    }
    return render(request, "thinking/mmla.html", context)


@require_GET
@download_for_researchers
def results_file(_request: SignedInRequest, name: str, kind: str) -> HttpResponseBase:
    """The tables in one of the formats."""
    build = build_or_404(name)
    if kind not in FORMATS:
        raise Http404
    text = (
        LABEL_FORMATS[kind](current_label_results(build))
        if build.labels
        else FORMATS[kind](current_results(build))
    )
    return HttpResponse(
        text,
        content_type=f"{_CONTENT_TYPES[kind]}; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{build.name}-results.{kind}"'
        },
    )


@require_GET
@download_for_researchers
def results_bundle(_request: SignedInRequest, name: str) -> HttpResponseBase:
    """Items, replies and results as one zip: every number can be made again."""
    build = build_or_404(name)
    file = TemporaryFile()  # noqa: SIM115 (the response closes it)
    runs, people = run_replies(build), person_replies(build)
    if build.labels:
        write_label_bundle(
            file,
            build=label_build(build),
            runs=runs,
            results=current_label_results(build),
            people=people,
        )
    else:
        write_bundle(
            file,
            build=pure_build(build),
            runs=runs,
            results=current_results(build),
            people=people,
        )
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{build.name}-answers.zip",
        content_type="application/zip",
    )
