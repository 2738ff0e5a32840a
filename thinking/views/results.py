"""What was answered to a build: tables, pictures, files."""

from tempfile import TemporaryFile

from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.downloads import download_for_researchers
from accounts.http import SignedInRequest, researcher_required
from analysis.thinking.bundle import write_bundle
from analysis.thinking.rendering import FORMATS
from thinking.access import build_or_404
from thinking.pages.results import other_tables, pictures_of
from thinking.selectors.answers import person_replies, run_replies
from thinking.selectors.builds import pure_build
from thinking.selectors.results import current_results

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


@require_GET
@download_for_researchers
def results_file(_request: SignedInRequest, name: str, kind: str) -> HttpResponseBase:
    """The tables in one of the formats."""
    build = build_or_404(name)
    if kind not in FORMATS:
        raise Http404
    text = FORMATS[kind](current_results(build))
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
    write_bundle(
        file,
        build=pure_build(build),
        runs=run_replies(build),
        results=current_results(build),
        people=person_replies(build),
    )
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{build.name}-answers.zip",
        content_type="application/zip",
    )
